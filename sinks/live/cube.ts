import { type Counts, noCounts } from '../../schemas/metrics.js'
import type { Trend, TrendWindow } from '../../schemas/trend.js'
import { allKey, type Range, termKey } from './view.js'

/** What the board needs of one result of a window. */
export type TrendCell = Counts & Pick<Trend, 'term' | 'kind' | 'start' | 'revision'>

/** Sums that are kept until a cell of the term changes; a board asks for few ranges at a time. */
const keptTotals = 8

/** The windows of one term, each at its highest revision. */
export class TermSeries {
  readonly #cells = new Map<number, TrendCell>()
  #totals: { readonly from: number; readonly until: number; readonly counts: Counts }[] = []

  constructor(
    readonly term: string,
    readonly kind: Trend['kind'],
  ) {}

  get size(): number {
    return this.#cells.size
  }

  /** Keeps the cell unless one of the same or a higher revision is there: order and repetition do not matter. */
  put(cell: TrendCell): boolean {
    const present = this.#cells.get(cell.start)
    if (present !== undefined && present.revision >= cell.revision) return false
    this.#cells.set(cell.start, cell)
    this.#totals = []
    return true
  }

  /** Sum of the windows that start within the range. */
  total({ from, until }: Range): Counts {
    const kept = this.#totals.find((total) => total.from === from && total.until === until)
    if (kept !== undefined) return kept.counts
    let sum: Counts = noCounts
    for (const cell of this.#cells.values()) {
      if (cell.start >= from && cell.start < until) sum = addCounts(sum, cell)
    }
    this.#totals = [...this.#totals.slice(1 - keptTotals), { from, until, counts: sum }]
    return sum
  }

  /** Sums of `step` milliseconds each, from `from`; one for every bar of the range. */
  bars({ from, until }: Range, step: number): readonly Counts[] {
    const bars = new Array<Counts>(Math.round((until - from) / step)).fill(noCounts)
    for (const cell of this.#cells.values()) {
      const index = Math.floor((cell.start - from) / step)
      const bar = bars[index]
      if (bar !== undefined) bars[index] = addCounts(bar, cell)
    }
    return bars
  }

  /** Forgets windows that start before the instant. */
  prune(before: number): void {
    for (const start of this.#cells.keys()) if (start < before) this.#cells.delete(start)
    this.#totals = []
  }
}

const addCounts = (left: Counts, right: Counts): Counts => ({
  mentions: left.mentions + right.mentions,
  reposts: left.reposts + right.reposts,
  negative: left.negative + right.negative,
  neutral: left.neutral + right.neutral,
  positive: left.positive + right.positive,
  unsure: left.unsure + right.unsure,
})

/**
 * All terms of one region in windows of one kind, as far back as the longest span that is watched. It is filled from
 * the store and from the stream alike: each window goes by its highest revision, so both may come in any order.
 */
export class Cube {
  readonly #terms = new Map<string, TermSeries>()
  #size = 0
  /** Counts changes; who kept the number sees whether anything changed since. */
  version = 0

  constructor(
    readonly window: TrendWindow,
    readonly region: string,
  ) {}

  /** Number of windows kept, over all terms. */
  get size(): number {
    return this.#size
  }

  get terms(): Iterable<TermSeries> {
    return this.#terms.values()
  }

  series(key: string): TermSeries | undefined {
    return this.#terms.get(key)
  }

  put(cell: TrendCell): void {
    const key = termKey(cell.kind, cell.term)
    let series = this.#terms.get(key)
    if (series === undefined) {
      series = new TermSeries(cell.term, cell.kind)
      this.#terms.set(key, series)
    }
    const before = series.size
    if (!series.put(cell)) return
    this.#size += series.size - before
    this.version += 1
  }

  /**
   * Forgets windows that start before the instant, then, while more than `most` windows are left, the terms with the
   * fewest of them: memory stays bounded (invariant 7). What was forgotten is still in the store.
   */
  prune(before: number, most: number): void {
    for (const [key, series] of this.#terms) {
      series.prune(before)
      if (series.size === 0) this.#terms.delete(key)
    }
    this.#size = [...this.#terms.values()].reduce((sum, { size }) => sum + size, 0)
    if (this.#size > most) this.#evict(most)
    this.version += 1
  }

  #evict(most: number): void {
    const rarest = [...this.#terms].filter(([key]) => key !== allKey).sort(([, a], [, b]) => a.size - b.size)
    for (const [key, series] of rarest) {
      if (this.#size <= most) return
      this.#terms.delete(key)
      this.#size -= series.size
    }
  }
}
