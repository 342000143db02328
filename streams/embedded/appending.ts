import { partitionFor } from '../engine/partitioner.js'
import type { OutgoingRecord } from '../engine/ports/log.js'
import type { Origin } from '../engine/record.js'
import { type Partition, partition, type TopicName } from '../engine/topic.js'
import { type BatchEntry, batchedBytes, batchHead, encodeBatch } from './batch.js'
import type { Environment } from './environment.js'
import { readHead, writeHead } from './heads.js'
import { positionKey } from './keys.js'
import { indexBatch } from './time-index.js'
import type { StoredTopic, Topics } from './topics.js'

/** A batch is one value of LMDB: large enough to be cheap for each record, small enough to be read for a few. */
const batchBytes = 256 * 1024
const batchRecords = 10_000

interface Group {
  readonly topic: TopicName
  readonly partition: Partition
  readonly partitionId: number
  readonly entries: BatchEntry[]
  readonly batches: Uint8Array[]
  bytes: number
  count: number
}

/** Records that were cut into batches; only their base offsets are open until they are written. */
export interface PreparedAppend {
  readonly topics: ReadonlySet<TopicName>
  /** Inside a write: appends the batches and gives the place of each record, in the order they were given. */
  write(): readonly Origin[]
}

/** Chooses partitions and encodes batches, outside of any transaction so that nobody waits for it. */
export class Appender {
  readonly #environment: Environment
  readonly #topics: Topics
  #withoutKey = 0

  constructor(environment: Environment, topics: Topics) {
    this.#environment = environment
    this.#topics = topics
  }

  /** @throws Error when a record names a topic or partition that is not there, or is no record */
  prepare(records: readonly OutgoingRecord[]): PreparedAppend {
    const groups = new Map<number, Group>()
    const places = records.map((record) => {
      const topic = this.#topics.get(record.topic)
      const group = this.#group(groups, topic, this.#partitionOf(record, topic))
      if (record.key === null && topic.cleanup === 'compact')
        throw new TypeError(`a record for ${record.topic} has no key: a compacted topic keeps the newest of each key`)
      if (!Number.isSafeInteger(record.timestamp) || record.timestamp < 0)
        throw new RangeError(
          `a record for ${record.topic} has the timestamp ${record.timestamp}: give milliseconds since 1970, an integer >= 0`,
        )
      const size = batchedBytes(record)
      if (group.entries.length > 0 && (group.bytes + size > batchBytes || group.entries.length >= batchRecords))
        closeBatch(group)
      const { key, value, timestamp, headers } = record
      group.entries.push({ key, value, timestamp, headers, distance: group.entries.length })
      group.bytes += size
      return { group, at: group.count++ }
    })
    for (const group of groups.values()) closeBatch(group)
    return {
      topics: new Set([...groups.values()].map(({ topic }) => topic)),
      write: () => {
        const bases = new Map([...groups.values()].map((group) => [group, appendBatches(this.#environment, group)]))
        return places.map(({ group, at }) => ({
          topic: group.topic,
          partition: group.partition,
          offset: ((bases.get(group) ?? 0) + at) as Origin['offset'],
        }))
      },
    }
  }

  #group(groups: Map<number, Group>, topic: StoredTopic, index: number): Group {
    const { id: partitionId, ...at } = this.#topics.place({ topic: topic.name, partition: partition(index) })
    let group = groups.get(partitionId)
    if (group === undefined) {
      group = { ...at, partitionId, entries: [], batches: [], bytes: 0, count: 0 }
      groups.set(partitionId, group)
    }
    return group
  }

  #partitionOf(record: OutgoingRecord, topic: StoredTopic): number {
    if (record.partition !== undefined) return record.partition
    if (record.key !== null) return partitionFor(record.key, topic.partitions)
    return this.#withoutKey++ % topic.partitions
  }
}

function closeBatch(group: Group): void {
  if (group.entries.length === 0) return
  group.batches.push(encodeBatch(group.entries, group.entries.length))
  group.entries.length = 0
  group.bytes = 0
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
