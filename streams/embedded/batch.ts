import { crc32 } from 'node:zlib'
import { type Headers, type LogRecord, noHeaders } from '../engine/record.js'

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

/** Bytes that a loop copies faster than the platform does. */
const longestLoop = 48

const textEncoder = new TextEncoder()
const textDecoder = new TextDecoder()

export interface BatchHead {
  readonly count: number
  readonly span: number
  readonly maxTimestamp: number
}

/** A record on its way into a batch; `distance` is from the base offset of the batch. */
export interface BatchEntry extends LogRecord {
  readonly distance: number
}

/** Bytes that the record takes in a batch, about. */
export const batchedBytes = (record: LogRecord): number =>
  20 + (record.key?.length ?? 0) + (record.value?.length ?? 0) + (record.headers === noHeaders ? 0 : 64)

/**
 * @param entries at least one; with growing distances where the span is larger than their number
 * @param span offsets that the batch covers, more than the last distance
 */
export function encodeBatch(entries: readonly LogRecord[] | readonly BatchEntry[], span: number): Uint8Array {
  const count = entries.length
  const headers = encodedHeaders(entries)
  const hasHeaders = headers.length > 0
  const hasGaps = span !== count
  const columns = 16 + (hasHeaders ? 4 : 0) + (hasGaps ? 4 : 0)
  let size = headBytes + columns * count
  for (const { key, value } of entries) size += (key?.length ?? 0) + (value?.length ?? 0)
  for (const encoded of headers) size += encoded?.length ?? 0

  // What is small is copied in a loop: a call of the platform costs more.
  const copy = (from: Uint8Array): void => {
    if (from.length > longestLoop) bytes.set(from, at)
    else for (let i = 0; i < from.length; i++) bytes[at + i] = from[i] as number
    at += from.length
  }
  const bytes = new Uint8Array(size)
  const timestamps = new Float64Array(bytes.buffer, headBytes, count)
  const keyLengths = new Int32Array(bytes.buffer, headBytes + 8 * count, count)
  const valueLengths = new Int32Array(bytes.buffer, headBytes + 12 * count, count)
  const headerLengths = hasHeaders ? new Int32Array(bytes.buffer, headBytes + 16 * count, count) : undefined
  const distances = hasGaps ? new Uint32Array(bytes.buffer, headBytes + (columns - 4) * count, count) : undefined
  let at = headBytes + columns * count
  let maxTimestamp = 0
  for (let i = 0; i < count; i++) {
    const entry = entries[i] as LogRecord
    const { key, value, timestamp } = entry
    timestamps[i] = timestamp
    if (timestamp > maxTimestamp) maxTimestamp = timestamp
    keyLengths[i] = key === null ? -1 : key.length
    valueLengths[i] = value === null ? -1 : value.length
    if (distances !== undefined) distances[i] = 'distance' in entry ? (entry as BatchEntry).distance : i
    if (key !== null) copy(key)
    if (value !== null) copy(value)
    const encoded = headers[i]
    if (headerLengths !== undefined && encoded !== undefined) {
      headerLengths[i] = encoded.length
      copy(encoded)
    }
  }
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

  record(index: number): LogRecord {
    this.#seek(index)
    let at = this.#at
    const keyLength = this.#keyLengths[index] as number
    const valueLength = this.#valueLengths[index] as number
    const key = keyLength < 0 ? null : this.#bytes.subarray(at, at + keyLength)
    at += Math.max(0, keyLength)
    const value = valueLength < 0 ? null : this.#bytes.subarray(at, at + valueLength)
    at += Math.max(0, valueLength)
    const headerLength = this.#headerLengths === undefined ? 0 : (this.#headerLengths[index] as number)
    const headers = headerLength === 0 ? noHeaders : decodeHeaders(this.#bytes.subarray(at, at + headerLength))
    return { key, value, timestamp: this.timestamp(index), headers }
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

/** Headers of the records that have some, by index; empty when none has. */
function encodedHeaders(entries: readonly LogRecord[]): readonly (Uint8Array | undefined)[] {
  const encoded: (Uint8Array | undefined)[] = []
  for (const [index, { headers }] of entries.entries()) {
    const bytes = headers === noHeaders ? undefined : encodeHeaders(headers)
    if (bytes !== undefined) encoded[index] = bytes
  }
  return encoded
}

function encodeHeaders(headers: Headers): Uint8Array | undefined {
  const parts = Object.entries(headers).map(([name, value]) => ({ name: textEncoder.encode(name), value }))
  if (parts.length === 0) return undefined
  const bytes = new Uint8Array(parts.reduce((sum, { name, value }) => sum + 8 + name.length + value.length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { name, value } of parts) {
    view.setUint32(at, name.length, true)
    view.setUint32(at + 4, value.length, true)
    bytes.set(name, at + 8)
    bytes.set(value, at + 8 + name.length)
    at += 8 + name.length + value.length
  }
  return bytes
}

function decodeHeaders(bytes: Uint8Array): Headers {
  const headers: [string, Uint8Array][] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 8 + view.getUint32(at, true)
    const end = nameEnd + view.getUint32(at + 4, true)
    headers.push([textDecoder.decode(bytes.subarray(at + 8, nameEnd)), bytes.subarray(nameEnd, end)])
    at = end
  }
  // Not by assignment: a header may be called __proto__.
  return Object.fromEntries(headers)
}
