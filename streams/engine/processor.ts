import type { Outcome } from './outcome.js'
import type { StreamRecord } from './record.js'
import type { Timestamp } from './time.js'
import type { Window } from './window.js'

/**
 * What a processor gives back: the new state of the key (`undefined` deletes it) and what becomes of the record.
 * `timer`, of a processor that has `onTimer`: the stream time at which it is to be called for the key, in place of the
 * one that was set before; null: not at all; absent: as before, or not at all when the state is deleted.
 */
export type Step<State, Out> = readonly [
  state: State | undefined,
  outcomes: readonly Outcome<Out>[],
  timer?: Timestamp | null,
]

/** What `onTimer` is called with: its results are made of it. Timestamp and stream time are the instant that was set. */
export type Timer = StreamRecord<null> & { readonly key: string }

/** A pure keyed step: state of one key and one record in, new state and outcomes out. No clock, no I/O. */
export interface Processor<State, In, Out> {
  readonly name: string
  onRecord(state: State | undefined, record: StreamRecord<In>): Step<State, Out>
  /**
   * Stream time has come to the instant that was set for the key. All of its records whose stream time is before that
   * were seen, and none whose stream time is not. A timer that it sets is later than this one.
   */
  onTimer?(state: State | undefined, timer: Timer): Step<State, Out>
}

/** What a window's result is about. */
export interface WindowContext {
  readonly key: string
  readonly window: Window
  /** Exactly one result of a window is final; the others are early updates that a later revision replaces. */
  readonly isFinal: boolean
  /** 1, 2, 3 ... within a window and key; the final has the highest. */
  readonly revision: number
  /**
   * True when the window is no more: a session grew into another one, and what was given for this one is void. The
   * result is made of an empty accumulator, is not final, and has the highest revision of its window.
   */
  readonly retracted?: boolean
}

/**
 * A windowed aggregate. `add` and `merge` may change the accumulator in place and return it; where `add` throws, it has
 * changed nothing. An accumulator is plain data (numbers, texts, arrays, Map, Set): the store writes it as MessagePack.
 * Where `result` throws at a final, a dead letter that names the window takes its place; at an early update it is left out.
 * What `result` gives shares no part with the accumulator that changes later.
 */
export interface Aggregate<In, Accumulator, Out> {
  readonly name: string
  initial(): Accumulator
  add(accumulator: Accumulator, value: In, timestamp: Timestamp): Accumulator
  /**
   * Joins two accumulators; `other` is used again afterwards, so it is neither changed nor taken apart. Session and
   * sliding windows need it; hopping windows share panes where it is there.
   */
  merge?(into: Accumulator, other: Accumulator): Accumulator
  result(accumulator: Accumulator, context: WindowContext): Out
  /**
   * Names the fields of a result that hold where its window begins and ends. Given, it promises that results of the same
   * accumulator and revision for windows of one length differ in these two alone, and that no step behind
   * makes a key of these: of neighbouring windows that took the same records one result is then made and encoded.
   */
  readonly bounds?: Bounds
}

/** Names of two fields. */
export interface Bounds {
  readonly start: string
  readonly end: string
}
