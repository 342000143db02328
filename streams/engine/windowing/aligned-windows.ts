import type { Aggregate } from '../processor.js'
import type { Duration, Timestamp } from '../time.js'
import { firstEnd, lastEnd, type Window, type WindowGrid } from '../window.js'
import { type Give, KeyState, never, type Taken, type WindowLayout } from './layout.js'

class OpenWindow<Accumulator> {
  revision = 0
  changed = true

  constructor(
    readonly end: Timestamp,
    public accumulator: Accumulator,
    public timestamp: Timestamp,
  ) {}
}

class AlignedState<Accumulator> extends KeyState {
  /** By end, ascending. Those before `first` are closed: taking each out at once would move all others every time. */
  readonly windows: OpenWindow<Accumulator>[] = []
  first = 0

  get open(): readonly OpenWindow<Accumulator>[] {
    return this.first === 0 ? this.windows : this.windows.slice(this.first)
  }

  /** Passes the oldest windows over, and takes the closed ones out once they are as many as the open ones. */
  pass(count: number): void {
    this.first += count
    if (this.first * 2 < this.windows.length) return
    this.windows.splice(0, this.first)
    this.first = 0
  }
}

type StoredWindow<Accumulator> = readonly [
  end: Timestamp,
  accumulator: Accumulator,
  timestamp: Timestamp,
  revision: number,
  changed: boolean,
]

/** Tumbling and hopping windows, each with an accumulator of its own. */
export class AlignedWindows<In, Accumulator>
  implements WindowLayout<In, Accumulator, AlignedState<Accumulator>, readonly StoredWindow<Accumulator>[]>
{
  readonly reach: Duration

  constructor(
    private readonly grid: WindowGrid,
    private readonly aggregate: Aggregate<In, Accumulator, unknown>,
  ) {
    this.reach = grid.size
  }

  create(key: string): AlignedState<Accumulator> {
    return new AlignedState(key)
  }

  add(state: AlignedState<Accumulator>, value: In, timestamp: Timestamp, closed: Timestamp): Taken {
    const { advance } = this.grid
    const last = lastEnd(this.grid, timestamp)
    if (last <= closed) return 'none'
    const first = firstEnd(this.grid, timestamp)
    const missed = first <= closed ? Math.floor((closed - first) / advance) + 1 : 0
    const from = first + missed * advance
    const { windows } = state
    let at = windows.length
    while (at > state.first && (windows[at - 1]?.end ?? 0) >= from) at -= 1
    for (let end = from; end <= last; end += advance, at++) {
      const window = windows[at]
      if (window === undefined || window.end !== end) {
        const accumulator = this.aggregate.add(this.aggregate.initial(), value, timestamp)
        windows.splice(at, 0, new OpenWindow(end, accumulator, timestamp))
        continue
      }
      window.accumulator = this.aggregate.add(window.accumulator, value, timestamp)
      if (timestamp > window.timestamp) window.timestamp = timestamp
      window.changed = true
    }
    if (from < state.due) state.due = from
    return missed === 0 ? 'all' : 'some'
  }

  windowOf(timestamp: Timestamp): Window {
    return this.#window(lastEnd(this.grid, timestamp))
  }

  close(state: AlignedState<Accumulator>, _closed: Timestamp, upTo: Timestamp, give: Give<Accumulator>): void {
    const { windows, key } = state
    let count = 0
    for (let window = windows[state.first]; window !== undefined && window.end <= upTo; ) {
      const { end, accumulator, timestamp, revision } = window
      give(key, this.#window(end), accumulator, timestamp, revision + 1, 'final')
      count += 1
      window = windows[state.first + count]
    }
    state.pass(count)
    state.due = windows[state.first]?.end ?? never
  }

  update(state: AlignedState<Accumulator>, _closed: Timestamp, give: Give<Accumulator>): void {
    for (const window of state.open) {
      if (!window.changed) continue
      window.changed = false
      window.revision += 1
      give(state.key, this.#window(window.end), window.accumulator, window.timestamp, window.revision, 'update')
    }
  }

  encode(state: AlignedState<Accumulator>): readonly StoredWindow<Accumulator>[] {
    return state.open.map(({ end, accumulator, timestamp, revision, changed }) => [
      end,
      accumulator,
      timestamp,
      revision,
      changed,
    ])
  }

  decode(key: string, stored: readonly StoredWindow<Accumulator>[], closed: Timestamp): AlignedState<Accumulator> {
    const state = this.create(key)
    for (const [end, accumulator, timestamp, revision, changed] of stored) {
      if (end <= closed) continue
      const window = new OpenWindow(end, accumulator, timestamp)
      window.revision = revision
      window.changed = changed
      state.windows.push(window)
    }
    state.due = state.windows[0]?.end ?? never
    return state
  }

  #window(end: Timestamp): Window {
    return { start: end - this.grid.size, end }
  }
}
