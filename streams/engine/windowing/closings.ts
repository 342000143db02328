import type { Duration, Timestamp } from '../time.js'
import type { Standing } from './layout.js'

/**
 * Takes a result of one window.
 * @param first what was given back for the first window of the run; null for the first
 * @param more windows of the run that follow
 * @returns what helps with those that follow; null when nothing does
 */
export type GiveClosing<Accumulator, First> = (
  first: First | null,
  more: number,
  key: string,
  start: Timestamp,
  end: Timestamp,
  accumulator: Accumulator,
  timestamp: Timestamp,
  revision: number,
  standing: Standing,
) => First | null

/**
 * Results of windows that close, of many keys, on their way to be given in the order of closing. What costs an entry in
 * each column is a run of windows that share an accumulator; sorting once is cheaper than looking for the next window to
 * close after each.
 */
export class Closings<Accumulator, First = unknown> {
  /** Runs, and the windows in them. */
  #runs = 0
  #windows = 0
  readonly #closingPoints: Timestamp[] = []
  readonly #keys: string[] = []
  readonly #starts: Timestamp[] = []
  readonly #ends: Timestamp[] = []
  readonly #counts: number[] = []
  readonly #advances: Duration[] = []
  #accumulators: Accumulator[] = []
  readonly #timestamps: Timestamp[] = []
  readonly #revisions: number[] = []
  readonly #standings: Standing[] = []
  #firsts: (First | null)[] = []

  /**
   * Adds `count` windows, `advance` apart, of which the first begins at `start`, ends at `end` and closes at
   * `closingPoint`. Those of one key are added in ascending order.
   */
  add(
    closingPoint: Timestamp,
    key: string,
    start: Timestamp,
    end: Timestamp,
    accumulator: Accumulator,
    timestamp: Timestamp,
    revision: number,
    standing: Standing,
    count = 1,
    advance: Duration = 0,
  ): void {
    const run = this.#runs
    this.#closingPoints[run] = closingPoint
    this.#keys[run] = key
    this.#starts[run] = start
    this.#ends[run] = end
    this.#counts[run] = count
    this.#advances[run] = advance
    this.#accumulators[run] = accumulator
    this.#timestamps[run] = timestamp
    this.#revisions[run] = revision
    this.#standings[run] = standing
    this.#firsts[run] = null
    this.#runs = run + 1
    this.#windows += count
  }

  /** Gives everything by closing point, what closes together in the order it was added, and is empty again. */
  give(give: GiveClosing<Accumulator, First>): void {
    const { places, times } = this.#inOrder()
    for (let window = 0; window < this.#windows; window += 1) {
      const run = places[window] as number
      const later = (times[window] as Timestamp) - (this.#closingPoints[run] as Timestamp)
      const more = later === 0 ? (this.#counts[run] as number) - 1 : 0
      const first = give(
        this.#firsts[run] as First | null,
        more,
        this.#keys[run] as string,
        (this.#starts[run] as Timestamp) + later,
        (this.#ends[run] as Timestamp) + later,
        this.#accumulators[run] as Accumulator,
        this.#timestamps[run] as Timestamp,
        this.#revisions[run] as number,
        this.#standings[run] as Standing,
      )
      if (more > 0) this.#firsts[run] = first
    }
    this.#runs = 0
    this.#windows = 0
    // The columns are used again; accumulators must not be kept alive by them.
    this.#accumulators = []
    this.#firsts = []
  }

  /** The run of each window and when it closes, sorted by time; equal times keep the order of the runs. */
  #inOrder(): { readonly places: ArrayLike<number>; readonly times: ArrayLike<Timestamp> } {
    const count = this.#windows
    const runs = this.#runs
    let first = Number.POSITIVE_INFINITY
    let last = 0
    for (let run = 0; run < runs; run += 1) {
      const from = this.#closingPoints[run] as Timestamp
      const to = from + ((this.#counts[run] as number) - 1) * (this.#advances[run] as Duration)
      if (from < first) first = from
      if (to > last) last = to
    }
    const times = new Float64Array(count)
    const places = new Int32Array(count)
    if ((last - first + 2) * runs > Number.MAX_SAFE_INTEGER) {
      const windows = this.#each((run, time) => ({ run, time })).sort((a, b) => a.time - b.time || a.run - b.run)
      for (const [index, { run, time }] of windows.entries()) {
        places[index] = run
        times[index] = time
      }
      return { places, times }
    }
    // One number holds both time and place: typed arrays sort numbers without calling back.
    let window = 0
    let ascending = true
    for (let run = 0; run < runs; run += 1) {
      const advance = this.#advances[run] as Duration
      let at = ((this.#closingPoints[run] as Timestamp) - first) * runs + run
      for (let left = this.#counts[run] as number; left > 0; left -= 1) {
        if (window > 0 && at < (times[window - 1] as number)) ascending = false
        times[window++] = at
        at += advance * runs
      }
    }
    if (!ascending) times.sort()
    for (let index = 0; index < count; index += 1) {
      const both = times[index] as number
      // The quotient may be rounded up to the next integer; the products are exact.
      const rounded = Math.floor(both / runs)
      const time = rounded * runs > both ? rounded - 1 : rounded
      places[index] = both - time * runs
      times[index] = time + first
    }
    return { places, times }
  }

  #each<Item>(item: (run: number, time: Timestamp) => Item): Item[] {
    return this.#counts
      .slice(0, this.#runs)
      .flatMap((count, run) =>
        Array.from({ length: count }, (_, index) =>
          item(run, (this.#closingPoints[run] as Timestamp) + index * (this.#advances[run] as Duration)),
        ),
      )
  }
}
