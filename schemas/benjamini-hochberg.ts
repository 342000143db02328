/** What of all that is called a change, among those that are looked at together, may be called so by chance. */
export const falseDiscoveries = 0.05

/**
 * How small a probability must be for its hypothesis to be rejected, when among those that are rejected at most a share
 * `level` is to be rejected wrongly (Y. Benjamini, Y. Hochberg, Controlling the False Discovery Rate, 1995); holds for
 * independent and for positively dependent ones (Y. Benjamini, D. Yekutieli, 2001). 0 when none is rejected.
 * @param smallest the probabilities that may be small enough, in any order
 * @param tested how many there are in all, at least as many
 * @param level from 0 to 1
 */
export function rejectedUpTo(smallest: readonly number[], tested: number, level: number): number {
  const sorted = smallest.toSorted((one, other) => one - other)
  let limit = 0
  for (const [index, probability] of sorted.entries()) {
    if (probability <= (level * (index + 1)) / Math.max(tested, sorted.length)) limit = probability
  }
  return limit
}

/**
 * The level at which each of those is tested that are rejected: its probability is at or below it, that of the others
 * above. One of them that is looked at anew, as without an author, is held against the same. 0 when none is rejected.
 */
export function rejectionLevel(probabilities: readonly number[], level: number): number {
  const limit = rejectedUpTo(probabilities, probabilities.length, level)
  const rejected = probabilities.filter((probability) => probability <= limit).length
  return (level * rejected) / Math.max(1, probabilities.length)
}
