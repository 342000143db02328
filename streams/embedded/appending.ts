import { partitionFor } from '../engine/partitioner.js'
import type { OutgoingRecord } from '../engine/ports/log.js'
import type { LogRecord, Origin } from '../engine/record.js'
import { offset, type Partition, partition, type TopicName } from '../engine/topic.js'
import { batchedBytes, batchHead, encodeBatch } from './batch.js'
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
  readonly entries: LogRecord[]
  readonly batches: Uint8Array[]
  bytes: number
  /** Offset of the first record, once it is written. */
  base: number
}

/** A topic that records go to, and what goes to each of its partitions. */
interface Target {
  readonly topic: StoredTopic
  readonly groups: (Group | undefined)[]
}

/** Records that were cut into batches; only their base offsets are open until they are written. */
export interface PreparedAppend {
  readonly topics: ReadonlySet<TopicName>
  /** Inside a write: appends the batches. */
  write(): void
  /** Once it is written: the place of each record, in the order they were given. */
  origins(): readonly Origin[]
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
    const targets = new Map<TopicName, Target>()
    const groups: Group[] = []
    const chosen: Group[] = []
    let target: Target | undefined
    for (const record of records) {
      if (target?.topic.name !== record.topic) target = targets.get(record.topic) ?? this.#target(targets, record.topic)
      const { topic } = target
      if (record.key === null && topic.cleanup === 'compact')
        throw new TypeError(`a record for ${record.topic} has no key: a compacted topic keeps the newest of each key`)
      if (!Number.isSafeInteger(record.timestamp) || record.timestamp < 0)
        throw new RangeError(
          `a record for ${record.topic} has the timestamp ${record.timestamp}: give milliseconds since 1970, an integer >= 0`,
        )
      const index = this.#partitionOf(record, topic)
      let group = target.groups[index]
      if (group === undefined) {
        group = this.#group(topic, index)
        target.groups[index] = group
        groups.push(group)
      }
      const size = batchedBytes(record)
      if (group.entries.length > 0 && (group.bytes + size > batchBytes || group.entries.length >= batchRecords))
        closeBatch(group)
      group.entries.push(record)
      group.bytes += size
      chosen.push(group)
    }
    for (const group of groups) closeBatch(group)
    return {
      topics: new Set(targets.keys()),
      write: () => {
        for (const group of groups) group.base = appendBatches(this.#environment, group)
      },
      origins: () => {
        const next = new Map(groups.map((group) => [group, group.base]))
        return chosen.map((group) => {
          const place = next.get(group) ?? group.base
          next.set(group, place + 1)
          return { topic: group.topic, partition: group.partition, offset: offset(place) }
        })
      },
    }
  }

  #target(targets: Map<TopicName, Target>, name: TopicName): Target {
    const target = { topic: this.#topics.get(name), groups: [] }
    targets.set(name, target)
    return target
  }

  #group(topic: StoredTopic, index: number): Group {
    const at = this.#topics.place({ topic: topic.name, partition: partition(index) })
    return {
      topic: at.topic,
      partition: at.partition,
      partitionId: at.id,
      entries: [],
      batches: [],
      bytes: 0,
      base: 0,
    }
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
