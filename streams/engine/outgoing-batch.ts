import { encodeHeaders } from './headers-codec.js'
import { type Headers, noHeaders } from './record.js'
import type { LongFields, Serde } from './serde.js'
import type { Timestamp } from './time.js'
import type { Partition, TopicName } from './topic.js'

/** Bytes that a loop copies faster than the platform does. */
const longestLoop = 48

const firstRecords = 32
const firstBytes = 4 * 1024

/** A record without headers in a batch, to be written again with other values in two of its fields. */
export interface Copied {
  readonly batch: OutgoingBatch
  /** Where its key begins in the area of the batch. */
  readonly at: number
  readonly keyLength: number
  readonly valueLength: number
  readonly timestamp: Timestamp
  /** Where the two fields begin in the value. */
  readonly first: number
  readonly second: number
}

/**
 * Records on their way to one partition, as columns over one area of bytes: writing one makes no object. The area holds
 * key, value and headers (see `encodeHeaders`) of each record in turn.
 */
export class OutgoingBatch {
  /** Number of records. */
  count = 0
  /** Bytes of the area in use. */
  size = 0
  /** The greatest timestamp; 0 for none. */
  maxTimestamp: Timestamp = 0
  /** Some record has no key. */
  lacksKeys = false
  /** Some record has headers. */
  hasHeaders = false
  /** The first `count` of each are of records; -1 is the length of what is null. */
  timestamps = new Float64Array(firstRecords)
  keyLengths = new Int32Array(firstRecords)
  valueLengths = new Int32Array(firstRecords)
  headerLengths = new Int32Array(firstRecords)
  bytes = new Uint8Array(firstBytes)
  #lastHeaders: Headers = noHeaders
  #lastHeaderBytes: Uint8Array = new Uint8Array(0)

  constructor(
    readonly topic: TopicName,
    readonly partition: Partition,
  ) {}

  /**
   * Writes a record whose value is encoded where it is to lie.
   * @param keyLength bytes of the key that are its own
   * @param keyAt the first of them
   * @throws what the serde throws, and RangeError for an impossible timestamp; nothing was written then
   */
  write<Value>(
    key: Uint8Array | null,
    value: Value,
    serde: Serde<Value>,
    timestamp: Timestamp,
    headers: Headers = noHeaders,
    keyLength: number = key === null ? 0 : key.length,
    keyAt = 0,
  ): void {
    const valueAt = this.#begin(key, keyLength, keyAt, timestamp)
    const end =
      serde.encodeInto === undefined
        ? this.#added(serde.encode(value), valueAt)
        : this.#encoded(value, serde.encodeInto, valueAt)
    this.#end(key === null ? -1 : keyLength, end - valueAt, end, timestamp, headers)
  }

  /**
   * Writes a record whose value is bytes already, or none (a tombstone).
   * @param keyLength bytes of the key that are its own
   * @param keyAt the first of them
   * @throws RangeError for an impossible timestamp; nothing was written then
   */
  append(
    key: Uint8Array | null,
    value: Uint8Array | null,
    timestamp: Timestamp,
    headers: Headers = noHeaders,
    keyLength: number = key === null ? 0 : key.length,
    keyAt = 0,
  ): void {
    const valueAt = this.#begin(key, keyLength, keyAt, timestamp)
    const length = key === null ? -1 : keyLength
    if (value === null) this.#end(length, -1, valueAt, timestamp, headers)
    else this.#end(length, value.length, this.#added(value, valueAt), timestamp, headers)
  }

  /**
   * Says where the record written last lies, and two of the fields of its value.
   * @returns null where it has no key, no value, headers, or not these fields
   */
  last(longs: LongFields, first: string, second: string): Copied | null {
    const index = this.count - 1
    const [keyLength = -1, valueLength = -1] = [this.keyLengths[index], this.valueLengths[index]]
    if (keyLength < 0 || valueLength < 0 || this.headerLengths[index] !== 0) return null
    const valueAt = this.size - valueLength
    const firstAt = longs.find(this.bytes, valueAt, first)
    const secondAt = longs.find(this.bytes, valueAt, second)
    if (firstAt < 0 || secondAt < 0) return null
    return {
      batch: this,
      at: valueAt - keyLength,
      keyLength,
      valueLength,
      timestamp: this.timestamps[index] ?? 0,
      first: firstAt - valueAt,
      second: secondAt - valueAt,
    }
  }

  /**
   * Writes a record of this or another batch again, with other integers in its two fields.
   * @returns false, and nothing is written, where these need more or fewer bytes than the ones there
   */
  repeat(copied: Copied, longs: LongFields, first: number, second: number): boolean {
    const { batch, at, keyLength, valueLength } = copied
    if (this.count === this.timestamps.length) this.#moreRecords()
    const start = this.size
    const valueAt = start + keyLength
    const end = valueAt + valueLength
    if (end > this.bytes.length) this.#moreBytes(end)
    const { bytes } = this
    if (batch === this) bytes.copyWithin(start, at, at + keyLength + valueLength)
    else bytes.set(batch.bytes.subarray(at, at + keyLength + valueLength), start)
    if (!longs.replace(bytes, valueAt + copied.first, first)) return false
    if (!longs.replace(bytes, valueAt + copied.second, second)) return false
    const index = this.count
    this.timestamps[index] = copied.timestamp
    if (copied.timestamp > this.maxTimestamp) this.maxTimestamp = copied.timestamp
    this.keyLengths[index] = keyLength
    this.valueLengths[index] = valueLength
    this.headerLengths[index] = 0
    this.size = end
    this.count = index + 1
    return true
  }

  /** Empties it. What it had allocated is used again, as long as it is needed: a backlog is over some time. */
  clear(): void {
    if (this.bytes.length > firstBytes && this.size < this.bytes.length / 8) this.bytes = new Uint8Array(firstBytes)
    if (this.timestamps.length > firstRecords && this.count < this.timestamps.length / 8)
      this.#makeColumns(firstRecords)
    this.count = 0
    this.size = 0
    this.maxTimestamp = 0
    this.lacksKeys = false
    this.hasHeaders = false
  }

  /** Copies the key behind what is in use; gives where the value begins. */
  #begin(key: Uint8Array | null, length: number, keyAt: number, timestamp: Timestamp): number {
    if (!(Number.isSafeInteger(timestamp) && timestamp >= 0)) {
      throw new RangeError(
        `a record for ${this.topic} has the timestamp ${timestamp}: give milliseconds since 1970, an integer >= 0`,
      )
    }
    if (this.count === this.timestamps.length) this.#moreRecords()
    return key === null ? this.size : this.#copied(key, keyAt, length, this.size)
  }

  #encoded<Value>(value: Value, encodeInto: NonNullable<Serde<Value>['encodeInto']>, at: number): number {
    for (;;) {
      const end = encodeInto(value, this.bytes, at)
      if (end >= 0) return end
      this.#moreBytes(this.bytes.length - end)
    }
  }

  #end(keyLength: number, valueLength: number, end: number, timestamp: Timestamp, headers: Headers): void {
    const index = this.count
    this.timestamps[index] = timestamp
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp
    if (keyLength < 0) this.lacksKeys = true
    this.keyLengths[index] = keyLength
    this.valueLengths[index] = valueLength
    this.size = end
    this.headerLengths[index] = headers === noHeaders ? 0 : this.#writeHeaders(headers)
    this.count = index + 1
  }

  /** Neighbours often share theirs. */
  #writeHeaders(headers: Headers): number {
    if (headers !== this.#lastHeaders) {
      this.#lastHeaderBytes = encodeHeaders(headers)
      this.#lastHeaders = headers
    }
    const bytes = this.#lastHeaderBytes
    if (bytes.length > 0) this.hasHeaders = true
    this.size = this.#added(bytes, this.size)
    return bytes.length
  }

  #added(from: Uint8Array, at: number): number {
    return this.#copied(from, 0, from.length, at)
  }

  /** Copies to a place of the area; gives the end of the copy. What is small is copied in a loop. */
  #copied(from: Uint8Array, start: number, length: number, at: number): number {
    const end = at + length
    if (end > this.bytes.length) this.#moreBytes(end)
    const { bytes } = this
    if (length > longestLoop) bytes.set(length === from.length ? from : from.subarray(start, start + length), at)
    else for (let i = 0; i < length; i++) bytes[at + i] = from[start + i] as number
    return end
  }

  #moreBytes(atLeast: number): void {
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, atLeast))
    larger.set(this.bytes)
    this.bytes = larger
  }

  #makeColumns(room: number): void {
    this.timestamps = new Float64Array(room)
    this.keyLengths = new Int32Array(room)
    this.valueLengths = new Int32Array(room)
    this.headerLengths = new Int32Array(room)
  }

  #moreRecords(): void {
    const room = 2 * this.timestamps.length
    this.timestamps = widened(this.timestamps, new Float64Array(room))
    this.keyLengths = widened(this.keyLengths, new Int32Array(room))
    this.valueLengths = widened(this.valueLengths, new Int32Array(room))
    this.headerLengths = widened(this.headerLengths, new Int32Array(room))
  }
}

function widened<Column extends Float64Array | Int32Array>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
