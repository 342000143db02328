/** A range that holds the true figure in 95 of 100 such samples. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** The 97.5 % quantile of the normal distribution: intervals are of 95 %. */
const z = 1.96

/** With fewer mentions that have a sentiment nothing is said of their balance. */
export const leastScored = 10

/**
 * Wilson score interval of a share (Wilson 1927, "Probable inference, the law of succession, and statistical inference"):
 * unlike the textbook's, it holds for small samples and for shares near 0 and 1.
 * @param successes 0 to `trials`; a sum of numbers from 0 to 1 may take the place of a count: its spread is that of a
 * count or less, so that the interval is too wide at worst
 * @param trials above 0
 */
export function wilson(successes: number, trials: number): Interval {
  const share = successes / trials
  const scale = 1 + (z * z) / trials
  const centre = share + (z * z) / (2 * trials)
  const margin = z * Math.sqrt((share * (1 - share) + (z * z) / (4 * trials)) / trials)
  return { low: Math.max(0, (centre - margin) / scale), high: Math.min(1, (centre + margin) / scale) }
}

/** The interval of `successes` of `trials`; null where there are no trials. */
export const shareInterval = (successes: number, trials: number): Interval | null =>
  trials > 0 && successes >= 0 && successes <= trials ? wilson(successes, trials) : null

/** Of a mean of sentiments (-1, 0, 1): as a share from 0 to 1, and stretched back. */
export function balanceInterval(positive: number, neutral: number, negative: number): Interval | null {
  const scored = positive + neutral + negative
  const interval = shareInterval(positive + neutral / 2, scored)
  return interval === null ? null : { low: 2 * interval.low - 1, high: 2 * interval.high - 1 }
}

/**
 * Of the mean of a sample: mean ± t s / √n, with the 97.5 % quantile of Student's t for n - 1 degrees of freedom; null for
 * fewer than two, and for a sample without a difference, which tells nothing of how far others differ.
 * @param variance of the sample itself, divided by n
 * @param sample a sample whose answers weigh differently may be worth a broken number; degrees of freedom are rounded down
 */
export function meanInterval(mean: number, variance: number, sample: number): Interval | null {
  if (sample < 2 || variance <= 0) return null
  const margin = studentT(Math.floor(sample - 1)) * Math.sqrt(variance / (sample - 1))
  return { low: mean - margin, high: mean + margin }
}

/** Beyond this the quantile is that of the normal distribution to the second digit. */
const nearlyNormal = 1_000

/** The 97.5 % quantile of Student's t, by halving. @param freedom degrees of freedom, a whole number from 1 */
export function studentT(freedom: number): number {
  if (freedom > nearlyNormal) return z
  let [low, high] = [z, 13]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (within(middle, freedom) < 0.95) low = middle
    else high = middle
  }
  return high
}

/** How often Student's t lies within ± t (M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4). */
function within(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom))
  const cosine = Math.cos(angle)
  const odd = freedom % 2 === 1
  let [term, sum] = odd ? [cosine, freedom > 1 ? cosine : 0] : [1, 1]
  for (let power = odd ? 3 : 2; power <= freedom - 2; power += 2) {
    term *= (cosine * cosine * (power - 1)) / power
    sum += term
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum
}

/**
 * Of a count in a time: it is taken for a Poisson one, whose mean lies within these limits in 95 of 100 cases (Byar's
 * approximation of the exact limits; Breslow and Day 1987, "Statistical methods in cancer research" II, p. 69).
 */
export function countInterval(count: number): Interval {
  const low = count === 0 ? 0 : count * (1 - 1 / (9 * count) - z / (3 * Math.sqrt(count))) ** 3
  const next = count + 1
  return { low: Math.max(0, low), high: next * (1 - 1 / (9 * next) + z / (3 * Math.sqrt(next))) ** 3 }
}
