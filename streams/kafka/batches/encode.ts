import type { OutgoingBatch } from '../../engine/outgoing-batch.js'
import { crc32c } from './crc32c.js'
import { batchAttributes, batchLayout, batchMagic, lengthFieldEnd } from './record-batch.js'
import { varintSize, varlongSize, writeVarint, writeVarlong } from './varints.js'

/** Who writes a batch, and its place in the order of what it writes to the partition. */
export interface Writing {
  readonly producerId: number
  readonly producerEpoch: number
  /** Number of records that the producer wrote to the partition before, modulo 2^31. */
  readonly sequence: number
  readonly transactional: boolean
}

/** Bytes that a record takes beside those of its key, value and headers, at most. */
const mostOverhead = 5 + 1 + 10 + 5 + 5 + 5 + 5
/** Bytes that a loop copies faster than the platform does. */
const longestLoop = 48

/** Upper bound of the bytes that the records take. */
export const encodedSize = ({ count, size, hasHeaders }: OutgoingBatch): number =>
  count * mostOverhead + (hasHeaders ? Math.ceil(1.25 * size) : size)

/** Upper bound of the bytes of one record batch that holds them all. */
export const encodedSizeOf = (batches: readonly OutgoingBatch[]): number =>
  batches.reduce<number>((sum, batch) => sum + encodedSize(batch), batchLayout.records)

/**
 * Encodes columns, one behind the other, as one record batch of format 2; its base offset is the broker's to set.
 * @param batches all of the same partition, with at least one record
 * @param bytes where it is written: at least `encodedSizeOf` them
 * @returns the part of these bytes that it takes
 */
export function encodeBatches(
  batches: readonly OutgoingBatch[],
  writing: Writing,
  bytes: Buffer = Buffer.allocUnsafe(encodedSizeOf(batches)),
): Buffer {
  const base = batches[0]?.timestamps[0] ?? 0
  let at: number = batchLayout.records
  let count = 0
  let newest = base
  for (const batch of batches) {
    at = writeRecords(bytes, at, batch, base, count)
    count += batch.count
    newest = Math.max(newest, batch.maxTimestamp)
  }
  writeHead(bytes, at, { count, base, newest, writing })
  return bytes.subarray(0, at)
}

function writeHead(
  bytes: Buffer,
  end: number,
  { count, base, newest, writing }: { count: number; base: number; newest: number; writing: Writing },
): void {
  writeInt64(bytes, batchLayout.baseOffset, 0)
  bytes.writeInt32BE(end - lengthFieldEnd, batchLayout.length)
  bytes.writeInt32BE(-1, batchLayout.leaderEpoch)
  bytes[batchLayout.magic] = batchMagic
  bytes.writeInt16BE(writing.transactional ? batchAttributes.transactional : 0, batchLayout.attributes)
  bytes.writeInt32BE(count - 1, batchLayout.lastOffsetDelta)
  writeInt64(bytes, batchLayout.baseTimestamp, base)
  writeInt64(bytes, batchLayout.maxTimestamp, newest)
  writeInt64(bytes, batchLayout.producerId, writing.producerId)
  bytes.writeInt16BE(writing.producerEpoch, batchLayout.producerEpoch)
  bytes.writeInt32BE(writing.sequence, batchLayout.baseSequence)
  bytes.writeInt32BE(count, batchLayout.count)
  bytes.writeUInt32BE(crc32c(bytes, batchLayout.attributes, end), batchLayout.crc)
}

/** @param before records of the batch that stand before these; gives where they end */
function writeRecords(into: Buffer, start: number, batch: OutgoingBatch, base: number, before: number): number {
  const { count, bytes, timestamps, keyLengths, valueLengths, headerLengths } = batch
  let at = start
  let from = 0
  for (let i = 0; i < count; i++) {
    const timestampDelta = (timestamps[i] as number) - base
    const keyLength = keyLengths[i] as number
    const valueLength = valueLengths[i] as number
    const headerLength = headerLengths[i] as number
    const valueFrom = from + Math.max(keyLength, 0)
    const headersFrom = valueFrom + Math.max(valueLength, 0)
    const length =
      1 +
      varlongSize(timestampDelta) +
      varintSize(before + i) +
      varintSize(keyLength) +
      varintSize(valueLength) +
      (headersFrom - from) +
      (headerLength === 0 ? 1 : headersSize(bytes, headersFrom, headerLength))
    at = writeVarint(into, at, length)
    into[at++] = 0
    at = writeVarlong(into, at, timestampDelta)
    at = writeVarint(into, at, before + i)
    at = writeVarint(into, at, keyLength)
    at = copy(bytes, from, valueFrom, into, at)
    at = writeVarint(into, at, valueLength)
    at = copy(bytes, valueFrom, headersFrom, into, at)
    from = headersFrom + headerLength
    if (headerLength === 0) into[at++] = 0
    else at = writeHeaders(bytes, headersFrom, headerLength, into, at)
  }
  return at
}

function copy(bytes: Uint8Array, from: number, to: number, into: Buffer, at: number): number {
  const length = to - from
  if (length > longestLoop) into.set(bytes.subarray(from, to), at)
  else for (let i = 0; i < length; i++) into[at + i] = bytes[from + i] as number
  return at + length
}

/** Lengths in columns are little-endian (see `encodeHeaders`). */
const uint32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0

function headersSize(bytes: Uint8Array, start: number, length: number): number {
  let size = 0
  let count = 0
  for (let at = start; at < start + length; count++) {
    const name = uint32(bytes, at)
    const value = uint32(bytes, at + 4)
    size += varintSize(name) + name + varintSize(value) + value
    at += 8 + name + value
  }
  return size + varintSize(count)
}

function writeHeaders(bytes: Uint8Array, start: number, length: number, into: Buffer, begin: number): number {
  let count = 0
  for (let at = start; at < start + length; count++) at += 8 + uint32(bytes, at) + uint32(bytes, at + 4)
  let end = writeVarint(into, begin, count)
  for (let at = start; at < start + length; ) {
    const nameFrom = at + 8
    const valueFrom = nameFrom + uint32(bytes, at)
    const next = valueFrom + uint32(bytes, at + 4)
    end = copy(bytes, nameFrom, valueFrom, into, writeVarint(into, end, valueFrom - nameFrom))
    end = copy(bytes, valueFrom, next, into, writeVarint(into, end, next - valueFrom))
    at = next
  }
  return end
}

function writeInt64(bytes: Buffer, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 32)
  bytes.writeInt32BE(high, at)
  bytes.writeUInt32BE(value - high * 2 ** 32, at + 4)
}
