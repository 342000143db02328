import { fading } from './level.js'
import { countDeviation } from './negative-binomial.js'
import { parameters } from './parameters.js'

/** What the errors of forecasts are like: means that fade. */
export interface Noise {
  /** Of the squared error, of what was expected and of its square, and of the absolute error. */
  squared: number
  mean: number
  meanSquared: number
  absolute: number
}

/** By which law a value is judged at a mean. */
export interface Law {
  readonly kind: 'count' | 'real'
  /** Standard deviation. */
  readonly deviation: number
  /** Of counts: by which share of the squared mean the variance exceeds the mean. */
  readonly overdispersion: number
}

/** Believed of counts of which little was seen: an overdispersion, as if it had been seen in so many rows. */
const prior = { overdispersion: 0.1, rows: 10 } as const
const mostOverdispersion = 50
/** Absolute error to standard deviation, of a normal variable: the square root of half pi. */
const normalRatio = 1.2533
/** Counts that vary far less than Poisson are measurements. */
const steady = { share: 0.5, mean: 5 } as const
/** Whole numbers are known no better than rounding lets them: the deviation of a variable that is even from 0 to 1. */
const rounding = Math.sqrt(1 / 12)
/** No value is known better than this share of it. */
const precision = 1e-9
/** Of what a row may teach: this many standard deviations, and counts this many more. */
const reach = 4
export const countSlack = 3

export const emptyNoise = (): Noise => ({ squared: 0, mean: 0, meanSquared: 0, absolute: 0 })

/** Law of a value with that mean. @param rows how many were learned */
export function lawAt(noise: Noise, isCount: boolean, rows: number, mean: number, last: number): Law {
  const isSteady = noise.squared < steady.share * noise.mean && noise.mean > steady.mean && rows > parameters.warmUp
  if (isCount && !isSteady) {
    const seen = Math.min(rows, parameters.errors / Math.LN2) + 1
    const { squared, mean: usual, meanSquared } = noise
    const found =
      meanSquared > 0
        ? (seen * (squared - usual) + prior.rows * prior.overdispersion * meanSquared) /
          ((seen + prior.rows) * meanSquared)
        : prior.overdispersion
    const overdispersion = Math.min(mostOverdispersion, Math.max(0, found))
    return { kind: 'count', deviation: Math.sqrt(mean + overdispersion * mean * mean), overdispersion }
  }
  const least = precision * (Math.abs(mean) + Math.abs(last))
  const rounded = isCount ? rounding : Number.MIN_VALUE
  const deviation = Math.max(normalRatio * noise.absolute, least, rounded)
  return { kind: 'real', deviation, overdispersion: 0 }
}

/** How far a value lies from the mean, as deviation of a standard normal variable. */
export const deviationOf = (law: Law, value: number, mean: number): number =>
  law.kind === 'count' ? countDeviation(value, mean, law.overdispersion) : (value - mean) / law.deviation

/**
 * Learns from the error of a forecast, observed minus expected.
 * @param before error of the row before: of a measurement two rows that are far out show that it varies so much, as one
 * that hung from its first row on does when it begins to move
 */
export function learnNoise(noise: Noise, law: Law, error: number, before: number, mean: number, rows: number): void {
  if (rows === 0) return
  const bound =
    law.kind === 'count' ? reach * law.deviation + countSlack : Math.max(reach * law.deviation, Math.abs(before))
  const most = rows < 20 ? Number.MAX_VALUE : bound
  const kept = Math.min(most, Math.max(-most, error))
  const share = Math.max(1 / (rows + 1), 1 - fading(parameters.errors))
  noise.squared += share * (kept * kept - noise.squared)
  noise.mean += share * (mean - noise.mean)
  noise.meanSquared += share * (mean * mean - noise.meanSquared)
  noise.absolute += share * (Math.abs(kept) - noise.absolute)
}
