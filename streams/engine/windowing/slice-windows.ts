import type { Aggregate } from '../processor.js'
import type { Duration, Timestamp } from '../time.js'
import type { Window } from '../window.js'
import type { Closings } from './closings.js'
import { type Give, KeyState, never, type Part, type Taken, type WindowLayout } from './layout.js'

/** An aggregate whose accumulators can be joined. */
export type Merging<In, Accumulator, Out = unknown> = Aggregate<In, Accumulator, Out> & {
  merge(into: Accumulator, other: Accumulator): Accumulator
}

/**
 * What came at one place of time. Windows that end at or before `after` leave it out: they were closed for its records.
 * It is 0 for records that were in time for all their windows.
 */
interface Slice<Accumulator> {
  readonly at: Timestamp
  readonly after: Timestamp
  accumulator: Accumulator
  timestamp: Timestamp
  changed: boolean
}

class SliceState<Accumulator> extends KeyState {
  /** By `at`, then `after`, ascending. */
  readonly slices: Slice<Accumulator>[] = []
  /** Of windows that were given as an update, by their end. */
  readonly revisions = new Map<Timestamp, number>()
}

interface StoredSlices<Accumulator> {
  readonly slices: readonly (readonly [Timestamp, Timestamp, Accumulator, Timestamp, boolean])[]
  readonly revisions: readonly (readonly [end: Timestamp, revision: number])[]
}

/** Where slices lie and which windows they make. */
export interface SliceLayout {
  /** Every window is `[end - size, end)`. */
  readonly size: Duration
  /** The slice of an instant; a window holds the instant when it holds this one. */
  sliceOf(timestamp: Timestamp): Timestamp
  /** End of the oldest and of the newest window that can hold the instant. */
  firstEnd(timestamp: Timestamp): Timestamp
  lastEnd(timestamp: Timestamp): Timestamp
  /** The latest end at or before `closed` that a window can have. */
  lastClosed(closed: Timestamp): Timestamp
  /** How long after `at` a slice can still matter, in closing points. */
  readonly life: Duration
  /** The earliest end later than `after` of a window that the slices make; `never` when there is none. */
  nextEnd(slices: readonly SlicePlace[], after: Timestamp): Timestamp
}

export type SlicePlace = Pick<Slice<unknown>, 'at' | 'after'>

/**
 * Windows as sums of slices: a record is added to one slice, however many windows hold it, and a window is merged from
 * its slices when it is given.
 */
export class SliceWindows<In, Accumulator>
  implements WindowLayout<In, Accumulator, SliceState<Accumulator>, StoredSlices<Accumulator>>
{
  readonly reach: Duration

  constructor(
    private readonly layout: SliceLayout,
    private readonly aggregate: Merging<In, Accumulator>,
  ) {
    this.reach = layout.size
  }

  create(key: string): SliceState<Accumulator> {
    return new SliceState(key)
  }

  add(state: SliceState<Accumulator>, value: In, timestamp: Timestamp, closed: Timestamp): Taken {
    const { layout } = this
    if (layout.lastEnd(timestamp) <= closed) return 'none'
    const first = layout.firstEnd(timestamp)
    const inTime = first > closed
    this.#addTo(state, value, timestamp, inTime ? 0 : layout.lastClosed(closed))
    state.due = Math.min(state.due, inTime ? first : this.#dueOf(state, layout.nextEnd(state.slices, closed)))
    return inTime ? 'all' : 'some'
  }

  windowOf(timestamp: Timestamp): Window {
    return this.#window(this.layout.lastEnd(timestamp))
  }

  close(state: SliceState<Accumulator>, closed: Timestamp, upTo: Timestamp, closings: Closings<Accumulator>): void {
    const { layout } = this
    let end = layout.nextEnd(state.slices, closed)
    for (; end <= upTo; end = layout.nextEnd(state.slices, end)) {
      const closes = end
      this.#publish(state, end, 'final', (key, { start }, accumulator, timestamp, revision, standing) =>
        closings.add(closes, key, start, closes, accumulator, timestamp, revision, standing),
      )
      state.revisions.delete(end)
    }
    this.#expire(state, upTo)
    state.due = this.#dueOf(state, end)
  }

  update(state: SliceState<Accumulator>, closed: Timestamp, give: Give<Accumulator>): void {
    const { layout } = this
    for (let end = layout.nextEnd(state.slices, closed); end < never; end = layout.nextEnd(state.slices, end)) {
      if (!state.revisions.has(end) || this.#changed(state, end))
        state.revisions.set(end, this.#publish(state, end, 'update', give))
    }
    for (const slice of state.slices) slice.changed = false
  }

  open(state: SliceState<Accumulator>, closed: Timestamp, give: Give<Accumulator>): void {
    const { layout } = this
    for (let end = layout.nextEnd(state.slices, closed); end < never; end = layout.nextEnd(state.slices, end))
      this.#publish(state, end, 'update', (key, window, accumulator, timestamp, revision, standing) =>
        give(key, window, accumulator, timestamp, revision - 1, standing),
      )
  }

  changes(state: SliceState<Accumulator>): readonly Part<StoredSlices<Accumulator>>[] {
    const slices = state.slices.map(
      ({ at, after, accumulator, timestamp, changed }) => [at, after, accumulator, timestamp, changed] as const,
    )
    return [{ id: 0, stored: { slices, revisions: [...state.revisions] } }]
  }

  oldestPart(): number {
    return 0
  }

  decode(key: string, parts: readonly Part<StoredSlices<Accumulator>>[], closed: Timestamp): SliceState<Accumulator> {
    const state = this.create(key)
    for (const { stored } of parts) {
      for (const [at, after, accumulator, timestamp, changed] of stored.slices)
        state.slices.push({ at, after, accumulator, timestamp, changed })
      for (const [end, revision] of stored.revisions) if (end > closed) state.revisions.set(end, revision)
    }
    this.#expire(state, closed)
    state.due = this.#dueOf(state, this.layout.nextEnd(state.slices, closed))
    return state
  }

  #addTo(state: SliceState<Accumulator>, value: In, timestamp: Timestamp, after: Timestamp): void {
    const { slices } = state
    const at = this.layout.sliceOf(timestamp)
    let place = slices.length
    for (; place > 0; place--) {
      const slice = slices[place - 1]
      if (slice === undefined || slice.at < at) break
      if (slice.at > at || slice.after > after) continue
      if (slice.after < after) break
      slice.accumulator = this.aggregate.add(slice.accumulator, value, timestamp)
      if (timestamp > slice.timestamp) slice.timestamp = timestamp
      slice.changed = true
      return
    }
    const accumulator = this.aggregate.add(this.aggregate.initial(), value, timestamp)
    slices.splice(place, 0, { at, after, accumulator, timestamp, changed: true })
  }

  /** Gives the window that ends there, and its revision back. */
  #publish(
    state: SliceState<Accumulator>,
    end: Timestamp,
    standing: 'final' | 'update',
    give: Give<Accumulator>,
  ): number {
    const parts = this.#partsOf(state, end)
    const [only] = parts
    let accumulator = only?.accumulator ?? this.aggregate.initial()
    let timestamp = only?.timestamp ?? 0
    if (parts.length > 1) {
      accumulator = this.aggregate.initial()
      for (const part of parts) {
        accumulator = this.aggregate.merge(accumulator, part.accumulator)
        timestamp = Math.max(timestamp, part.timestamp)
      }
    }
    const revision = (state.revisions.get(end) ?? 0) + 1
    give(state.key, this.#window(end), accumulator, timestamp, revision, standing)
    return revision
  }

  #partsOf(state: SliceState<Accumulator>, end: Timestamp): Slice<Accumulator>[] {
    const parts: Slice<Accumulator>[] = []
    for (const slice of state.slices) {
      if (slice.at >= end) break
      if (slice.at >= end - this.layout.size && slice.after < end) parts.push(slice)
    }
    return parts
  }

  #changed(state: SliceState<Accumulator>, end: Timestamp): boolean {
    return this.#partsOf(state, end).some((slice) => slice.changed)
  }

  #expire(state: SliceState<Accumulator>, closed: Timestamp): void {
    const { slices } = state
    let count = 0
    while (count < slices.length && (slices[count]?.at ?? never) + this.layout.life <= closed) count += 1
    slices.splice(0, count)
  }

  /** Slices are kept although they make no window yet: a later record may make one that holds them. */
  #dueOf({ slices }: SliceState<Accumulator>, nextEnd: Timestamp): Timestamp {
    const last = slices.at(-1)
    return nextEnd === never && last !== undefined ? last.at + this.layout.life : nextEnd
  }

  #window(end: Timestamp): Window {
    return { start: end - this.layout.size, end }
  }
}
