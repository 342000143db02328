import type { Duration, Timestamp } from '../time.js'
import type { Window } from '../window.js'
import type { Closings } from './closings.js'

/** Later than any instant: nothing is due. */
export const never = Number.POSITIVE_INFINITY

const none: readonly number[] = []

/** A piece of a key's state that is stored on its own. */
export interface Part<Stored> {
  /** Names the part within the key: an integer, greater for what closes later. */
  readonly id: number
  readonly stored: Stored
}

/** What an operator holds for one key, whatever its windows are. Layouts add the windows themselves. */
export class KeyState {
  /** Nothing of this key closes before this; `never` when nothing is left of it. */
  due: Timestamp = never
  /** Where it stands in the queue of those in memory. */
  scheduled: Timestamp = never
  /** Where the index of the store lists it; `never` when the store does not know the key. */
  indexed: Timestamp = never
  /** Changed since the last flush. */
  dirty = false
  /** Changed since the last early update. */
  pending = false
  /** Used since the eviction last came by. */
  touched = true
  /** Parts that the store holds, ascending. */
  parts: readonly number[] = none

  constructor(readonly key: string) {}
}

/** A final closes its window; an update is replaced by a later one; a retraction voids the window. */
export type Standing = 'final' | 'update' | 'retraction'

/** How many of its windows were still open for a record. */
export type Taken = 'all' | 'some' | 'none'

/** Takes a result of one window, in order. */
export type Give<Accumulator> = (
  key: string,
  window: Window,
  accumulator: Accumulator,
  timestamp: Timestamp,
  revision: number,
  standing: Standing,
) => void

/**
 * How the windows of one key lie, and what a record does to them: pure steps over the state of one key. Instants here
 * are closing points: the stream time at which a window closes, less the grace. `closed` is the closing point up to
 * which windows are closed for the record or for everybody.
 */
export interface WindowLayout<In, Accumulator, State extends KeyState, Stored> {
  /** How far the timestamp of a result may be behind the closing point of its window. */
  readonly reach: Duration
  create(key: string): State
  /**
   * Adds a value to every window that holds the instant and closes after `closed`, and lowers `state.due`.
   * @returns Which of the windows that hold the instant took it; after `none` nothing was changed.
   */
  add(state: State, value: In, timestamp: Timestamp, closed: Timestamp): Taken
  /** The newest window that a record with this timestamp alone would have been in. */
  windowOf(timestamp: Timestamp): Window
  /** Adds the finals of windows that close after `closed` and at or before `upTo`, oldest first; sets `state.due`. */
  close(state: State, closed: Timestamp, upTo: Timestamp, closings: Closings<Accumulator>): void
  /** Gives what changed since the last update, of windows that close after `closed`. */
  update(state: State, closed: Timestamp, give: Give<Accumulator>): void
  /**
   * Gives every window that closes after `closed` as it stands, oldest first; changes nothing. The revision is that of
   * the last update, which may be older; 0: none was given.
   */
  open(state: State, closed: Timestamp, give: Give<Accumulator>): void
  /** The parts that changed since this was asked last, as they are now, ascending. */
  changes(state: State): readonly Part<Stored>[]
  /** The first part that still has an open window; `never` when none has. Earlier ones are not needed any more. */
  oldestPart(state: State): number
  /** Reads a state back from its parts, ascending, less the windows that are closed; sets `due`. */
  decode(key: string, parts: readonly Part<Stored>[], closed: Timestamp): State
}
