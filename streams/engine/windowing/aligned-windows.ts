import type { Aggregate } from '../processor.js'
import type { Duration, Timestamp } from '../time.js'
import { firstEnd, lastEnd, type Window, type WindowGrid } from '../window.js'
import type { Closings } from './closings.js'
import { type Give, KeyState, never, type Part, type Taken, type WindowLayout } from './layout.js'

/**
 * Windows one after the other that have taken the same records so far, and therefore share one accumulator: those that
 * end at `from`, `from + advance` ... `to`. Most keys are named once in a while, and all windows of such a record are
 * one run; where a later record takes only some of them, the run is cut in two.
 */
interface Run<Accumulator> {
  from: Timestamp
  to: Timestamp
  accumulator: Accumulator
  timestamp: Timestamp
  revision: number
  changed: boolean
}

type StoredRun<Accumulator> = readonly [
  from: Timestamp,
  to: Timestamp,
  accumulator: Accumulator,
  timestamp: Timestamp,
  revision: number,
  changed: boolean,
]

/** What no list was made for yet. A list that is begun with its first element takes no room for more. */
const none: never[] = []

/** Windows whose ends lie near each other: what is searched, written and read at once, however many a key has open. */
class Bucket<Accumulator> {
  /** By end, ascending; runs do not overlap, and none crosses the edge of the bucket. Mostly there is one. */
  runs: Run<Accumulator>[] = none
  /** Changed since it was last stored. */
  dirty = true
  /** Some window has changed since the last update. */
  changed = true

  constructor(readonly id: number) {}
}

class AlignedState<Accumulator> extends KeyState {
  /** By id, ascending. Mostly there is one. */
  buckets: Bucket<Accumulator>[] = none
}

/** Ends that share a bucket: a record of a hopping window should touch one or two. */
const bucketLength = 32

/** Tumbling and hopping windows. */
export class AlignedWindows<In, Accumulator>
  implements WindowLayout<In, Accumulator, AlignedState<Accumulator>, readonly StoredRun<Accumulator>[]>
{
  readonly reach: Duration
  readonly #grid: WindowGrid
  readonly #aggregate: Aggregate<In, Accumulator, unknown>
  readonly #width: Duration

  constructor(grid: WindowGrid, aggregate: Aggregate<In, Accumulator, unknown>) {
    this.#grid = grid
    this.#aggregate = aggregate
    this.#width = bucketLength * grid.advance
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
    for (let start = from; start <= last; ) {
      const id = Math.floor(start / this.#width)
      const bucket = bucketOf(state, id)
      const next = start + Math.ceil(((id + 1) * this.#width - start) / advance) * advance
      this.#addTo(bucket, start, Math.min(last, next - advance), value, timestamp)
      bucket.dirty = true
      bucket.changed = true
      start = next
    }
    if (from < state.due) state.due = from
    return missed === 0 ? 'all' : 'some'
  }

  windowOf(timestamp: Timestamp): Window {
    return this.#window(lastEnd(this.#grid, timestamp))
  }

  close(state: AlignedState<Accumulator>, _closed: Timestamp, upTo: Timestamp, closings: Closings<Accumulator>): void {
    const { advance, size } = this.#grid
    const { key } = state
    let { buckets } = state
    for (let bucket = buckets[0]; bucket !== undefined; bucket = buckets[0]) {
      let { runs } = bucket
      for (let run = runs[0]; run !== undefined; run = runs[0]) {
        const { from, to, accumulator, timestamp } = run
        const revision = run.revision + 1
        const count = from > upTo ? 0 : Math.floor((Math.min(to, upTo) - from) / advance) + 1
        if (count > 0)
          closings.add(from, key, from - size, from, accumulator, timestamp, revision, 'final', count, advance)
        const next = from + count * advance
        if (next <= to) {
          run.from = next
          state.due = next
          return
        }
        runs = withoutFirst(runs)
        bucket.runs = runs
      }
      buckets = withoutFirst(buckets)
      state.buckets = buckets
    }
    state.due = never
  }

  update(state: AlignedState<Accumulator>, _closed: Timestamp, give: Give<Accumulator>): void {
    for (const bucket of state.buckets) {
      if (!bucket.changed) continue
      bucket.changed = false
      bucket.dirty = true
      for (const run of bucket.runs) {
        if (!run.changed) continue
        run.changed = false
        run.revision += 1
        for (let end = run.from; end <= run.to; end += this.#grid.advance)
          give(state.key, this.#window(end), run.accumulator, run.timestamp, run.revision, 'update')
      }
    }
  }

  changes(state: AlignedState<Accumulator>): readonly Part<readonly StoredRun<Accumulator>[]>[] {
    const changed: Part<readonly StoredRun<Accumulator>[]>[] = []
    for (const bucket of state.buckets) {
      if (!bucket.dirty) continue
      bucket.dirty = false
      changed.push({ id: bucket.id, stored: bucket.runs.map(stored) })
    }
    return changed
  }

  oldestPart(state: AlignedState<Accumulator>): number {
    return state.buckets[0]?.id ?? never
  }

  decode(
    key: string,
    parts: readonly Part<readonly StoredRun<Accumulator>[]>[],
    closed: Timestamp,
  ): AlignedState<Accumulator> {
    const state = this.create(key)
    for (const part of parts) {
      const bucket = new Bucket<Accumulator>(part.id)
      bucket.dirty = false
      for (const [first, to, accumulator, timestamp, revision, changed] of part.stored) {
        if (to <= closed) continue
        const passed = first <= closed ? Math.floor((closed - first) / this.#grid.advance) + 1 : 0
        const from = first + passed * this.#grid.advance
        const run = { from, to, accumulator, timestamp, revision, changed }
        if (bucket.runs.length === 0) bucket.runs = [run]
        else bucket.runs.push(run)
      }
      if (bucket.runs.length === 0) continue
      if (state.buckets.length === 0) state.buckets = [bucket]
      else state.buckets.push(bucket)
    }
    state.due = state.buckets[0]?.runs[0]?.from ?? never
    return state
  }

  /** Adds to the windows that end from `from` to `last`. */
  #addTo(bucket: Bucket<Accumulator>, from: Timestamp, last: Timestamp, value: In, timestamp: Timestamp): void {
    const { advance } = this.#grid
    let at = bucket.runs.length
    while (at > 0 && (bucket.runs[at - 1]?.to ?? 0) >= from) at -= 1
    for (let end = from; end <= last; at++) {
      const run = bucket.runs[at]
      if (run === undefined || run.from > end) {
        const free = Math.min(last, run === undefined ? last : run.from - advance)
        const to = this.#aggregate.merge === undefined ? end : free
        const accumulator = this.#aggregate.add(this.#aggregate.initial(), value, timestamp)
        const made = { from: end, to, accumulator, timestamp, revision: 0, changed: true }
        if (bucket.runs.length === 0) bucket.runs = [made]
        else bucket.runs.splice(at, 0, made)
        end = to + advance
        continue
      }
      if (run.from < end) {
        this.#cut(bucket.runs, at, end)
        continue
      }
      if (run.to > last) this.#cut(bucket.runs, at, last + advance)
      run.accumulator = this.#aggregate.add(run.accumulator, value, timestamp)
      if (timestamp > run.timestamp) run.timestamp = timestamp
      run.changed = true
      end = run.to + advance
    }
  }

  /** Cuts the run in two, of which the second begins at `end`. */
  #cut(runs: Run<Accumulator>[], at: number, end: Timestamp): void {
    const aggregate = this.#aggregate
    const run = runs[at]
    const accumulator = run && aggregate.merge?.(aggregate.initial(), run.accumulator)
    if (run === undefined || accumulator === undefined) throw new Error(`${aggregate.name}: no run can be cut here`)
    runs.splice(at + 1, 0, { ...run, from: end, accumulator })
    run.to = end - this.#grid.advance
  }

  #window(end: Timestamp): Window {
    return { start: end - this.#grid.size, end }
  }
}

const stored = <Accumulator>(run: Run<Accumulator>): StoredRun<Accumulator> => [
  run.from,
  run.to,
  run.accumulator,
  run.timestamp,
  run.revision,
  run.changed,
]

function withoutFirst<Element>(list: Element[]): Element[] {
  if (list.length === 1) return none
  list.shift()
  return list
}

/** The bucket with the id, made where it is missing. Most records come for one of the newest. */
function bucketOf<Accumulator>(state: AlignedState<Accumulator>, id: number): Bucket<Accumulator> {
  const { buckets } = state
  let low = 0
  let high = buckets.length
  const newest = buckets[high - 1]
  if (newest === undefined || newest.id < id) low = high
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((buckets[middle]?.id ?? never) < id) low = middle + 1
    else high = middle
  }
  const found = buckets[low]
  if (found !== undefined && found.id === id) return found
  const made = new Bucket<Accumulator>(id)
  if (buckets.length === 0) state.buckets = [made]
  else buckets.splice(low, 0, made)
  return made
}
