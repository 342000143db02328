import type { OutgoingBatch } from './outgoing-batch.js'
import type { BatchResult } from './ports/batch.js'
import type { Records } from './ports/log.js'
import type { Serdes } from './serde.js'
import type { OpenStore } from './store.js'
import type { Duration, Timestamp } from './time.js'
import type { Partition, Topic, TopicName, TopicPartition } from './topic.js'
import type { BatchLimits, SourceNode, StepNode, Topology } from './topology.js'

export interface StageInput extends SourceNode {
  /** `repartition`: an internal topic that carries the watermarks of its producers in-band. `table`: a join's table. */
  readonly role: 'source' | 'repartition' | 'table' | 'other-side'
  /** Names of the joins that take these records as their other side; none: the records enter at the first step. */
  readonly feeds: readonly string[]
  /** Of a repartition topic: the inputs of the stage that writes it, whose tasks are numbered as their partitions. */
  readonly producers: readonly TopicName[]
}

/** The part of a topology between two repartitions. Its inputs are co-partitioned: task p reads partition p of each. */
export interface Stage {
  /** As in `consumer-trends.1`; names the consumer group, the stores and the transactional ids. */
  readonly id: string
  readonly topology: string
  readonly inputs: readonly StageInput[]
  readonly steps: readonly StepNode[]
  readonly outputs: readonly Topic<unknown>[]
  readonly stores: readonly string[]
}

/** Cuts a topology into its stages, in the order of the flow. */
export type Plan = (topology: Topology) => readonly Stage[]

/** Asks a batch service in the middle of a run; results come back in the order of the items. */
export interface BatchCall {
  readonly service: string
  readonly items: readonly unknown[]
  readonly limits: BatchLimits
}

/** What one run of a task is given. */
export interface TaskInput {
  /** Records of each input as they were fetched, in offset order; a task merges them itself, by time. */
  readonly fetched: readonly {
    readonly at: TopicPartition
    readonly batches: readonly Records[]
    readonly atEnd: boolean
    /** No partition of the topic ever held a record; absent: it did. */
    readonly unused?: boolean
    /** Of a repartition topic: producers among `idleProducers` that have something to read again; absent: none. */
    readonly waking?: ReadonlySet<number>
  }[]
  /** Processing time: for idleness, the clock that advances silent streams, and the rate of updates. Never for results. */
  readonly now: Timestamp
  /** Milliseconds by which `now` has gone further than time since the last run, as when the clock was set; absent: 0. */
  readonly jumped?: Duration
  /** Later records wait for a later run; absent: none do. Never for results. */
  readonly until?: Timestamp
  /** True while much is left to read: early updates, which would soon be replaced, are then given seldom. */
  readonly behind?: boolean
}

/** What one run of a task gives back. */
export interface TaskOutput {
  readonly fates: Fates
  /** Records that this run and those before it wrote, and that wait for a commit. */
  readonly uncommitted: number
}

/** What a commit needs of the task beside the state in its stores. */
export interface TaskFlush {
  /** What the runs since the last flush wrote, and behind it the words for the next stage. Good until the next run. */
  readonly outputs: readonly OutgoingBatch[]
  /** Next offset of each input from which records were taken. Records not taken yet stay with the task. */
  readonly offsets: ReadonlyMap<string, { readonly at: TopicPartition; readonly next: number }>
  /** False when nothing was taken and nothing is new: there is nothing to commit. */
  readonly changed: boolean
}

/**
 * Counts of records by fate, for one run. Every record read has exactly one fate (invariant 4):
 * `read = forwarded + late + dropped + deadLettered`. Of a record that a step made into several, the best fate of its
 * parts counts (forwarded, then dead-lettered, then late, then dropped); `written` counts every part that was written.
 */
export interface Fates {
  /** Records read from the inputs, control records left out. */
  readonly read: number
  /** Records that gave at least one output record or were taken into state. */
  readonly forwarded: number
  readonly late: number
  /** Of the forwarded records, those that came too late for some of their windows. */
  readonly partlyLate: number
  /** By the literal reason. */
  readonly dropped: ReadonlyMap<string, number>
  /** By the literal reason. */
  readonly deadLettered: ReadonlyMap<string, number>
  /** Records written, by topic: outputs, repartitioned, late records and dead letters; control records left out. */
  readonly written: ReadonlyMap<string, number>
}

/** One partition of one stage, as a pure state machine over its stores. */
export interface Task {
  readonly stage: Stage
  readonly partition: Partition
  /**
   * Runs what was fetched through the steps. Yields where a batch service must be asked and is resumed with the
   * results.
   */
  run(input: TaskInput): Generator<BatchCall, TaskOutput, readonly BatchResult<unknown>[]>
  /**
   * Gives up outputs of the runs since the last flush, those in the largest batches, to be sent ahead of the commit. Good
   * until the next run.
   */
  takeOutputs(): readonly OutgoingBatch[]
  /**
   * Ends a series of runs: writes to the stores what they changed. The caller commits what
   * this gives and the stores, together and before the next run (invariants 1 and 2); after a failed commit, or a run that failed,
   * it throws the task away.
   * @param now processing time of the last run
   */
  flush(now: Timestamp): TaskFlush
  /** Inputs whose buffered records must be used before more are fetched (backpressure); never counted as idle. */
  readonly full: ReadonlySet<string>
  /** When the task wants to run again although nothing arrives: rate-limited updates, idleness, advance by clock. */
  readonly wakeAt: Timestamp | null
  /** The combined stream time so far; null before the first record. */
  readonly streamTime: Timestamp | null
  /** Of a repartition topic that is read: the tasks of the stage before that said last that they are idle. */
  idleProducers(topic: TopicName): readonly number[]
}

export interface TaskSettings {
  /** A source partition counts as idle when it was read to its end and nothing came for this long. Null: never. */
  readonly idleAfter: Duration | null
  /** Most records buffered for each input before it is not fetched from any more. */
  readonly bufferedRecords: number
  /** Records whose timestamp is before or after are dead-lettered (`timestamp-out-of-range`). */
  readonly timestamps: { readonly from: Timestamp; readonly aheadOfClock: Duration }
  /** Values larger than this are dead-lettered (`too-large`). */
  readonly maxValueBytes: number
}

export interface TaskDependencies {
  readonly serdes: Serdes
  readonly openStore: OpenStore
  /** Number of partitions of an output or input: those that keys are shared by. */
  partitionsOf(topic: TopicName): number
  /** Number of partitions that an input has now; absent: as many. See `Widths`. */
  widthOf?(topic: TopicName): number
  /** Where late records and dead letters go; absent topics: counted only. */
  readonly lateTopic: Topic<unknown>
  readonly deadLetterTopic: Topic<unknown>
  readonly settings: TaskSettings
}
