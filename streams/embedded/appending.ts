import type { OutgoingBatch } from '../engine/outgoing-batch.js'
import { OutgoingRecords } from '../engine/outgoing-records.js'
import { partitionFor } from '../engine/partitioner.js'
import type { OutgoingRecord } from '../engine/ports/log.js'
import type { Origin } from '../engine/record.js'
import { offset, type Partition, partition, type TopicName } from '../engine/topic.js'
import { batchHead, encodeColumns } from './batch.js'
import type { Environment } from './environment.js'
import { readHead, writeHead } from './heads.js'
import { positionKey } from './keys.js'
import { indexBatch } from './time-index.js'
import type { StoredTopic, Topics } from './topics.js'

/** Encoded batches of one partition, in order. */
interface Group {
  readonly topic: TopicName
  readonly partition: Partition
  readonly partitionId: number
  readonly batches: Uint8Array[]
  /** Offset of the first record, once it is written. */
  base: number
}

/** Batches on their way into the log; only their base offsets are open until they are written. */
export interface PreparedAppend {
  readonly topics: ReadonlySet<TopicName>
  /** Inside a write: appends the batches. */
  write(): void
}

/** Encodes batches, outside of any transaction so that nobody waits for it. */
export class Appender {
  readonly #environment: Environment
  readonly #topics: Topics
  #withoutKey = 0

  constructor(environment: Environment, topics: Topics) {
    this.#environment = environment
    this.#topics = topics
  }

  /** @throws Error when a batch names a topic or partition that is not there, or lacks keys that the topic needs */
  prepare(batches: readonly OutgoingBatch[]): PreparedAppend {
    return this.#prepare(batches).append
  }

  /**
   * Chooses the partitions of records that name none.
   * @returns also how to ask, once it is written, for the place of each record, in the order they were given
   * @throws Error as `prepare` does, and for what is no record
   */
  prepareRecords(records: readonly OutgoingRecord[]): PreparedAppend & { origins(): readonly Origin[] } {
    const outgoing = new OutgoingRecords((topic) => this.#topics.get(topic).partitions)
    const chosen = records.map((record) => {
      const index = this.#partitionOf(record)
      // Also where nothing else looks at the number: one that is not there is refused before anything is written.
      const at = this.#topics.place({ topic: record.topic, partition: partition(index) })
      outgoing.append({ ...record, partition: at.partition })
      return at
    })
    const { append, groups } = this.#prepare(outgoing.batches)
    return {
      ...append,
      origins: () => {
        const next = new Map(groups.map(({ partitionId, base }) => [partitionId, base]))
        return chosen.map((at) => {
          const place = next.get(at.id) ?? 0
          next.set(at.id, place + 1)
          return { topic: at.topic, partition: at.partition, offset: offset(place) }
        })
      },
    }
  }

  #prepare(batches: readonly OutgoingBatch[]): { append: PreparedAppend; groups: readonly Group[] } {
    const groups = new Map<number, Group>()
    for (const batch of batches) {
      if (batch.lacksKeys) refuseWithoutKeys(this.#topics.get(batch.topic))
      const { id, topic, partition } = this.#topics.place(batch)
      let group = groups.get(id)
      if (group === undefined) {
        group = { topic, partition, partitionId: id, batches: [], base: 0 }
        groups.set(id, group)
      }
      group.batches.push(encodeColumns(batch))
    }
    const write = () => {
      for (const group of groups.values()) group.base = appendBatches(this.#environment, group)
    }
    return {
      append: { topics: new Set(batches.map(({ topic }) => topic)), write },
      groups: [...groups.values()],
    }
  }

  #partitionOf({ topic, partition: chosen, key }: OutgoingRecord): number {
    if (chosen !== undefined) return chosen
    const { partitions } = this.#topics.get(topic)
    return key === null ? this.#withoutKey++ % partitions : partitionFor(key, partitions)
  }
}

function refuseWithoutKeys({ name, cleanup }: StoredTopic): void {
  if (cleanup === 'compact')
    throw new TypeError(`a record for ${name} has no key: a compacted topic keeps the newest of each key`)
}

/** Gives the base offset of the first batch. */
function appendBatches(environment: Environment, { partitionId, batches }: Group): number {
  const head = readHead(environment, partitionId)
  let { end, bytes, maxTimestamp } = head
  for (const batch of batches) {
    const { span, maxTimestamp: newest } = batchHead(batch)
    void environment.tables.log.put(positionKey(partitionId, end), batch)
    if (newest > maxTimestamp) {
      maxTimestamp = newest
      indexBatch(environment, partitionId, newest, end)
    }
    end += span
    bytes += batch.length
  }
  writeHead(environment, partitionId, { ...head, end, bytes, maxTimestamp })
  return head.end
}
