import { sortable } from '../keyed-state.js'
import type { Emit, FateSink, Operator, OperatorContext } from '../operator.js'
import { noHeaders, type StreamRecord } from '../record.js'
import type { StateStore } from '../store.js'
import type { Duration, Timestamp } from '../time.js'
import type { StepNode } from '../topology.js'
import { gridOf, isAssignable, lastEnd, type WindowGrid } from '../window.js'
import { SeveralWindows } from '../windowing/several-windows.js'
import { type Held, HeldRecords } from './held-records.js'
import { outermost } from './nested-windows.js'

type Step = Extract<StepNode, { kind: 'frequent' }>

interface Layout {
  readonly grid: WindowGrid
  readonly grace: Duration
}

/** The value of a record that counts for several keys. */
export interface ForKeys<Value> {
  /** Distinct. */
  readonly keys: readonly string[]
  readonly value: Value
}

const mostHeldKeys = 200_000

/**
 * Aggregates records that name several keys each, nearly all of which are named too seldom to be of interest (an iceberg
 * query: Fang et al., "Computing Iceberg Queries Efficiently", 1998). The results are those of `SeveralWindows` over one
 * record a key, less those of windows with fewer than `atLeast` records.
 *
 * What is known of a rare key are its records, held back by outermost window. With the record that makes them enough,
 * all of them go on to the ordinary windows, as late or as early as they were when they came. A window that closes before
 * has fewer records than that, and no record comes for it afterwards: the results do not depend on when stream time
 * moved (invariant 3). Held records are forgotten when their outermost window closes.
 *
 * A record has one fate (invariant 4), decided by its own stream time: late when every window is closed to it. Memory is
 * bounded by dropping buckets of held records after a flush (invariant 7).
 */
export class FrequentKeys implements Operator<unknown, unknown> {
  readonly delay: Duration
  readonly #atLeast: number
  readonly #each: Step['each']
  readonly #fates: FateSink
  readonly #windows: SeveralWindows
  readonly #layouts: readonly Layout[]
  readonly #outer: Layout
  readonly #store: StateStore<unknown>
  readonly #mostKeys: number
  /** By the end of the outermost window. */
  readonly #held = new Map<Timestamp, HeldRecords>()
  /** Closed since the last flush. */
  #closed: HeldRecords[] = []
  #streamTime: Timestamp = 0

  constructor({ name, windows, aggregate, atLeast, updates, each, store }: Step, context: OperatorContext) {
    const kept = outermost(windows)
    this.#outer = { grid: gridOf(kept), grace: kept.grace }
    this.#layouts = windows.flatMap(({ window }) =>
      window.kind === 'tumbling' ? [{ grid: gridOf(window), grace: window.grace }] : [],
    )
    this.#atLeast = atLeast
    this.#each = each
    this.#fates = context.fates
    this.#mostKeys = context.hotKeys ?? mostHeldKeys
    this.#store = context.openStore(store)
    const fates: FateSink = { ...context.fates, late: () => {}, drop: () => {}, partlyLate: () => {} }
    const step = { kind: 'aggregates', name, windows, aggregate, updates } as const
    this.#windows = new SeveralWindows(step, { ...context, fates })
    this.delay = this.#windows.delay
    for (const [end, held] of HeldRecords.stored(this.#store)) this.#held.set(Number(end), held)
  }

  onRecord(record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    const { timestamp, origin } = record
    if (!isAssignable(timestamp)) {
      this.#fates.deadLetter(record, 'timestamp-out-of-range', `no window holds the timestamp ${timestamp}`)
      return
    }
    const streamTime = Math.max(record.streamTime, this.#streamTime)
    const { grid } = this.#outer
    const end = lastEnd(grid, timestamp)
    if (isClosed(this.#outer, timestamp, streamTime)) {
      this.#fates.late(record, { start: end - grid.size, end })
      return
    }
    if (this.#layouts.some((layout) => isClosed(layout, timestamp, streamTime))) this.#fates.partlyLate?.(record)
    // The builder's types let only such values come here.
    const { keys, value } = record.value as ForKeys<unknown>
    const held = this.#heldUntil(end)
    const kept: Held = { value, timestamp, streamTime: record.streamTime }
    for (const [index, key] of keys.entries()) {
      const own = this.#each === null ? kept : { ...kept, value: this.#each(value, index) }
      for (const each of held.take(key, own, this.#atLeast)) {
        this.#windows.onRecord({ key, ...each, headers: noHeaders, origin }, emit)
      }
    }
  }

  onStreamTime(streamTime: Timestamp, emit: Emit<unknown>): void {
    this.#streamTime = streamTime
    for (const [end, held] of this.#held) {
      if (end + this.#outer.grace > streamTime) continue
      this.#closed.push(held)
      this.#held.delete(end)
    }
    this.#windows.onStreamTime(streamTime, emit)
  }

  onClock(now: Timestamp, emit: Emit<unknown>): void {
    this.#windows.onClock(now, emit)
  }

  get wakeAt(): Timestamp | null {
    return this.#windows.wakeAt
  }

  get nextFinal(): Timestamp | null {
    return this.#windows.nextFinal
  }

  flush(): void {
    for (const held of this.#closed) held.remove()
    this.#closed = []
    let loaded = 0
    for (const held of this.#held.values()) {
      held.flush()
      loaded += held.loaded
    }
    for (const held of this.#held.values()) {
      if (loaded <= this.#mostKeys) break
      const others = loaded - held.loaded
      held.evict(Math.max(0, this.#mostKeys - others))
      loaded = others + held.loaded
    }
    this.#windows.flush()
  }

  #heldUntil(end: Timestamp): HeldRecords {
    const known = this.#held.get(end)
    if (known !== undefined) return known
    const begun = HeldRecords.begin(this.#store, sortable(end))
    this.#held.set(end, begun)
    return begun
  }
}

const isClosed = ({ grid, grace }: Layout, timestamp: Timestamp, streamTime: Timestamp): boolean =>
  lastEnd(grid, timestamp) + grace <= streamTime
