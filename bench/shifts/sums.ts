import type { Cell, World } from './world.js'

/** Sums of what was before each interval, and in the end of all. */
export type Sums = Float64Array

export function sumsOf(intervals: number, of: (at: number) => number): Sums {
  const sums = new Float64Array(intervals + 1)
  for (let at = 0; at < intervals; at++) sums[at + 1] = (sums[at] as number) + of(at)
  return sums
}

export const between = (sums: Sums, from: number, until: number): number =>
  (sums[until] as number) - (sums[from] as number)

/** The terms of which each series is made: each term but the last, which stands for none, then everything. */
export function seriesOf({ shares }: World): readonly (readonly number[])[] {
  const terms = shares.map((_, term) => term)
  return [...terms.slice(0, -1).map((term) => [term]), terms]
}

/** What the terms of a series are together at a time. */
export function sumAt({ cells }: World, terms: readonly number[], at: number, of: (cell: Cell) => number): number {
  let sum = 0
  for (const term of terms) {
    const cell = cells[at]?.[term]
    if (cell === undefined) throw new RangeError(`the board has no term ${term} at ${at}`)
    sum += of(cell)
  }
  return sum
}
