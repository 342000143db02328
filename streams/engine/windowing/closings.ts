import type { Timestamp } from '../time.js'
import type { Give, Standing } from './layout.js'

/**
 * Results of windows that close, of many keys, on their way to be given in the order of closing. A final costs an entry
 * in each column: sorting once is cheaper than looking for the next window to close after each.
 */
export class Closings<Accumulator> {
  #count = 0
  /** Closing points never went back so far. */
  #ascending = true
  readonly #closingPoints: Timestamp[] = []
  readonly #keys: string[] = []
  readonly #starts: Timestamp[] = []
  readonly #ends: Timestamp[] = []
  #accumulators: Accumulator[] = []
  readonly #timestamps: Timestamp[] = []
  readonly #revisions: number[] = []
  readonly #standings: Standing[] = []

  /** @param closingPoint those of one key are added in ascending order */
  add(
    closingPoint: Timestamp,
    key: string,
    start: Timestamp,
    end: Timestamp,
    accumulator: Accumulator,
    timestamp: Timestamp,
    revision: number,
    standing: Standing,
  ): void {
    const at = this.#count
    if (at > 0 && closingPoint < (this.#closingPoints[at - 1] ?? 0)) this.#ascending = false
    this.#closingPoints[at] = closingPoint
    this.#keys[at] = key
    this.#starts[at] = start
    this.#ends[at] = end
    this.#accumulators[at] = accumulator
    this.#timestamps[at] = timestamp
    this.#revisions[at] = revision
    this.#standings[at] = standing
    this.#count = at + 1
  }

  /** Gives everything by closing point, what closes together in the order it was added, and is empty again. */
  give(give: Give<Accumulator>): void {
    const count = this.#count
    const order = this.#ascending ? null : inOrder(this.#closingPoints, count)
    for (let place = 0; place < count; place += 1) {
      const at = order === null ? place : (order[place] as number)
      give(
        this.#keys[at] as string,
        { start: this.#starts[at] as Timestamp, end: this.#ends[at] as Timestamp },
        this.#accumulators[at] as Accumulator,
        this.#timestamps[at] as Timestamp,
        this.#revisions[at] as number,
        this.#standings[at] as Standing,
      )
    }
    this.#count = 0
    this.#ascending = true
    // The columns are used again; accumulators must not be kept alive by them.
    this.#accumulators = []
  }
}

/** Indices of the first `count` times, sorted by time; equal times keep their order. */
function inOrder(times: readonly Timestamp[], count: number): ArrayLike<number> {
  let first = Number.POSITIVE_INFINITY
  let last = 0
  for (let at = 0; at < count; at += 1) {
    const time = times[at] as Timestamp
    if (time < first) first = time
    if (time > last) last = time
  }
  if ((last - first + 1) * count > Number.MAX_SAFE_INTEGER) {
    return Array.from({ length: count }, (_, at) => at).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
  }
  // One number holds both time and place: typed arrays sort numbers without calling back.
  const sorted = new Float64Array(count)
  for (let at = 0; at < count; at += 1) sorted[at] = ((times[at] as Timestamp) - first) * count + at
  sorted.sort()
  for (let at = 0; at < count; at += 1) sorted[at] = (sorted[at] as number) % count
  return sorted
}
