import { fading } from './level.js'
import { parameters } from './parameters.js'

/** How far rows lie from their forecasts lately, against what is usual, as logarithm of the absolute deviation. */
export interface Spread {
  recent: number
  usual: number
  variance: number
}

/** Below this many standard deviations all are alike; above that many too. */
const least = 0.3
const most = 8
const skipped = 10

export const emptySpread = (): Spread => ({ recent: 0, usual: 0, variance: 0 })

/** Takes a row in and gives how far the recent spread lies from the usual one, in standard deviations of it. */
export function learnSpread(spread: Spread, deviation: number, rows: number): number {
  if (rows <= skipped) return 0
  const seen = rows - skipped + 1
  const value = Math.log(least + Math.min(most, Math.abs(deviation)))
  const share = 1 - fading(parameters.spread.recent)
  const slow = Math.max(1 / seen, 1 - fading(parameters.spread.usual))
  const error = value - spread.usual
  spread.usual += slow * error
  spread.variance += slow * (error * error * (1 - slow) - spread.variance)
  spread.recent += Math.max(share, 1 / seen) * (value - spread.recent)
  if (rows <= parameters.spread.rows) return 0
  // variance of a mean whose weights fade is share / (2 - share) of that of a value
  return (spread.recent - spread.usual) / Math.sqrt((spread.variance * share) / (2 - share) + 1e-12)
}
