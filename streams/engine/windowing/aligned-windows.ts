import type { Aggregate } from '../processor.js'
import type { Duration, Timestamp } from '../time.js'
import { firstEnd, lastEnd, type Window, type WindowGrid } from '../window.js'
import type { Closings } from './closings.js'
import { type Give, KeyState, never, type Part, type Taken, type WindowLayout } from './layout.js'

/**
 * Windows one after the other that have taken the same records so far, and therefore share one accumulator: those whose
 * ends have the numbers `from` to `to`. Most keys are named once in a while, and all windows of such a record are one
 * run; where a later record takes only some of them, the run is cut in two.
 *
 * There are millions of these, and what is alive is copied by the collector: ends are numbered, as small integers lie in
 * the object and times do not, and runs are a list without an array.
 */
class Run<Accumulator> {
  revision = 0
  /** Since the last update. */
  changed = true
  /** Since it was last stored. */
  dirty = true
  /** The runs with the next earlier and the next later ends; they do not overlap. */
  previous: Run<Accumulator> | null = null
  next: Run<Accumulator> | null = null

  constructor(
    public from: number,
    public to: number,
    public accumulator: Accumulator,
    public timestamp: Timestamp,
  ) {}
}

type StoredRun<Accumulator> = readonly [
  from: Timestamp,
  to: Timestamp,
  accumulator: Accumulator,
  timestamp: Timestamp,
  revision: number,
  changed: boolean,
]

class AlignedState<Accumulator> extends KeyState {
  /** Ascending. Mostly there is one. */
  first: Run<Accumulator> | null = null
  last: Run<Accumulator> | null = null
  /**
   * The run that took the latest record; null when it is closed. A key may have tens of thousands of windows open while
   * partitions are at different times, and the next record is mostly near the one before it.
   */
  latest: Run<Accumulator> | null = null
}

/** Ends that are stored together; no run crosses from one part into the next. */
const partLength = 32
const partOf = (end: number): number => Math.floor(end / partLength)
const lastOfPart = (end: number): number => (partOf(end) + 1) * partLength - 1

/** Tumbling and hopping windows. */
export class AlignedWindows<In, Accumulator>
  implements WindowLayout<In, Accumulator, AlignedState<Accumulator>, readonly StoredRun<Accumulator>[]>
{
  readonly reach: Duration
  readonly #grid: WindowGrid
  readonly #aggregate: Aggregate<In, Accumulator, unknown>
  /** The end with the number 0. */
  readonly #zero: Timestamp

  constructor(grid: WindowGrid, aggregate: Aggregate<In, Accumulator, unknown>) {
    this.#grid = grid
    this.#aggregate = aggregate
    this.#zero = (grid.offset + grid.size) % grid.advance
    this.reach = grid.size
  }

  create(key: string): AlignedState<Accumulator> {
    return new AlignedState(key)
  }

  add(state: AlignedState<Accumulator>, value: In, timestamp: Timestamp, closed: Timestamp): Taken {
    const { advance } = this.#grid
    const last = lastEnd(this.#grid, timestamp)
    if (last <= closed) return 'none'
    const first = firstEnd(this.#grid, timestamp)
    const missed = first <= closed ? Math.floor((closed - first) / advance) + 1 : 0
    const from = first + missed * advance
    this.#addTo(state, this.#number(from), this.#number(last), value, timestamp)
    if (from < state.due) state.due = from
    return missed === 0 ? 'all' : 'some'
  }

  windowOf(timestamp: Timestamp): Window {
    return this.#window(lastEnd(this.#grid, timestamp))
  }

  close(state: AlignedState<Accumulator>, _closed: Timestamp, upTo: Timestamp, closings: Closings<Accumulator>): void {
    const { advance, size } = this.#grid
    const until = Math.floor((upTo - this.#zero) / advance)
    for (let run = state.first; run !== null; run = run.next) {
      const { from, to, accumulator, timestamp, revision } = run
      const count = Math.min(to, until) - from + 1
      if (count > 0) {
        const end = this.#end(from)
        closings.add(end, state.key, end - size, end, accumulator, timestamp, revision + 1, 'final', count, advance)
      }
      if (until < to) {
        run.from = Math.max(from, until + 1)
        run.previous = null
        state.first = run
        if (state.latest !== null && state.latest.to <= until) state.latest = null
        state.due = this.#end(run.from)
        return
      }
    }
    state.first = null
    state.last = null
    state.latest = null
    state.due = never
  }

  update(state: AlignedState<Accumulator>, _closed: Timestamp, give: Give<Accumulator>): void {
    for (let run = state.first; run !== null; run = run.next) {
      if (!run.changed) continue
      run.changed = false
      run.dirty = true
      run.revision += 1
      for (let end = run.from; end <= run.to; end += 1)
        give(state.key, this.#window(this.#end(end)), run.accumulator, run.timestamp, run.revision, 'update')
    }
  }

  open({ key, first }: AlignedState<Accumulator>, closed: Timestamp, give: Give<Accumulator>): void {
    for (let run = first; run !== null; run = run.next)
      for (let number = run.from; number <= run.to; number += 1) {
        const end = this.#end(number)
        if (end > closed) give(key, this.#window(end), run.accumulator, run.timestamp, run.revision, 'update')
      }
  }

  changes(state: AlignedState<Accumulator>): readonly Part<readonly StoredRun<Accumulator>[]>[] {
    const changed: Part<readonly StoredRun<Accumulator>[]>[] = []
    for (let run = state.first; run !== null; ) {
      const id = partOf(run.from)
      const stored: StoredRun<Accumulator>[] = []
      let dirty = false
      for (; run !== null && partOf(run.from) === id; run = run.next) {
        stored.push(this.#stored(run))
        dirty ||= run.dirty
        run.dirty = false
      }
      if (dirty) changed.push({ id, stored })
    }
    return changed
  }

  oldestPart({ first }: AlignedState<Accumulator>): number {
    return first === null ? never : partOf(first.from)
  }

  decode(
    key: string,
    parts: readonly Part<readonly StoredRun<Accumulator>[]>[],
    closed: Timestamp,
  ): AlignedState<Accumulator> {
    const state = this.create(key)
    const until = Math.floor((closed - this.#zero) / this.#grid.advance)
    for (const { stored } of parts) {
      for (const [from, to, accumulator, timestamp, revision, changed] of stored) {
        if (to <= closed) continue
        const run = new Run(Math.max(this.#number(from), until + 1), this.#number(to), accumulator, timestamp)
        run.revision = revision
        run.changed = changed
        run.dirty = false
        insert(state, state.last, run)
      }
    }
    state.due = state.first === null ? never : this.#end(state.first.from)
    return state
  }

  /** Adds to the windows whose ends have the numbers `from` to `to`. */
  #addTo(state: AlignedState<Accumulator>, from: number, to: number, value: In, timestamp: Timestamp): void {
    const aggregate = this.#aggregate
    let before = runBefore(state, from)
    for (let end = from; end <= to; ) {
      const run: Run<Accumulator> | null = before === null ? state.first : before.next
      if (run === null || run.from > end) {
        const free = Math.min(run === null ? to : run.from - 1, to, lastOfPart(end))
        const accumulator = aggregate.add(aggregate.initial(), value, timestamp)
        before = insert(state, before, new Run(end, aggregate.merge === undefined ? end : free, accumulator, timestamp))
        state.latest = before
        end = before.to + 1
        continue
      }
      if (run.from < end) {
        this.#cut(state, run, end)
        before = run
        continue
      }
      if (run.to > to) this.#cut(state, run, to + 1)
      run.accumulator = aggregate.add(run.accumulator, value, timestamp)
      if (timestamp > run.timestamp) run.timestamp = timestamp
      run.changed = true
      run.dirty = true
      state.latest = run
      end = run.to + 1
      before = run
    }
  }

  /** Cuts the run in two, of which the second begins at `end`. */
  #cut(state: AlignedState<Accumulator>, run: Run<Accumulator>, end: number): void {
    const aggregate = this.#aggregate
    const accumulator = aggregate.merge?.(aggregate.initial(), run.accumulator)
    if (accumulator === undefined) throw new Error(`${aggregate.name}: no run can be cut here`)
    const second = new Run(end, run.to, accumulator, run.timestamp)
    second.revision = run.revision
    second.changed = run.changed
    run.to = end - 1
    insert(state, run, second)
  }

  #stored(run: Run<Accumulator>): StoredRun<Accumulator> {
    return [this.#end(run.from), this.#end(run.to), run.accumulator, run.timestamp, run.revision, run.changed]
  }

  #end(number: number): Timestamp {
    return this.#zero + number * this.#grid.advance
  }

  /** An integer, as what lies between ends are whole advances. */
  #number(end: Timestamp): number {
    return (end - this.#zero) / this.#grid.advance
  }

  #window(end: Timestamp): Window {
    return { start: end - this.#grid.size, end }
  }
}

/** The last run that ends before that number. */
function runBefore<Accumulator>({ last, latest }: AlignedState<Accumulator>, from: number): Run<Accumulator> | null {
  if (last === null || last.to < from) return last
  let run: Run<Accumulator> | null = latest ?? last
  while (run !== null && run.to >= from) run = run.previous
  if (run === null) return null
  while (run.next !== null && run.next.to < from) run = run.next
  return run
}

/** Puts the run behind another one, or first; gives it. */
function insert<Accumulator>(
  state: AlignedState<Accumulator>,
  before: Run<Accumulator> | null,
  run: Run<Accumulator>,
): Run<Accumulator> {
  const next = before === null ? state.first : before.next
  run.previous = before
  run.next = next
  if (before === null) state.first = run
  else before.next = run
  if (next === null) state.last = run
  else next.previous = run
  return run
}
