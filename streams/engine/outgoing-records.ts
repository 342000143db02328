import { decodeHeaders } from './headers-codec.js'
import { OutgoingBatch } from './outgoing-batch.js'
import { partitionFor } from './partitioner.js'
import type { OutgoingRecord } from './ports/log.js'
import { noHeaders } from './record.js'
import type { Partition, TopicName } from './topic.js'

/** A batch is large enough to be cheap for each record, and small enough to be read for a few. */
const mostBytes = 256 * 1024
const mostRecords = 10_000

/** What goes to one topic. */
export class OutgoingTopic {
  /** Records written since whoever counts them set this to 0. */
  written = 0
  #full: OutgoingBatch[] = []
  /** The batch of each partition that takes the next record. */
  readonly #open: (OutgoingBatch | undefined)[] = []
  /** What `takeFull` gave, until it is written over. */
  #given: readonly OutgoingBatch[] = []
  /** For each partition one that was given, to be written over. */
  #spare: (OutgoingBatch | undefined)[] = []

  constructor(
    readonly name: TopicName,
    readonly partitions: number,
  ) {}

  /** The batch that takes the next record of the partition. */
  batch(partition: Partition): OutgoingBatch {
    const open = this.#open[partition]
    if (open !== undefined) {
      if (open.size < mostBytes && open.count < mostRecords) return open
      this.#full.push(open)
    }
    const made = this.#spare[partition] ?? new OutgoingBatch(this.name, partition)
    this.#spare[partition] = undefined
    this.#open[partition] = made
    return made
  }

  /** Gives up those that take no more records. Whoever takes them is done with them before the next record is written. */
  takeFull(): readonly OutgoingBatch[] {
    for (const batch of this.#given) {
      batch.clear()
      this.#spare[batch.partition] = batch
    }
    this.#given = this.#full
    this.#full = []
    return this.#given
  }

  /** Those that hold something; of a partition, in order. */
  get batches(): readonly OutgoingBatch[] {
    return [...this.#full, ...this.#open.filter((batch) => batch !== undefined && batch.count > 0)] as OutgoingBatch[]
  }

  clear(): void {
    // Where nothing was given up since the last time, a backlog is over.
    if (this.#given.length === 0) this.#spare = []
    this.#given = []
    this.#full = []
    for (const batch of this.#open) batch?.clear()
  }
}

/** Records on their way into the log, by topic and partition. What was cleared is written over. */
export class OutgoingRecords {
  readonly #topics = new Map<TopicName, OutgoingTopic>()
  readonly #partitionsOf: (topic: TopicName) => number

  constructor(partitionsOf: (topic: TopicName) => number) {
    this.#partitionsOf = partitionsOf
  }

  topic(name: TopicName): OutgoingTopic {
    const known = this.#topics.get(name)
    if (known !== undefined) return known
    const made = new OutgoingTopic(name, this.#partitionsOf(name))
    this.#topics.set(name, made)
    return made
  }

  /**
   * Adds a record. Without a partition its key chooses one, as Kafka's own clients do.
   * @returns the topic, which has not counted it
   * @throws RangeError for an impossible timestamp
   */
  append({ topic, partition, key, value, timestamp, headers }: OutgoingRecord): OutgoingTopic {
    const to = this.topic(topic)
    const chosen = partition ?? ((key === null ? 0 : partitionFor(key, to.partitions)) as Partition)
    to.batch(chosen).append(key, value, timestamp, headers)
    return to
  }

  get topics(): Iterable<OutgoingTopic> {
    return this.#topics.values()
  }

  /** Those that hold something; of a partition, in order. */
  get batches(): readonly OutgoingBatch[] {
    return [...this.#topics.values()].flatMap(({ batches }) => batches)
  }

  /** Gives up the batches that take no more records, as `OutgoingTopic` does. */
  takeFull(): readonly OutgoingBatch[] {
    return [...this.#topics.values()].flatMap((topic) => topic.takeFull())
  }

  /** Number of records. */
  get count(): number {
    return this.batches.reduce((sum, { count }) => sum + count, 0)
  }

  clear(): void {
    for (const topic of this.#topics.values()) topic.clear()
  }
}

/** Records as batches, for a commit. */
export function batchesOf(
  records: readonly OutgoingRecord[],
  partitionsOf: (topic: TopicName) => number,
): readonly OutgoingBatch[] {
  const outgoing = new OutgoingRecords(partitionsOf)
  for (const record of records) outgoing.append(record)
  return outgoing.batches
}

/** The records of a batch, as copies. */
export function recordsOf(batch: OutgoingBatch): readonly OutgoingRecord[] {
  const { topic, partition, count, bytes, timestamps, keyLengths, valueLengths, headerLengths } = batch
  let at = 0
  const next = (length: number): Uint8Array => {
    at += length
    return bytes.slice(at - length, at)
  }
  return Array.from({ length: count }, (_, index) => {
    const [keyLength = 0, valueLength = 0] = [keyLengths[index], valueLengths[index]]
    const key = keyLength < 0 ? null : next(keyLength)
    const value = valueLength < 0 ? null : next(valueLength)
    const headerBytes = next(headerLengths[index] ?? 0)
    const headers = headerBytes.length === 0 ? noHeaders : decodeHeaders(headerBytes)
    return { topic, partition, key, value, timestamp: timestamps[index] ?? 0, headers }
  })
}
