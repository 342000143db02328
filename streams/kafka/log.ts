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
import type { Appender } from './appender.js'
import type { Ends } from './ends.js'
import type { GroupOffsets } from './group-offsets.js'
import type { Reader } from './reading.js'
import type { Topics } from './topics.js'
import type { WakeUps } from './wake-ups.js'

export interface LogParts {
  readonly topics: Topics
  readonly ends: Ends
  readonly reader: Reader
  readonly appender: Appender
  readonly offsets: GroupOffsets
  readonly wakeUps: WakeUps
  close(): Promise<void>
}

/** The log of a Kafka cluster. Reading sees committed records alone. */
export class KafkaLog implements Log {
  readonly #parts: LogParts

  constructor(parts: LogParts) {
    this.#parts = parts
  }

  createTopic<Value>(topic: Topic<Value>, defaultPartitions: number, orMore = false): Promise<TopicDescription> {
    return this.#parts.topics.create(topic, defaultPartitions, orMore)
  }

  topics(): Promise<readonly TopicDescription[]> {
    return this.#parts.topics.all()
  }

  widths(topics: readonly TopicName[]): Promise<ReadonlyMap<TopicName, number>> {
    return this.#parts.topics.widths(topics)
  }

  bounds(at: TopicPartition): Promise<PartitionBounds> {
    return this.#parts.ends.bounds(at)
  }

  offsetFor(at: TopicPartition, timestamp: Timestamp): Promise<Offset> {
    return this.#parts.ends.offsetFor(at, timestamp)
  }

  fetch(
    positions: readonly { readonly at: TopicPartition; readonly from: Offset }[],
    limit: FetchLimit,
  ): Promise<readonly Fetched[]> {
    return this.#parts.reader.fetch(positions, limit)
  }

  append(records: readonly OutgoingRecord[]): Promise<readonly Origin[]> {
    return this.#parts.appender.append(records)
  }

  committed(group: string, at: readonly TopicPartition[]): Promise<ReadonlyMap<string, Offset>> {
    return this.#parts.offsets.committed(group, at)
  }

  groups(): Promise<readonly string[]> {
    return this.#parts.offsets.groups()
  }

  onAppend(topics: readonly TopicName[], listener: () => void): () => void {
    return this.#parts.wakeUps.listen(topics, listener)
  }

  close(): Promise<void> {
    return this.#parts.close()
  }
}
