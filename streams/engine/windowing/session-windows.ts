import type { Duration, Timestamp } from '../time.js'
import type { Window } from '../window.js'
import type { Closings } from './closings.js'
import { type Give, KeyState, never, type Part, type Taken, type WindowLayout } from './layout.js'
import type { Merging } from './slice-windows.js'

/** A window of a session that was given as an update, and stands until it is given again or retracted. */
type Published = readonly [start: Timestamp, last: Timestamp, revision: number]

interface Session<Accumulator> {
  start: Timestamp
  last: Timestamp
  accumulator: Accumulator
  published: Published[]
  changed: boolean
}

class SessionState<Accumulator> extends KeyState {
  /** By start, ascending. */
  sessions: Session<Accumulator>[] = []
}

type StoredSession<Accumulator> = readonly [
  start: Timestamp,
  last: Timestamp,
  accumulator: Accumulator,
  published: readonly Published[],
  changed: boolean,
]

/**
 * Runs of records of a key with at most `gap` between two of them. A session closes at `end + gap`, where `end` is the
 * millisecond after its last record. A session that grew is another window: what was given for the old one is retracted
 * before the new one is given.
 */
export class SessionWindows<In, Accumulator>
  implements WindowLayout<In, Accumulator, SessionState<Accumulator>, readonly StoredSession<Accumulator>[]>
{
  readonly reach: Duration

  constructor(
    private readonly gap: Duration,
    private readonly aggregate: Merging<In, Accumulator>,
  ) {
    this.reach = gap + 1
  }

  create(key: string): SessionState<Accumulator> {
    return new SessionState(key)
  }

  add(state: SessionState<Accumulator>, value: In, timestamp: Timestamp, closed: Timestamp): Taken {
    const { gap, aggregate } = this
    const touches = (session: Session<Accumulator>) =>
      this.#closingPoint(session.last) > closed && timestamp >= session.start - gap && timestamp <= session.last + gap
    const joined = state.sessions.filter(touches)
    const [first, ...others] = joined
    if (first === undefined) {
      if (this.#closingPoint(timestamp) <= closed) return 'none'
      const accumulator = aggregate.add(aggregate.initial(), value, timestamp)
      this.#insert(state, { start: timestamp, last: timestamp, accumulator, published: [], changed: true })
    } else {
      first.accumulator = aggregate.add(first.accumulator, value, timestamp)
      for (const other of others) {
        first.accumulator = aggregate.merge(first.accumulator, other.accumulator)
        first.last = Math.max(first.last, other.last)
        first.published.push(...other.published)
      }
      first.start = Math.min(first.start, timestamp)
      first.last = Math.max(first.last, timestamp)
      first.changed = true
      state.sessions = state.sessions.filter((session) => !others.includes(session))
      state.sessions.sort((one, two) => one.start - two.start)
    }
    this.#setDue(state)
    return 'all'
  }

  windowOf(timestamp: Timestamp): Window {
    return { start: timestamp, end: timestamp + 1 }
  }

  close(state: SessionState<Accumulator>, _closed: Timestamp, upTo: Timestamp, closings: Closings<Accumulator>): void {
    const due = state.sessions.filter((session) => this.#closingPoint(session.last) <= upTo)
    due.sort((one, two) => one.last - two.last)
    for (const session of due) {
      const closes = this.#closingPoint(session.last)
      this.#publish(state.key, session, 'final', (key, { start, end }, accumulator, timestamp, revision, standing) =>
        closings.add(closes, key, start, end, accumulator, timestamp, revision, standing),
      )
    }
    state.sessions = state.sessions.filter((session) => !due.includes(session))
    this.#setDue(state)
  }

  update(state: SessionState<Accumulator>, _closed: Timestamp, give: Give<Accumulator>): void {
    for (const session of state.sessions) {
      if (!session.changed) continue
      session.changed = false
      this.#publish(state.key, session, 'update', give)
    }
  }

  open({ key, sessions }: SessionState<Accumulator>, closed: Timestamp, give: Give<Accumulator>): void {
    for (const { start, last, accumulator, published } of sessions) {
      if (this.#closingPoint(last) <= closed) continue
      const [, , revision = 0] = published.find(([from, to]) => from === start && to === last) ?? []
      give(key, { start, end: last + 1 }, accumulator, last, revision, 'update')
    }
  }

  changes(state: SessionState<Accumulator>): readonly Part<readonly StoredSession<Accumulator>[]>[] {
    const stored = state.sessions.map(
      ({ start, last, accumulator, published, changed }) => [start, last, accumulator, published, changed] as const,
    )
    return [{ id: 0, stored }]
  }

  oldestPart(): number {
    return 0
  }

  decode(
    key: string,
    parts: readonly Part<readonly StoredSession<Accumulator>[]>[],
    closed: Timestamp,
  ): SessionState<Accumulator> {
    const state = this.create(key)
    for (const [start, last, accumulator, published, changed] of parts.flatMap(({ stored }) => stored)) {
      if (this.#closingPoint(last) <= closed) continue
      state.sessions.push({ start, last, accumulator, published: [...published], changed })
    }
    this.#setDue(state)
    return state
  }

  #closingPoint(last: Timestamp): Timestamp {
    return last + 1 + this.gap
  }

  #insert(state: SessionState<Accumulator>, session: Session<Accumulator>): void {
    const after = state.sessions.findIndex((other) => other.start > session.start)
    state.sessions.splice(after === -1 ? state.sessions.length : after, 0, session)
  }

  #setDue(state: SessionState<Accumulator>): void {
    state.due = never
    for (const { last } of state.sessions) state.due = Math.min(state.due, this.#closingPoint(last))
  }

  /** Retracts the windows that the session outgrew, then gives it as it is. */
  #publish(key: string, session: Session<Accumulator>, standing: 'final' | 'update', give: Give<Accumulator>): void {
    let revision = 0
    for (const [start, last, published] of session.published) {
      if (start === session.start && last === session.last) revision = published
      else give(key, { start, end: last + 1 }, this.aggregate.initial(), last, published + 1, 'retraction')
    }
    session.published = [[session.start, session.last, revision + 1]]
    const window = { start: session.start, end: session.last + 1 }
    give(key, window, session.accumulator, session.last, revision + 1, standing)
  }
}
