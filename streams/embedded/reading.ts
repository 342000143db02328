import { FetchedPartition } from '../engine/fetched-partition.js'
import { type Fetched, type FetchLimit, OffsetOutOfRange, type PartitionBounds } from '../engine/ports/log.js'
import type { Timestamp } from '../engine/time.js'
import { type Offset, offset, type TopicPartition } from '../engine/topic.js'
import { BatchSlice } from './batch-slice.js'
import { batchFrom, type PartitionPlace, type PlacedBatch } from './batches.js'
import type { Environment } from './environment.js'
import { readHead } from './heads.js'
import { indexedBatch } from './time-index.js'
import type { Topics } from './topics.js'

/** Reads partitions. Every public method is one look at one snapshot. */
export class Reader {
  readonly #environment: Environment
  readonly #topics: Topics
  /** The batch in whose middle the last fetch of a partition stopped, so that going on does not read it again. */
  readonly #begun = new Map<number, PlacedBatch>()

  constructor(environment: Environment, topics: Topics) {
    this.#environment = environment
    this.#topics = topics
  }

  bounds(at: TopicPartition): PartitionBounds {
    const { id } = this.#topics.place(at)
    const { start, end } = this.#environment.read(() => readHead(this.#environment, id))
    return { start: offset(start), end: offset(end) }
  }

  fetch(
    positions: readonly { readonly at: TopicPartition; readonly from: Offset }[],
    limit: FetchLimit,
  ): readonly Fetched[] {
    const places = positions.map(({ at, from }) => ({ at: this.#topics.place(at), from }))
    return this.#environment.read(() => places.map(({ at, from }) => this.#fetchOne(at, from, limit)))
  }

  /** Reads the partition anew: its batches were changed. */
  forget({ id }: PartitionPlace): void {
    this.#begun.delete(id)
  }

  offsetFor(at: TopicPartition, timestamp: Timestamp): Offset {
    const place = this.#topics.place(at)
    return this.#environment.read(() => {
      const { start, end } = readHead(this.#environment, place.id)
      const first = indexedBatch(this.#environment, place.id, 0)
      // Batches before the first that the index knows were never the newest of their time: look at each.
      const found =
        this.#search(place, start, Math.min(first ?? end, end), timestamp) ??
        this.#search(place, indexedBatch(this.#environment, place.id, timestamp) ?? end, end, timestamp)
      return offset(found ?? end)
    })
  }

  /** Parts of batches, up to the limit. */
  #fetchOne(place: PartitionPlace, from: Offset, limit: FetchLimit): Fetched {
    const at = { topic: place.topic, partition: place.partition }
    const { start, end } = readHead(this.#environment, place.id)
    if (from < start || from > end) throw new OffsetOutOfRange(at, from, { start: offset(start), end: offset(end) })
    const slices: BatchSlice[] = []
    let next: number = from
    let records = 0
    let bytes = 0
    while (next < end && records < limit.records && bytes < limit.bytes) {
      const placed = this.#batchFrom(place, next)
      if (placed === undefined) {
        next = end
        break
      }
      const { base, batch } = placed
      const first = batch.indexFrom(next - base)
      let index = first
      while (index < batch.count && records < limit.records && (bytes < limit.bytes || records === 0)) {
        bytes += batch.size(index)
        records++
        index++
      }
      if (index > first) slices.push(new BatchSlice(place, placed, first, index))
      if (index < batch.count) {
        if (index > first) next = base + batch.distance(index - 1) + 1
        this.#begun.set(place.id, placed)
        break
      }
      this.#begun.delete(place.id)
      next = base + batch.span
    }
    return new FetchedPartition(at, slices, offset(next), next >= end)
  }

  #batchFrom(place: PartitionPlace, position: number): PlacedBatch | undefined {
    const begun = this.#begun.get(place.id)
    if (begun !== undefined && begun.base <= position && position < begun.base + begun.batch.span) return begun
    return batchFrom(this.#environment, place, position)
  }

  /** The first offset at or after `from` and in a batch before `to` whose record is at or after the instant. */
  #search(place: PartitionPlace, from: number, to: number, timestamp: Timestamp): number | undefined {
    for (let next = from; next < to; ) {
      const placed = batchFrom(this.#environment, place, next)
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
}
