import type { OutgoingBatch } from '../outgoing-batch.js'
import type { FetchedRecord, Headers, LogRecord, Origin } from '../record.js'
import type { StateStore } from '../store.js'
import type { Timestamp } from '../time.js'
import type { Offset, Partition, Topic, TopicName, TopicPartition } from '../topic.js'

export interface TopicDescription {
  readonly name: TopicName
  readonly partitions: number
  readonly cleanup: 'delete' | 'compact'
}

export interface PartitionBounds {
  /** The first offset still there. */
  readonly start: Offset
  /** The offset that the next record will get. */
  readonly end: Offset
}

/** A record on its way into the log. Without a partition, the key chooses it (murmur2, as Kafka's own clients do). */
export interface OutgoingRecord extends LogRecord {
  readonly topic: TopicName
  readonly partition?: Partition
}

/** Records in a row, of which objects are made when they are asked for. */
export interface Records {
  readonly length: number
  timestamp(index: number): Timestamp
  record(index: number): FetchedRecord
}

/**
 * Records of one partition as they lie in the log, in offset order; offsets may have gaps. Keys and values are told by
 * their places: who takes millions of them needs no object for each.
 */
export interface RecordBatch extends Records {
  readonly partition: Partition
  /** Where keys and values lie, those of other records among them. */
  readonly bytes: Uint8Array
  /** Where each value begins and ends in the bytes; -1 and -1 for null. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** The same of each key. */
  readonly keyStarts: Int32Array
  readonly keyEnds: Int32Array
  offset(index: number): Offset
  headers(index: number): Headers
}

export interface Fetched {
  readonly at: TopicPartition
  /** For those who read millions of records and keep none. */
  readonly batches: readonly RecordBatch[]
  /** Number of records. */
  readonly count: number
  /** All of them, made when they are first asked for: in offset order; offsets may have gaps. */
  readonly records: readonly FetchedRecord[]
  /** Where to read on; past the last record, or past a gap. */
  readonly next: Offset
  /** Nothing was there beyond `next` when this was read: the partition has been read to its end. */
  readonly atEnd: boolean
}

export interface FetchLimit {
  readonly records: number
  readonly bytes: number
}

/** Topics, partitions and offsets. Every method rejects with an error that names the topic and the remedy. */
export interface Log {
  /**
   * Makes the topic unless it is there; refuses one that is there with another number of partitions or cleanup.
   * @param orMore lets one be that has more partitions: records without a partition go to the first of them alone
   */
  createTopic<Value>(topic: Topic<Value>, defaultPartitions: number, orMore?: boolean): Promise<TopicDescription>
  topics(): Promise<readonly TopicDescription[]>
  /** How many partitions these topics have now. */
  widths(topics: readonly TopicName[]): Promise<ReadonlyMap<TopicName, number>>
  bounds(at: TopicPartition): Promise<PartitionBounds>
  /** The first offset whose record has a timestamp at or after the instant; the end where there is none. */
  offsetFor(at: TopicPartition, timestamp: Timestamp): Promise<Offset>
  /**
   * One consistent look at several partitions: a record of any of them is given back only with everything that was
   * written before it in the others, up to the limit of each.
   * @throws OffsetOutOfRange when a position is before the start or past the end: never a silent jump.
   */
  fetch(
    positions: readonly { readonly at: TopicPartition; readonly from: Offset }[],
    limit: FetchLimit,
  ): Promise<readonly Fetched[]>
  /** Appends all or nothing. Resolved: the records survive the death of the process (acknowledged). */
  append(records: readonly OutgoingRecord[]): Promise<readonly Origin[]>
  /** Committed offsets of a group, for lag; absent where the group has none. */
  committed(group: string, at: readonly TopicPartition[]): Promise<ReadonlyMap<string, Offset>>
  groups(): Promise<readonly string[]>
  /** Calls back soon after records were appended to one of the topics, from any task. Returns how to stop. */
  onAppend(topics: readonly TopicName[], listener: () => void): () => void
  close(): Promise<void>
}

/** Everything a task makes visible at once (invariant 2). State written since the last commit goes with it. */
export interface Commit {
  readonly offsets: readonly { readonly at: TopicPartition; readonly next: Offset }[]
  /** Taken over before the commit resolves: whoever gave them may write over them then. */
  readonly outputs: readonly OutgoingBatch[]
}

/**
 * The sole owner of one task's offsets and state. Opening a session fences the previous owner, waits for what that one
 * left in flight, reads the committed offsets and brings the state to the same point, in this order.
 */
export interface TaskSession {
  /** Committed position of each input; the start of the partition where nothing was committed. */
  readonly positions: ReadonlyMap<string, Offset>
  store<Value>(name: string): StateStore<Value>
  /** A store as the latest commit left it, for whoever asks from outside. Not to be read while a commit is under way. */
  committed(name: string): Pick<StateStore<unknown>, 'get'>
  /**
   * Sends outputs of the next commit ahead of it: they become visible with that commit, in front of its own, or never.
   * Resolves when more may be sent; taken over before that, as a commit's are. Absent where nothing is gained by it.
   * @throws as `commit` does, for these or for those that were sent before them
   */
  send?(outputs: readonly OutgoingBatch[]): Promise<void>
  /** All or nothing. Rejected: the outcome is unknown, the session is dead, and a new one must be opened. */
  commit(commit: Commit): Promise<void>
  /** Drops uncommitted state and gives the task up. */
  close(): Promise<void>
}

export interface TaskId {
  /** The consumer group: application and stage, as in `consumer-trends.1`. */
  readonly group: string
  readonly partition: Partition
  readonly inputs: readonly TopicPartition[]
  readonly stores: readonly string[]
  /** Number of tasks of the group; absent: as many as the inputs have partitions. */
  readonly tasks?: number
  /**
   * Topics of which all tasks of the group read the same partitions: what this task has read there is committed in a group
   * of its own. Until it has, it begins where the group ended. For backends whose topics can be widened; absent: none.
   */
  readonly shared?: { readonly group: string; readonly topics: readonly TopicName[] }
  /** Partitions that topics had when the inputs were listed: once one has more, no commit succeeds. Absent: they stay. */
  readonly widths?: ReadonlyMap<TopicName, number>
}

/** A consumer group and the topics it reads. */
export interface Consumer {
  readonly group: string
  readonly topics: readonly string[]
}

/** Whom maintenance of the log must spare. */
export interface MaintenanceOptions {
  readonly consumers: readonly Consumer[]
  /** Records of the partition would be removed by retention, and the group has yet to read them: they stay. */
  held?(at: TopicPartition, group: string): void
}

/** A backend: a log whose tasks commit outputs, state and offsets together. */
export interface Backend {
  readonly log: Log
  openSession(task: TaskId): Promise<TaskSession>
  /**
   * Keeps a copy of the state of a task that another worker runs, until the signal, so that a session of it is soon
   * opened here. Ended before one is opened. Absent where there is one worker.
   */
  keepStandby?(task: TaskId, signal: AbortSignal): Promise<void>
  /**
   * Applies retention and compaction as of the instant, in small steps; nothing to do where a broker does it. What one of
   * the consumers has yet to read is never removed.
   */
  maintain(now: Timestamp, options?: MaintenanceOptions): Promise<void>
  /** Whether single records can be taken out of the log. */
  readonly redacts: boolean
  /**
   * Takes the values of records out of the log for good: of those of the partition before the offset that have one of
   * these keys. A tombstone stands in the place of each.
   * @returns how many values were removed
   * @throws Error where the log does not redact
   */
  redact(at: TopicPartition, before: Offset, keys: ReadonlySet<string>): Promise<number>
  close(): Promise<void>
}

/** A consumer asked for a position that the log does not hold. */
export class OffsetOutOfRange extends Error {
  override readonly name = 'OffsetOutOfRange'
  constructor(
    readonly at: TopicPartition,
    readonly position: number,
    readonly bounds: PartitionBounds,
  ) {
    super(
      `offset ${position} of ${at.topic}-${at.partition} is not in the log, which holds ${bounds.start} to ${bounds.end}: ` +
        (position < bounds.start
          ? 'records were removed by retention before they were read; restore the log, or set PULSO_OFFSET_RESET=earliest to count them as lost and go on with the first one that is left'
          : 'the log is older than what was read of it; restore the newer log, or start with an empty data directory'),
    )
  }
}

/** A topic was given more partitions: records may be elsewhere than the task reads, or of keys that are not its own. */
export class TopicWidened extends Error {
  override readonly name = 'TopicWidened'
  constructor(topic: TopicName, known: number, partitions: number) {
    super(
      `topic ${topic} has ${partitions} partitions now, and had ${known}: nothing of this commit was written; ` +
        'open a new session that reads all of them',
    )
  }
}

/** A newer session of the same task was opened: what this one wanted to commit was not written, and never will be. */
export class TaskFenced extends Error {
  override readonly name = 'TaskFenced'
  constructor(task: Pick<TaskId, 'group' | 'partition'>) {
    super(
      `another owner took over task ${task.group}-${task.partition}: nothing of this commit was written; ` +
        'stop this one, the newer session carries on from the committed offsets',
    )
  }
}
