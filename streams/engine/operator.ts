import type { DeadLetterReason, DropReason } from './outcome.js'
import type { Copied } from './outgoing-batch.js'
import type { Bounds } from './processor.js'
import type { StreamRecord } from './record.js'
import type { OpenStore, PlacedKeys } from './store.js'
import type { Duration, Timestamp } from './time.js'
import type { UnderWay } from './under-way.js'
import type { Window } from './window.js'

/** Where the fates of records other than `forward` go; each call counts one record (invariant 4). */
export interface FateSink {
  late(record: StreamRecord<unknown>, window: Window): void
  drop(record: StreamRecord<unknown>, reason: DropReason): void
  deadLetter(record: StreamRecord<unknown>, reason: DeadLetterReason, detail: string): void
  /** At least one window took the record, so it is not late, but an older one was closed for it. Beside its fate. */
  partlyLate?(record: StreamRecord<unknown>): void
}

/** What an operator is made with. */
export interface OperatorContext {
  readonly openStore: OpenStore
  readonly fates: FateSink
  /** Most keys whose state is kept in memory after a flush; the others are read back when they are needed. */
  readonly hotKeys?: number
  /** How far results of the operators before it, in the same stage, may be behind the stream time; absent: 0. */
  readonly lag?: Duration
  /** The record that the task has at hand; absent: it is not told. */
  readonly underWay?: UnderWay
}

/** Takes the results of an operator, in order. */
export interface Emit<Out> {
  (record: StreamRecord<Out>): void
  /** There where what is given goes into a topic and nowhere else. */
  readonly copies?: Copies | null
}

/**
 * Writes records that are like one that was written, but for two fields. Good until the task is flushed: what was
 * written must still be there.
 */
export interface Copies {
  /** Says where the record given last was written; null where it cannot be copied. */
  keep(bounds: Bounds): Copied | null
  /** Writes it again with other bounds; false, and nothing is written, where these do not fit. */
  write(copied: Copied, start: Timestamp, end: Timestamp): boolean
}

/**
 * A stateful step at run time. It keeps hot state in memory and writes what changed to its store in `flush`, once a
 * commit: a record that touches dozens of windows must not cost dozens of writes.
 *
 * Whether a record is late is decided against `record.streamTime` (deterministic) and against what is already final;
 * results become final in `onStreamTime`, whose argument is the combined stream time of the task and never goes back.
 */
export interface Operator<In, Out> {
  onRecord(record: StreamRecord<In>, emit: Emit<Out>): void
  /** Stream time has come this far: closes what ends at or before it, expires state. */
  onStreamTime(streamTime: Timestamp, emit: Emit<Out>): void
  /** Processing time has come this far: gives the early updates that are due. */
  onClock(now: Timestamp, emit: Emit<Out>): void
  /** Processing time at which an update will be due; null when nothing waits. */
  readonly wakeAt: Timestamp | null
  /** Combined stream time at which the next result becomes final; null when nothing is open. */
  readonly nextFinal?: Timestamp | null
  /**
   * How far the timestamp of a result may be behind the stream time at which it is given. A task that hands its stream
   * time on to a next stage takes this off first. Absent: 0, results keep the timestamps of their records.
   */
  readonly delay?: Duration
  /**
   * Says that records with these keys come next, mostly: reading what is known of them may be prepared. Of a join, those
   * of either side.
   */
  expect?(keys: PlacedKeys, from: number, to: number): void
  /** Writes everything that changed since the last flush to the store. Called before each commit. */
  flush(): void
}
