import { logIncompleteBeta } from './incomplete-beta.js'
import { deviationOfTail } from './normal.js'

/** From so many trials on a share is as good as normal once its variance is made even. */
const manyFrom = 5_000

/**
 * How far a share is from what a binomial variable would give, as the deviation of a standard normal variable that is as
 * improbable. By the exact tail, P(X >= successes) above the mean and P(X <= successes) below it; of many trials by the
 * arcsine of the root, whose variance is that of no share.
 * @param successes from 0 to `trials`; both may lie between whole numbers
 * @param probability between 0 and 1, both excluded
 */
export function shareDeviation(successes: number, trials: number, probability: number): number {
  if (!(trials > 0)) return 0
  if (trials >= manyFrom) {
    return 2 * Math.sqrt(trials) * (Math.asin(Math.sqrt(successes / trials)) - Math.asin(Math.sqrt(probability)))
  }
  const [logSuccess, logFailure] = [Math.log(probability), Math.log1p(-probability)]
  return successes > trials * probability
    ? deviationOfTail(logIncompleteBeta(logSuccess, logFailure, successes, trials - successes + 1))
    : -deviationOfTail(logIncompleteBeta(logFailure, logSuccess, trials - successes, successes + 1))
}
