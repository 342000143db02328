/**
 * How much rows vary, against a variable without memory (Poisson, binomial): the ratio of the variances, as 1 + a + b n,
 * where n is the mean of a count or the trials of a share. What comes in clumps, as reposts do, has a ratio that is the
 * same for all n (a); what has a rate of its own in each row has one that grows with n (b). Learned from the squared
 * errors of rows by weighted least squares, with a prior; means that fade.
 */
export interface Dispersion {
  weight: number
  size: number
  sizeSquared: number
  ratio: number
  ratioSize: number
}

/** What is believed of series of which little was seen. */
export interface DispersionPrior {
  readonly clumps: number
  readonly rate: number
  /** What the ratio is at least. */
  readonly least: number
}

/** Rows for which the prior stands. */
const believed = 20
const largest = 1e6

export const emptyDispersion = (): Dispersion => ({ weight: 0, size: 0, sizeSquared: 0, ratio: 0, ratioSize: 0 })

/** Ratio of the variance of a row of a size to that of a variable without memory: `clumps + rate * size`. */
export interface Ratio {
  readonly clumps: number
  readonly rate: number
}

export const ratioAt = ({ clumps, rate }: Ratio, size: number): number => Math.min(largest, clumps + rate * size)

/** What is known so far. */
export function ratioOf(dispersion: Dispersion, prior: DispersionPrior): Ratio {
  const { weight, ratio, ratioSize } = dispersion
  // sizes in usual ones, so that the prior means the same for all
  const unit = weight > 0 ? Math.max(dispersion.size / weight, 1e-9) : 1
  const sum = weight + believed
  const first = dispersion.size / unit + believed
  const second = dispersion.sizeSquared / (unit * unit) + 2 * believed
  const given = ratio + believed * (prior.clumps + prior.rate)
  const givenSize = ratioSize / unit + believed * (prior.clumps + 2 * prior.rate)
  const least = prior.least - 1
  let slope = (sum * givenSize - first * given) / (sum * second - first * first)
  let clumps = (given - slope * first) / sum
  if (slope < 0) {
    slope = 0
    clumps = given / sum
  } else if (clumps < least) {
    clumps = least
    slope = Math.max(0, (givenSize - clumps * first) / second)
  }
  return { clumps: Math.max(prior.least, 1 + clumps), rate: slope / unit }
}

/**
 * Learns from a row.
 * @param ratio squared error over the variance of a variable without memory
 * @param size of the row, as `dispersionAt` takes it
 * @param weight of the row: the less, the more its ratio varies
 */
export function learnDispersion(
  dispersion: Dispersion,
  ratio: number,
  size: number,
  weight: number,
  fade: number,
): void {
  dispersion.weight = dispersion.weight * fade + weight
  dispersion.size = dispersion.size * fade + weight * size
  dispersion.sizeSquared = dispersion.sizeSquared * fade + weight * size * size
  dispersion.ratio = dispersion.ratio * fade + weight * (ratio - 1)
  dispersion.ratioSize = dispersion.ratioSize * fade + weight * (ratio - 1) * size
}
