import { fading } from './level.js'
import { countDeviation } from './negative-binomial.js'
import type { Law } from './noise.js'
import { parameters } from './parameters.js'

/** Sum over the last rows, which fade: of what was observed beyond what was expected, of that, and of the variance. */
export interface RecentSum {
  surplus: number
  expected: number
  variance: number
}

/** One row counts as so many standard deviations at most: a sum is there for what lasts. */
const mostDeviations = 6
const slack = 3

export const emptySum = (): RecentSum => ({ surplus: 0, expected: 0, variance: 0 })

/** Takes a row in. @param halfLife in rows */
export function addRow(sum: RecentSum, halfLife: number, value: number, expected: number, law: Law): void {
  const fade = fading(halfLife)
  const most = mostDeviations * law.deviation + (law.kind === 'count' ? slack : 0)
  sum.surplus = sum.surplus * fade + Math.min(most, Math.max(-most, value - expected))
  sum.expected = sum.expected * fade + expected
  sum.variance = sum.variance * fade * fade + law.deviation * law.deviation
}

/**
 * How far the sum lies from what was expected, as deviation of a standard normal variable. A faded sum of Poisson counts
 * has a variance below its mean; told in units of their ratio, 1 / (1 + fade), it is judged as a count.
 */
export function sumDeviation({ surplus, expected, variance }: RecentSum, halfLife: number, law: Law): number {
  if (!(variance > 0)) return 0
  if (law.kind === 'real') return surplus / Math.sqrt(variance)
  const perUnit = 1 + fading(halfLife)
  const mean = expected * perUnit
  if (!(mean > 0)) return 0
  const beyond = Math.max(0, variance * perUnit * perUnit - mean)
  return countDeviation(Math.max(0, mean + surplus * perUnit), mean, beyond / (mean * mean))
}

/**
 * How far the sum lies out against how far it usually does: sums of what lasts for hours vary more than rows that know
 * nothing of each other. What is usual is learned on the way.
 * @param scales mean squares of the sums, at least 1; changed in place
 * @param index of this sum
 * @param rows how many were seen
 */
export function scaledDeviation(
  scales: Float32Array,
  index: number,
  deviation: number,
  halfLife: number,
  rows: number,
): number {
  const { halfLives, rows: kept, most } = parameters.scales
  const square = scales[index] as number
  const seen = halfLives * halfLife + Math.min(rows, kept)
  scales[index] = square + (Math.min(deviation * deviation, most * square) - square) / seen
  return deviation / Math.sqrt(Math.max(1, square))
}
