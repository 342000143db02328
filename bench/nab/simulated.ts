import type { RowWindow } from '../nab-score.js'
import { Random } from '../shifts/random.js'
import { families } from './families.js'

/** A row of a series that is made up. */
export interface SimulatedRow {
  readonly at: number
  readonly value: number
}

/** A series with the windows in which something begins that is not usual in it. */
export interface SimulatedSeries {
  readonly rows: readonly SimulatedRow[]
  readonly windows: readonly RowWindow[]
}

/** What a family is made of: a series without anything unusual, and what happens to it. */
export interface Family {
  readonly rows: number
  /** Milliseconds. */
  readonly interval: number
  /** Part of the rows that are missing. */
  readonly missing: number
  /** Where something may happen next, from a row on; anywhere, where it is not said. */
  readonly next?: (row: number) => number
  /** The values, as things are usual; then with what happens at each of the rows. */
  make(random: Random, rows: number, events: readonly number[]): readonly number[]
}

/** Part of a series in which nothing happens: detectors learn. */
const calm = 0.17
/** Windows take so much of a series in all, as those of the benchmark do. */
const inWindows = 0.1
const start = Date.UTC(2024, 0, 1)

/** Makes a series of a family: the same for the same seed. @throws RangeError when there is no such family */
export function simulated(name: string, seed: number): SimulatedSeries {
  const family = families[name]
  if (family === undefined)
    throw new RangeError(`"${name}" is no family: there are ${Object.keys(families).join(', ')}`)
  const random = new Random(seed)
  const { rows, interval, missing, next, make } = family
  const count = 1 + random.below(4)
  const half = Math.floor((inWindows * rows) / count / 2)
  const room = rows * (1 - calm) - 2 * half
  const events = Array.from({ length: count }, (_, index) => {
    const row = Math.floor(rows * calm + half + ((index + 0.15 + 0.7 * random.uniform()) * room) / count)
    return next === undefined ? row : next(row)
  })
  const values = make(random, rows, events)
  const kept: SimulatedRow[] = []
  const rowOf: number[] = []
  let isOut = false
  for (const [index, value] of values.entries()) {
    rowOf.push(kept.length)
    if (missing > 0) isOut = random.uniform() < (isOut ? 0.7 : 0.3 * missing)
    if (!isOut) kept.push({ at: start + index * interval, value })
  }
  const place = (row: number): number => Math.min(kept.length - 1, rowOf[Math.min(rows - 1, Math.max(0, row))] ?? 0)
  return { rows: kept, windows: events.map((at) => [place(at - half), place(at + half)] as const) }
}
