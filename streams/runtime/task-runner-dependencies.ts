import type { BatchService } from '../engine/ports/batch.js'
import type { Backend, RecordBatch } from '../engine/ports/log.js'
import type { Fates, Stage, Task } from '../engine/stage.js'
import type { StateStore } from '../engine/store.js'
import type { Duration, Timestamp } from '../engine/time.js'
import type { Partition, TopicName } from '../engine/topic.js'
import type { Clock } from './clock.js'
import type { LostRange, OffsetReset } from './starting-positions.js'
import type { InputWidths } from './task-id.js'
import type { IsProducerBehind } from './waking-producers.js'

/** What a runner tells about each commit. */
export interface TaskReport {
  readonly stage: string
  readonly partition: number
  readonly fates: Fates
  readonly streamTime: Timestamp | null
  readonly runMillis: number
  readonly commitMillis: number
}

export interface TaskObserver {
  /** Something begins that a crash may cut: for those who test crashes. */
  begins?(what: 'batch' | 'commit'): void
  committed(report: TaskReport): void
  /** The task was thrown away and is made anew after a pause; `attempt` counts failures in a row. */
  failed(stage: string, partition: number, error: Error, attempt: number): void
  /** Records were gone before they were read. */
  lost(group: string, range: LostRange): void
}

export interface TaskRunnerDependencies extends InputWidths {
  readonly backend: Backend
  readonly clock: Clock
  readonly services: ReadonlyMap<string, BatchService<unknown, unknown>>
  readonly observer: TaskObserver
  /** Makes whatever decoding the records needs available (schemas by id) before the task, which cannot wait, sees them. */
  prepare(batch: RecordBatch): Promise<void>
  createTask(stage: Stage, partition: Partition, openStore: <Value>(name: string) => StateStore<Value>): Task
  readonly maxFetchBytes: number
  /** Learns how many partitions topics have now: some commit failed because one was widened. */
  recount?(): Promise<void>
  /**
   * Whether everything that another stage may yet write to the topic is written: that stage has read all its inputs to
   * their ends. A topic whose writer is behind is silent because of back-pressure, and its partitions are not idle
   * (invariant 6).
   */
  drained(topic: TopicName): Promise<boolean>
  /** Absent: the word of a task that says it is idle is taken. */
  readonly isProducerBehind?: IsProducerBehind
  /** Whether no partition of the topic ever held a record. */
  isUnused(topic: TopicName): Promise<boolean>
  /** Whether a stage of this application writes to the topic. */
  isFed(topic: TopicName): boolean
  /** Whether a stage of this application reads the topic. */
  isRead(topic: TopicName): boolean
  /** Records that stages upstream of the topic have still to read. */
  backlog(topic: TopicName): Promise<number>
  /** What to do when records are gone before they were read. */
  readonly offsetReset: OffsetReset
  /** Longest time between two commits of a task while it has more to read, in milliseconds. */
  readonly commitInterval: Duration
}
