import type { Outcome } from './outcome.js'
import type { StreamRecord } from './record.js'
import type { Timestamp } from './time.js'
import type { Window } from './window.js'

/** What a processor gives back: the new state of the key (`undefined` deletes it) and what becomes of the record. */
export type Step<State, Out> = readonly [State | undefined, readonly Outcome<Out>[]]

/** A pure keyed step: state of one key and one record in, new state and outcomes out. No clock, no I/O. */
export interface Processor<State, In, Out> {
  readonly name: string
  onRecord(state: State | undefined, record: StreamRecord<In>): Step<State, Out>
}

/** What a window's result is about. */
export interface WindowContext {
  readonly key: string
  readonly window: Window
  /** Exactly one result of a window is final; the others are early updates that a later revision replaces. */
  readonly isFinal: boolean
  /** 1, 2, 3 ... within a window and key; the final has the highest. */
  readonly revision: number
}

/**
 * A windowed aggregate. `add` and `merge` may change the accumulator in place and return it. An accumulator is plain
 * data (numbers, texts, arrays, Map, Set): the store writes it as MessagePack.
 */
export interface Aggregate<In, Accumulator, Out> {
  readonly name: string
  initial(): Accumulator
  add(accumulator: Accumulator, value: In, timestamp: Timestamp): Accumulator
  /** Joins two accumulators. Session windows need it; hopping windows share panes where it is there. */
  merge?(into: Accumulator, other: Accumulator): Accumulator
  result(accumulator: Accumulator, context: WindowContext): Out
}
