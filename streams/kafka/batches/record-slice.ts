import type { RecordBatch } from '../../engine/ports/log.js'
import { type FetchedRecord, type Headers, noHeaders } from '../../engine/record.js'
import type { Timestamp } from '../../engine/time.js'
import { type Offset, offset, type Partition, type TopicPartition } from '../../engine/topic.js'
import { type Cursor, readVarint, readVarlong } from './varints.js'

/** Records of a batch that are still to be taken. */
export interface OpenBatch extends Cursor {
  readonly bytes: Buffer
  readonly baseOffset: number
  readonly baseTimestamp: number
  /** Timestamp of all its records, where the broker set it; else null. */
  readonly appendTime: number | null
  /** Offset after the batch. */
  readonly end: number
  left: number
}

const textDecoder = new TextDecoder()

/** Neighbouring records of one batch, by columns over the bytes of the batch. */
export class RecordSlice implements RecordBatch {
  length = 0
  /** Bytes of keys and values. */
  size = 0
  readonly bytes: Uint8Array
  starts: Int32Array
  ends: Int32Array
  readonly keyStarts: Int32Array
  readonly keyEnds: Int32Array
  readonly #at: TopicPartition
  readonly #batch: OpenBatch
  readonly #headerStarts: Int32Array
  readonly #offsets: Float64Array
  readonly #timestamps: Float64Array

  /**
   * Takes records of the batch from the offset on: at most `records`, and none more once they have `bytes` bytes.
   * @throws Error when the length of a record is wrong
   */
  constructor(
    at: TopicPartition,
    batch: OpenBatch,
    from: number,
    limit: { readonly records: number; readonly bytes: number },
  ) {
    this.#at = at
    this.#batch = batch
    this.bytes = batch.bytes
    const room = Math.min(batch.left, limit.records)
    this.starts = new Int32Array(room)
    this.ends = new Int32Array(room)
    this.keyStarts = new Int32Array(room)
    this.keyEnds = new Int32Array(room)
    this.#headerStarts = new Int32Array(room)
    this.#offsets = new Float64Array(room)
    this.#timestamps = new Float64Array(room)
    while (batch.left > 0 && this.length < room && this.size < limit.bytes) this.#take(batch, from)
    this.starts = this.starts.subarray(0, this.length)
    this.ends = this.ends.subarray(0, this.length)
  }

  get partition(): Partition {
    return this.#at.partition
  }

  offset(index: number): Offset {
    return offset(this.#offsets[index] as number)
  }

  timestamp(index: number): Timestamp {
    return this.#timestamps[index] as number
  }

  record(index: number): FetchedRecord {
    const keyStart = this.keyStarts[index] as number
    const start = this.starts[index] as number
    return {
      topic: this.#at.topic,
      partition: this.#at.partition,
      offset: offset(this.#offsets[index] as number),
      key: keyStart < 0 ? null : this.#view(keyStart, this.keyEnds[index] as number),
      value: start < 0 ? null : this.#view(start, this.ends[index] as number),
      timestamp: this.#timestamps[index] as number,
      headers: this.headers(index),
    }
  }

  /** Plain bytes: those of Node's Buffer behave otherwise, and cost more to make. */
  #view(from: number, to: number): Uint8Array {
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + from, to - from)
  }

  /** Passes over a record that is before `from`. */
  #take(batch: OpenBatch, from: number): void {
    const length = readVarint(batch)
    const stop = batch.at + length
    batch.left -= 1
    batch.at += 1
    const timestampDelta = readVarlong(batch)
    const position = batch.baseOffset + readVarint(batch)
    if (position >= from) {
      const index = this.length++
      this.#offsets[index] = position
      this.#timestamps[index] = batch.appendTime ?? batch.baseTimestamp + timestampDelta
      const keyLength = readVarint(batch)
      this.keyStarts[index] = keyLength < 0 ? -1 : batch.at
      batch.at += Math.max(0, keyLength)
      this.keyEnds[index] = keyLength < 0 ? -1 : batch.at
      const valueLength = readVarint(batch)
      this.starts[index] = valueLength < 0 ? -1 : batch.at
      batch.at += Math.max(0, valueLength)
      this.ends[index] = valueLength < 0 ? -1 : batch.at
      this.#headerStarts[index] = batch.at
      this.size += Math.max(0, keyLength) + Math.max(0, valueLength)
      if (batch.at >= stop || stop > batch.bytes.length)
        throw new Error(
          `record ${position} of ${this.#at.topic}-${this.#at.partition} is longer than its batch says: it was written wrong`,
        )
    }
    batch.at = stop
  }

  headers(index: number): Headers {
    const start = this.#headerStarts[index] as number
    if (this.bytes[start] === 0) return noHeaders
    const cursor = { bytes: this.#batch.bytes, at: start }
    const entries: [string, Uint8Array][] = []
    for (let left = readVarint(cursor); left > 0; left--) {
      const nameLength = readVarint(cursor)
      const name = textDecoder.decode(this.#view(cursor.at, cursor.at + nameLength))
      cursor.at += nameLength
      const length = Math.max(0, readVarint(cursor))
      entries.push([name, this.#view(cursor.at, cursor.at + length)])
      cursor.at += length
    }
    // Not by assignment: a header may be called __proto__.
    return Object.fromEntries(entries)
  }
}
