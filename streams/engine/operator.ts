import type { DeadLetterReason, DropReason } from './outcome.js'
import type { StreamRecord } from './record.js'
import type { OpenStore } from './store.js'
import type { Timestamp } from './time.js'
import type { Window } from './window.js'

/** Where the fates of records other than `forward` go; each call counts one record (invariant 4). */
export interface FateSink {
  late(record: StreamRecord<unknown>, window: Window): void
  drop(record: StreamRecord<unknown>, reason: DropReason): void
  deadLetter(record: StreamRecord<unknown>, reason: DeadLetterReason, detail: string): void
}

/** What an operator is made with. */
export interface OperatorContext {
  readonly openStore: OpenStore
  readonly fates: FateSink
}

/** Takes the results of an operator, in order. */
export type Emit<Out> = (record: StreamRecord<Out>) => void

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
  /** Writes everything that changed since the last flush to the store. Called before each commit. */
  flush(): void
}
