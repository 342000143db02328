import type { OutgoingBatch } from '../engine/outgoing-batch.js'
import { OutgoingRecords } from '../engine/outgoing-records.js'
import { partitionFor } from '../engine/partitioner.js'
import type { OutgoingRecord } from '../engine/ports/log.js'
import type { Origin } from '../engine/record.js'
import { offset, partition, partitionId, type TopicName } from '../engine/topic.js'
import { encodeBatches, encodedSize, encodedSizeOf } from './batches/encode.js'
import type { UnwrittenBatch } from './producer.js'
import type { Topics } from './topics.js'

/** A little less than a topic takes whose owner set nothing (`max.message.bytes`). */
const batchBytes = 900 * 2 ** 10

/** Chooses partitions, and cuts what goes to each of them into batches. */
export class Preparation {
  readonly #topics: Topics
  #withoutKey = 0

  constructor(topics: Topics) {
    this.#topics = topics
  }

  /** @throws Error when a batch names a topic or partition that is not there */
  async batches(outgoing: readonly OutgoingBatch[]): Promise<readonly UnwrittenBatch[]> {
    const places = new Map<string, OutgoingBatch[]>()
    for (const batch of outgoing) {
      if (batch.count === 0) continue
      const found = places.get(partitionId(batch))
      if (found === undefined) places.set(partitionId(batch), [batch])
      else found.push(batch)
    }
    for (const [batch] of places.values()) if (batch !== undefined) await this.#topics.leader(batch)
    return [...places.values()].flatMap(cut)
  }

  /**
   * Chooses the partitions of records that name none.
   * @returns also how to ask, once they are written, for the place of each record, in the order they were given
   * @throws Error as `batches` does, and for what is no record
   */
  async records(records: readonly OutgoingRecord[]) {
    const partitions = new Map<TopicName, number>()
    for (const { topic } of records)
      if (!partitions.has(topic)) partitions.set(topic, await this.#topics.chosenFrom(topic))
    const outgoing = new OutgoingRecords((topic) => partitions.get(topic) ?? 1)
    const chosen = records.map((record) => {
      const to = partition(this.#partitionOf(record, partitions.get(record.topic) ?? 1))
      outgoing.append({ ...record, partition: to })
      return { topic: record.topic, partition: to }
    })
    const batches = await this.batches(outgoing.batches)
    return { batches, origins: (bases: readonly number[]) => originsOf(chosen, batches, bases) }
  }

  #partitionOf({ partition: given, key }: OutgoingRecord, partitions: number): number {
    if (given !== undefined) return given
    if (key !== null) return partitionFor(key, partitions)
    return this.#withoutKey++ % partitions
  }
}

/** Those of one partition, in order, as few as may be. */
function cut(outgoing: readonly OutgoingBatch[]): UnwrittenBatch[] {
  const groups: OutgoingBatch[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const batch of outgoing) {
    const size = encodedSize(batch)
    bytes += size
    if (bytes > batchBytes) {
      groups.push([])
      bytes = size
    }
    groups.at(-1)?.push(batch)
  }
  return groups.map((group) => {
    const [{ topic, partition: at }] = group as [OutgoingBatch]
    const count = group.reduce((sum, batch) => sum + batch.count, 0)
    const size = encodedSizeOf(group)
    return { topic, partition: at, count, size, encode: (writing, into) => encodeBatches(group, writing, into) }
  })
}

function originsOf(
  chosen: readonly Omit<Origin, 'offset'>[],
  batches: readonly UnwrittenBatch[],
  bases: readonly number[],
): readonly Origin[] {
  /** Offsets of each partition that are still to be given out, in order. */
  const offsets = new Map<string, Generator<number>>()
  const ofPlace = function* (id: string) {
    for (const [index, batch] of batches.entries())
      if (partitionId(batch) === id) for (let at = 0; at < batch.count; at++) yield (bases[index] ?? 0) + at
  }
  return chosen.map((place) => {
    const id = partitionId(place)
    const found = offsets.get(id) ?? ofPlace(id)
    offsets.set(id, found)
    return { ...place, offset: offset(found.next().value ?? 0) }
  })
}
