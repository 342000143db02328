import { crc32 } from 'node:zlib'
import { decodeHeaders } from '../engine/headers-codec.js'
import { OutgoingBatch } from '../engine/outgoing-batch.js'
import { type Headers, type LogRecord, noHeaders } from '../engine/record.js'
import { type Partition, topicName } from '../engine/topic.js'

/*
 * A batch of records as one value of the log.
 *
 *   0  u8   layout, 1
 *   1  u8   flags: 1 some record has headers, 2 offsets have gaps
 *   4  u32  CRC-32 of everything that follows
 *   8  u32  number of records
 *  12  u32  span: offsets that the batch covers, gaps included
 *  16  f64  greatest timestamp
 *  24  f64  timestamps
 *      i32  lengths of the keys, -1 for null
 *      i32  lengths of the values, -1 for null
 *      i32  lengths of the headers, when there are any
 *      u32  distances from the base offset, when there are gaps
 *      the bytes: key, value, headers of each record in turn
 *
 * Numbers are little-endian, as every machine that Node.js and LMDB run on has them. The base offset is in the key.
 */
const layout = 1
const withHeaders = 1
const withGaps = 2
const headBytes = 24

export interface BatchHead {
  readonly count: number
  readonly span: number
  readonly maxTimestamp: number
}

/** Where parts of records begin and end. */
export interface Places {
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** A record on its way into a batch; `distance` is from the base offset of the batch. */
export interface BatchEntry extends LogRecord {
  readonly distance: number
}

/**
 * @param entries at least one; with growing distances where the span is larger than their number
 * @param span offsets that the batch covers, more than the last distance
 */
export function encodeBatch(entries: readonly BatchEntry[], span: number): Uint8Array {
  const columns = new OutgoingBatch(topicName('batch'), 0 as Partition)
  for (const { key, value, timestamp, headers } of entries) columns.append(key, value, timestamp, headers)
  return encodeColumns(
    columns,
    span,
    entries.map(({ distance }) => distance),
  )
}

/**
 * @param records at least one
 * @param span offsets that the batch covers; absent: one for each record
 * @param distances of the records from the base offset, where the span is larger than their number
 */
export function encodeColumns(
  records: OutgoingBatch,
  span: number = records.count,
  distances: readonly number[] = [],
): Uint8Array {
  const { count, size, maxTimestamp, hasHeaders } = records
  const hasGaps = span !== count
  const columns = 16 + (hasHeaders ? 4 : 0) + (hasGaps ? 4 : 0)
  const area = headBytes + columns * count
  const bytes = new Uint8Array(area + size)
  new Float64Array(bytes.buffer, headBytes, count).set(records.timestamps.subarray(0, count))
  const column = (index: number, from: Int32Array) =>
    new Int32Array(bytes.buffer, headBytes + (8 + 4 * index) * count, count).set(from.subarray(0, count))
  column(0, records.keyLengths)
  column(1, records.valueLengths)
  if (hasHeaders) column(2, records.headerLengths)
  if (hasGaps) new Uint32Array(bytes.buffer, headBytes + (columns - 4) * count, count).set(distances)
  bytes.set(records.bytes.subarray(0, size), area)
  const head = new DataView(bytes.buffer)
  head.setUint8(0, layout)
  head.setUint8(1, (hasHeaders ? withHeaders : 0) | (hasGaps ? withGaps : 0))
  head.setUint32(8, count, true)
  head.setUint32(12, span, true)
  head.setFloat64(16, maxTimestamp, true)
  head.setUint32(4, crc32(bytes.subarray(8)), true)
  return bytes
}

/** @throws Error when the bytes are not those of a batch */
export function batchHead(bytes: Uint8Array): BatchHead {
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < headBytes || head.getUint8(0) !== layout) throw new Error('it is no batch')
  return { count: head.getUint32(8, true), span: head.getUint32(12, true), maxTimestamp: head.getFloat64(16, true) }
}

/** Records of a batch by index, in offset order; their keys and values are views of the batch's bytes. */
export class Batch implements BatchHead {
  readonly count: number
  readonly span: number
  readonly maxTimestamp: number
  readonly #bytes: Uint8Array
  readonly #timestamps: Float64Array
  readonly #keyLengths: Int32Array
  readonly #valueLengths: Int32Array
  readonly #headerLengths: Int32Array | undefined
  readonly #distances: Uint32Array | undefined
  /** Where the bytes of the record at `#index` begin. */
  #at: number
  #index = 0

  /**
   * @param bytes at the start of their buffer, or at another multiple of 8
   * @throws Error when they are not those of a batch, or were damaged
   */
  constructor(bytes: Uint8Array) {
    const { count, span, maxTimestamp } = batchHead(bytes)
    const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    if (crc32(bytes.subarray(8)) !== head.getUint32(4, true)) throw new Error('its checksum is wrong')
    this.count = count
    this.span = span
    this.maxTimestamp = maxTimestamp
    this.#bytes = bytes
    const flags = head.getUint8(1)
    const columns = 16 + (flags & withHeaders ? 4 : 0) + (flags & withGaps ? 4 : 0)
    const start = bytes.byteOffset + headBytes
    this.#timestamps = new Float64Array(bytes.buffer, start, count)
    this.#keyLengths = new Int32Array(bytes.buffer, start + 8 * count, count)
    this.#valueLengths = new Int32Array(bytes.buffer, start + 12 * count, count)
    this.#headerLengths = flags & withHeaders ? new Int32Array(bytes.buffer, start + 16 * count, count) : undefined
    this.#distances = flags & withGaps ? new Uint32Array(bytes.buffer, start + (columns - 4) * count, count) : undefined
    this.#at = headBytes + columns * count
  }

  distance(index: number): number {
    return this.#distances === undefined ? index : (this.#distances[index] as number)
  }

  timestamp(index: number): number {
    return this.#timestamps[index] as number
  }

  /** Bytes of the record at the index, as limits count them. */
  size(index: number): number {
    return Math.max(0, this.#keyLengths[index] as number) + Math.max(0, this.#valueLengths[index] as number)
  }

  /** The first index whose record is at this distance or further; `count` when there is none. */
  indexFrom(distance: number): number {
    if (this.#distances === undefined) return Math.min(Math.max(distance, 0), this.count)
    let index = 0
    while (index < this.count && this.distance(index) < distance) index++
    return index
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Where the values of these records lie in the bytes; -1 and -1 for null. */
  values(from: number, to: number): Places {
    const places = { starts: new Int32Array(to - from).fill(-1), ends: new Int32Array(to - from).fill(-1) }
    for (let index = from; index < to; index++) {
      this.#seek(index)
      const length = this.#valueLengths[index] as number
      if (length < 0) continue
      const start = this.#at + Math.max(0, this.#keyLengths[index] as number)
      places.starts[index - from] = start
      places.ends[index - from] = start + length
    }
    return places
  }

  /** The same of their keys. */
  keys(from: number, to: number): Places {
    const places = { starts: new Int32Array(to - from).fill(-1), ends: new Int32Array(to - from).fill(-1) }
    for (let index = from; index < to; index++) {
      this.#seek(index)
      const length = this.#keyLengths[index] as number
      if (length < 0) continue
      places.starts[index - from] = this.#at
      places.ends[index - from] = this.#at + length
    }
    return places
  }

  headers(index: number): Headers {
    if (this.#headerLengths === undefined) return noHeaders
    const length = this.#headerLengths[index] as number
    if (length === 0) return noHeaders
    this.#seek(index)
    const start = this.#at + this.size(index)
    return decodeHeaders(this.#bytes.subarray(start, start + length))
  }

  record(index: number): LogRecord {
    this.#seek(index)
    let at = this.#at
    const keyLength = this.#keyLengths[index] as number
    const valueLength = this.#valueLengths[index] as number
    const key = keyLength < 0 ? null : this.#bytes.subarray(at, at + keyLength)
    at += Math.max(0, keyLength)
    const value = valueLength < 0 ? null : this.#bytes.subarray(at, at + valueLength)
    return { key, value, timestamp: this.timestamp(index), headers: this.headers(index) }
  }

  #seek(index: number): void {
    if (index < this.#index) {
      while (this.#index > index) this.#at -= this.#whole(--this.#index)
      return
    }
    while (this.#index < index) this.#at += this.#whole(this.#index++)
  }

  #whole(index: number): number {
    return this.size(index) + (this.#headerLengths === undefined ? 0 : (this.#headerLengths[index] as number))
  }
}
