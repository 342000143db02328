import { logIncompleteBeta } from './incomplete-beta.js'
import { deviationOfTail } from './normal.js'

/** A mean from which a count is as good as a real number. */
const manyFrom = 1_000
/** Of a variance nearer to the mean than this share of its square: Poisson. */
const leastOverdispersion = 1e-6

/**
 * How far a count is from what a negative-binomial variable would give, as the deviation of a standard normal variable
 * that is as improbable: 3 is one in 741, whatever the mean. By the exact tail, P(X >= count) above the mean and
 * P(X <= count) below it, so that small counts are not judged by a variance; from a mean of 1,000 on by the
 * Wilson-Hilferty form of the gamma distribution, which is its limit.
 * @param count may lie between whole numbers, as a weighted sum of counts does; at least 0
 * @param mean above 0
 * @param overdispersion by which share of the squared mean the variance exceeds the mean; 0 is Poisson
 */
export function countDeviation(count: number, mean: number, overdispersion: number): number {
  const excess = Math.max(overdispersion, leastOverdispersion)
  if (mean >= manyFrom) {
    const shape = 1 / (1 / mean + excess)
    return 3 * Math.sqrt(shape) * (Math.cbrt(count / mean) - 1 + 1 / (9 * shape))
  }
  const size = 1 / excess
  const logSuccess = -Math.log1p(size / mean)
  const logFailure = -Math.log1p(mean / size)
  return count > mean
    ? deviationOfTail(logIncompleteBeta(logSuccess, logFailure, count, size))
    : -deviationOfTail(logIncompleteBeta(logFailure, logSuccess, size, count + 1))
}

/** Natural logarithm of the probability that a negative-binomial variable is 0. */
export function logNone(mean: number, overdispersion: number): number {
  const excess = Math.max(overdispersion, leastOverdispersion)
  return -Math.log1p(mean * excess) / excess
}
