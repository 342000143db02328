import { fading } from './level.js'
import { parameters } from './parameters.js'

/**
 * How far rows lie from their forecasts, as logarithm of the absolute deviation: mean of the last rows, the usual one, and
 * the variance of that.
 */
export type Spread = Float32Array

/** Below this many standard deviations all are alike; above that many too. */
const least = 0.3
const most = 8
const skipped = 10
/** Series whose errors are all alike, as exact ones, are not known better than this. */
const leastVariance = 0.1

export const emptySpread = (): Spread => new Float32Array(3)

/** Takes a row in and gives how far the recent spread lies from the usual one, in standard deviations of it. */
export function learnSpread(spread: Spread, deviation: number, rows: number): number {
  if (rows <= skipped) return 0
  const seen = rows - skipped + 1
  const value = Math.log(least + Math.min(most, Math.abs(deviation)))
  const share = 1 - fading(parameters.spread.recent)
  const slow = Math.max(1 / seen, 1 - fading(parameters.spread.usual))
  const [recent = 0, usual = 0, variance = 0] = spread
  const error = value - usual
  const next = {
    recent: recent + Math.max(share, 1 / seen) * (value - recent),
    usual: usual + slow * error,
    variance: variance + slow * (error * error * (1 - slow) - variance),
  }
  spread.set([next.recent, next.usual, next.variance])
  if (rows <= parameters.spread.rows) return 0
  // variance of a mean whose weights fade is share / (2 - share) of that of a value
  return (next.recent - next.usual) / Math.sqrt((Math.max(leastVariance, next.variance) * share) / (2 - share))
}
