import type {
  Fetched,
  FetchLimit,
  Log,
  OutgoingRecord,
  PartitionBounds,
  TopicDescription,
} from '../engine/ports/log.js'
import type { Origin } from '../engine/record.js'
import type { Timestamp } from '../engine/time.js'
import type { Offset, Topic, TopicName, TopicPartition } from '../engine/topic.js'
import type { Appender } from './appending.js'
import type { GroupOffsets } from './group-offsets.js'
import type { Reader } from './reading.js'
import type { StoredTopic, Topics } from './topics.js'
import type { WakeUps } from './wake-ups.js'
import type { Writer } from './writer.js'

export interface LogParts {
  readonly topics: Topics
  readonly appender: Appender
  readonly reader: Reader
  readonly offsets: GroupOffsets
  readonly writer: Writer
  readonly wakeUps: WakeUps
  close(): Promise<void>
}

/** The log of an environment, as one thread has it open. */
export class EmbeddedLog implements Log {
  readonly #parts: LogParts

  constructor(parts: LogParts) {
    this.#parts = parts
  }

  async createTopic<Value>(topic: Topic<Value>, defaultPartitions: number): Promise<TopicDescription> {
    return description(this.#parts.topics.create(topic, defaultPartitions))
  }

  async topics(): Promise<readonly TopicDescription[]> {
    return this.#parts.topics.all().map(description)
  }

  async widths(topics: readonly TopicName[]): Promise<ReadonlyMap<TopicName, number>> {
    return new Map(topics.map((name) => [name, this.#parts.topics.get(name).partitions]))
  }

  async bounds(at: TopicPartition): Promise<PartitionBounds> {
    return this.#parts.reader.bounds(at)
  }

  async offsetFor(at: TopicPartition, timestamp: Timestamp): Promise<Offset> {
    return this.#parts.reader.offsetFor(at, timestamp)
  }

  async fetch(
    positions: readonly { readonly at: TopicPartition; readonly from: Offset }[],
    limit: FetchLimit,
  ): Promise<readonly Fetched[]> {
    return this.#parts.reader.fetch(positions, limit)
  }

  async append(records: readonly OutgoingRecord[]): Promise<readonly Origin[]> {
    const { appender, writer, wakeUps } = this.#parts
    const append = appender.prepareRecords(records)
    await writer.submit(append)
    wakeUps.announce(append.topics)
    return append.origins()
  }

  async committed(group: string, at: readonly TopicPartition[]): Promise<ReadonlyMap<string, Offset>> {
    return this.#parts.offsets.committed(group, at)
  }

  async groups(): Promise<readonly string[]> {
    return this.#parts.offsets.groups()
  }

  onAppend(topics: readonly TopicName[], listener: () => void): () => void {
    return this.#parts.wakeUps.listen(topics, listener)
  }

  close(): Promise<void> {
    return this.#parts.close()
  }
}

const description = ({ name, partitions, cleanup }: StoredTopic): TopicDescription => ({ name, partitions, cleanup })
