import { type Fetched, type FetchLimit, OffsetOutOfRange, type PartitionBounds } from '../engine/ports/log.js'
import type { FetchedRecord } from '../engine/record.js'
import type { Timestamp } from '../engine/time.js'
import { partitionId as nameOfPartition, type Offset, offset, type TopicPartition } from '../engine/topic.js'
import { Batch } from './batch.js'
import type { Environment } from './environment.js'
import { DamagedEnvironment } from './errors.js'
import { readHead } from './heads.js'
import { decodeNumber, positionKey, positionOf, timeKey } from './keys.js'
import type { Topics } from './topics.js'

interface Placed {
  readonly base: number
  readonly batch: Batch
}

/** Reads partitions. Every public method is one look at one snapshot. */
export class Reader {
  readonly #environment: Environment
  readonly #topics: Topics
  /** The batch in whose middle the last fetch of a partition stopped, so that going on does not read it again. */
  readonly #begun = new Map<number, Placed>()

  constructor(environment: Environment, topics: Topics) {
    this.#environment = environment
    this.#topics = topics
  }

  bounds(at: TopicPartition): PartitionBounds {
    const id = this.#topics.partitionId(at)
    const { start, end } = this.#environment.read(() => readHead(this.#environment, id))
    return { start: offset(start), end: offset(end) }
  }

  fetch(
    positions: readonly { readonly at: TopicPartition; readonly from: Offset }[],
    limit: FetchLimit,
  ): readonly Fetched[] {
    const ids = positions.map(({ at }) => this.#topics.partitionId(at))
    return this.#environment.read(() =>
      positions.map(({ at, from }, index) => this.#fetchOne(at, ids[index] as number, from, limit)),
    )
  }

  offsetFor(at: TopicPartition, timestamp: Timestamp): Offset {
    const id = this.#topics.partitionId(at)
    return this.#environment.read(() => {
      const { start, end } = readHead(this.#environment, id)
      const first = this.#indexed(id, 0)
      // Batches before the first that the index knows were never the newest of their time: look at each.
      const found =
        this.#search(at, id, start, Math.min(first ?? end, end), timestamp) ??
        this.#search(at, id, this.#indexed(id, timestamp) ?? end, end, timestamp)
      return offset(found ?? end)
    })
  }

  #fetchOne(at: TopicPartition, id: number, from: Offset, limit: FetchLimit): Fetched {
    const { start, end } = readHead(this.#environment, id)
    if (from < start || from > end) throw new OffsetOutOfRange(at, from, { start: offset(start), end: offset(end) })
    const records: FetchedRecord[] = []
    let next: number = from
    let bytes = 0
    while (next < end) {
      const placed = this.#batchFrom(at, id, next)
      if (placed === undefined) {
        next = end
        break
      }
      const { base, batch } = placed
      let index = batch.indexFrom(next - base)
      while (index < batch.count && records.length < limit.records && (bytes < limit.bytes || records.length === 0)) {
        const position = offset(base + batch.distance(index))
        records.push({ topic: at.topic, partition: at.partition, offset: position, ...batch.record(index) })
        bytes += batch.size(index)
        next = position + 1
        index++
      }
      if (index < batch.count) {
        this.#begun.set(id, placed)
        return { at, records, next: offset(next), atEnd: false }
      }
      this.#begun.delete(id)
      next = base + batch.span
      if (records.length >= limit.records || bytes >= limit.bytes) break
    }
    return { at, records, next: offset(next), atEnd: next >= end }
  }

  /** The batch that holds the offset, or the first one after it. */
  #batchFrom(at: TopicPartition, id: number, position: number): Placed | undefined {
    const begun = this.#begun.get(id)
    if (begun !== undefined && begun.base <= position && position < begun.base + begun.batch.span) return begun
    const { log } = this.#environment.tables
    const exact = log.get(positionKey(id, position))
    if (exact !== undefined) return { base: position, batch: this.#decode(at, position, exact) }
    for (const { key, value } of log.getRange({
      start: positionKey(id, position),
      end: positionKey(id, 0),
      inclusiveEnd: true,
      reverse: true,
      limit: 1,
    })) {
      const base = positionOf(key)
      const batch = this.#decode(at, base, value)
      if (position < base + batch.span) return { base, batch }
    }
    return this.#firstFrom(at, id, position)
  }

  #firstFrom(at: TopicPartition, id: number, position: number): Placed | undefined {
    const range = { start: positionKey(id, position), end: positionKey(id + 1, 0), limit: 1 }
    for (const { key, value } of this.#environment.tables.log.getRange(range)) {
      const base = positionOf(key)
      return { base, batch: this.#decode(at, base, value) }
    }
    return undefined
  }

  /** Base offset of the first batch that raised the greatest timestamp to this or beyond. */
  #indexed(id: number, timestamp: number): number | undefined {
    const range = { start: timeKey(id, timestamp), end: timeKey(id + 1, 0), limit: 1 }
    for (const { value } of this.#environment.tables.times.getRange(range)) return decodeNumber(value)
    return undefined
  }

  /** The first offset at or after `from` and in a batch before `to` whose record is at or after the instant. */
  #search(at: TopicPartition, id: number, from: number, to: number, timestamp: Timestamp): number | undefined {
    for (let next = from; next < to; ) {
      const placed = this.#batchFrom(at, id, next)
      if (placed === undefined || placed.base >= to) return undefined
      const { base, batch } = placed
      if (batch.maxTimestamp >= timestamp) {
        for (let index = batch.indexFrom(next - base); index < batch.count; index++)
          if (batch.timestamp(index) >= timestamp) return base + batch.distance(index)
      }
      next = base + batch.span
    }
    return undefined
  }

  #decode(at: TopicPartition, base: number, bytes: Uint8Array): Batch {
    try {
      return new Batch(alignedCopy(bytes))
    } catch (error) {
      throw new DamagedEnvironment(
        `the batch at offset ${base} of ${nameOfPartition(at)} in ${this.#environment.dir} is damaged ` +
          `(${error instanceof Error ? error.message : String(error)}): restore the folder from a backup, ` +
          'or move it away and replay the sources',
        { cause: error },
      )
    }
  }
}

/** As plain bytes that typed arrays can be laid over. */
function alignedCopy(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : new Uint8Array(bytes)
}
