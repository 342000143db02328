import type { TopicPartition } from '../../engine/topic.js'
import type { AbortedTransaction } from '../wire/fetch.js'
import { decompress } from './compression.js'
import { crc32c } from './crc32c.js'
import { batchAttributes, batchLayout, batchMagic, lengthFieldEnd } from './record-batch.js'
import { type OpenBatch, RecordSlice } from './record-slice.js'
import { readVarint, readVarlong } from './varints.js'

const abortMarker = 0

/**
 * What one fetch gave of one partition: batches that are decoded as records are taken from them. Records of aborted
 * transactions and control records are passed over. Keys and values are views of the fetched bytes.
 */
export class RecordSet {
  /** Where to read on: past the last record taken and everything after it that holds none. */
  next: number
  readonly #at: TopicPartition
  readonly #bytes: Buffer
  readonly #aborted: readonly AbortedTransaction[]
  readonly #abortedProducers = new Set<number>()
  #abortedSeen = 0
  #position = 0
  #open: OpenBatch | null = null

  /** @param from the offset that was asked for: the first batch may begin before it */
  constructor(at: TopicPartition, from: number, bytes: Buffer, aborted: readonly AbortedTransaction[]) {
    this.#at = at
    this.#bytes = bytes
    this.#aborted = [...aborted].sort((one, other) => one.firstOffset - other.firstOffset)
    this.next = from
  }

  /** Whether all that was fetched has been taken. */
  get isEmpty(): boolean {
    return this.#open === null && !this.#holdsBatch()
  }

  /**
   * Takes records while there are fewer than `records` of them and fewer than `bytes` bytes in them.
   * @returns how many were taken, and the bytes of their keys and values
   * @throws Error when a batch is damaged, or of a format or codec that is not known
   */
  take(into: RecordSlice[], limit: { readonly records: number; readonly bytes: number }) {
    let bytes = 0
    let records = 0
    for (;;) {
      if (this.#open === null && !this.#openNext()) return { records, bytes }
      const batch = this.#open
      if (batch === null) continue
      while (batch.left > 0) {
        if (records >= limit.records || bytes >= limit.bytes) return { records, bytes }
        const left = { records: limit.records - records, bytes: limit.bytes - bytes }
        const slice = new RecordSlice(this.#at, batch, this.next, left)
        if (slice.length === 0) continue
        into.push(slice)
        records += slice.length
        bytes += slice.size
        this.next = slice.offset(slice.length - 1) + 1
      }
      this.next = Math.max(this.next, batch.end)
      this.#open = null
    }
  }

  #holdsBatch(): boolean {
    const left = this.#bytes.length - this.#position
    return (
      left > lengthFieldEnd && left >= lengthFieldEnd + this.#bytes.readInt32BE(this.#position + batchLayout.length)
    )
  }

  /** Goes on to the next batch; false when there is none. Of one that holds no records nothing stays open. */
  #openNext(): boolean {
    if (!this.#holdsBatch()) return false
    const start = this.#position
    const stop = start + lengthFieldEnd + this.#bytes.readInt32BE(start + batchLayout.length)
    this.#position = stop
    const bytes = this.#bytes.subarray(start, stop)
    const baseOffset = int64(bytes, batchLayout.baseOffset)
    this.#check(bytes, baseOffset)
    const end = baseOffset + bytes.readInt32BE(batchLayout.lastOffsetDelta) + 1
    if (end <= this.next) return true
    const attributes = bytes.readInt16BE(batchLayout.attributes)
    const producerId = int64(bytes, batchLayout.producerId)
    this.#learnAborted(end)
    if (attributes & batchAttributes.control) {
      this.#endOfTransaction(bytes, producerId)
      this.next = end
      return true
    }
    if (attributes & batchAttributes.transactional && this.#abortedProducers.has(producerId)) {
      this.next = end
      return true
    }
    const code = attributes & batchAttributes.compression
    const records = bytes.subarray(batchLayout.records)
    this.#open = {
      bytes: code === 0 ? records : this.#decompress(code, records, baseOffset),
      baseOffset,
      baseTimestamp: int64(bytes, batchLayout.baseTimestamp),
      appendTime: attributes & batchAttributes.logAppendTime ? int64(bytes, batchLayout.maxTimestamp) : null,
      end,
      at: 0,
      left: bytes.readInt32BE(batchLayout.count),
    }
    return true
  }

  #check(bytes: Buffer, baseOffset: number): void {
    const magic = bytes[batchLayout.magic]
    if (magic !== batchMagic)
      throw this.#damaged(baseOffset, `has format ${magic}: convert the topic to format ${batchMagic}`)
    if (crc32c(bytes, batchLayout.attributes) !== bytes.readUInt32BE(batchLayout.crc))
      throw this.#damaged(baseOffset, 'has a wrong checksum: it was damaged on its way, or on the disk of the broker')
  }

  #decompress(code: number, bytes: Buffer, baseOffset: number): Buffer {
    try {
      return decompress(code, bytes)
    } catch (error) {
      throw this.#damaged(baseOffset, error instanceof Error ? error.message : String(error))
    }
  }

  #damaged(baseOffset: number, what: string): Error {
    return new Error(`the batch at offset ${baseOffset} of ${this.#at.topic}-${this.#at.partition} ${what}`)
  }

  /** Transactions that began before the offset and were aborted. */
  #learnAborted(before: number): void {
    for (;;) {
      const aborted = this.#aborted[this.#abortedSeen]
      if (aborted === undefined || aborted.firstOffset >= before) return
      this.#abortedProducers.add(aborted.producerId)
      this.#abortedSeen += 1
    }
  }

  /** A control batch holds one record, whose key is a version and a type of 16 bits each. */
  #endOfTransaction(bytes: Buffer, producerId: number): void {
    const batch = { bytes: bytes.subarray(batchLayout.records), at: 0 }
    readVarint(batch)
    batch.at += 1
    readVarlong(batch)
    readVarint(batch)
    const keyLength = readVarint(batch)
    if (keyLength >= 4 && batch.bytes.readInt16BE(batch.at + 2) === abortMarker)
      this.#abortedProducers.delete(producerId)
  }
}

/** As numbers hold it: beyond 53 bits inexact, which no offset and no time is. */
const int64 = (bytes: Buffer, at: number): number => bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
