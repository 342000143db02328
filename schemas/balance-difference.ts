import { falseDiscoveries, rejectionLevel } from './benjamini-hochberg.js'
import { fewMentions } from './growth.js'
import { leastScored } from './interval.js'
import type { BalanceVerdict } from './metrics/changes.js'
import type { Counts } from './metrics.js'
import { bothTails } from './normal-tails.js'
import { brokenBy, takenAway } from './one-author.js'

export type Scored = Pick<Counts, 'negative' | 'neutral' | 'positive'>

/** The balance of sentiment of one lot of mentions beside that of another. */
export interface BalanceDifference {
  /** The balance of the first less that of the other, from -2 to 2; null where one of them has no sentiment. */
  readonly difference: number | null
  /** How often chance gives as much between lots that are spoken of alike; null where there are too few to say. */
  readonly pValue: number | null
  /**
   * Of the first. `steady`: chance may explain the difference; `tooFew`: there are too few mentions to say anything;
   * `oneAuthor`: it is better or worse, but not without the mentions of one author.
   */
  readonly verdict: BalanceVerdict
  /** Of `oneAuthor`: the place of the author among those that were left out. */
  readonly author?: number
}

/** Two lots that are held against each other. */
export type Pair = readonly [one: Scored, other: Scored]

const scoredOf = ({ negative, neutral, positive }: Scored): number => negative + neutral + positive
const sumOf = ({ negative, positive }: Scored): number => positive - negative

/** Whether there are enough of both to say anything of their difference. */
export function areEnough(one: Scored, other: Scored): boolean {
  const [first, second] = [scoredOf(one), scoredOf(other)]
  return Math.min(first, second) >= leastScored && first + second >= fewMentions
}

/**
 * The probability, on both sides, of a difference of balances as large as this one when both lots are drawn from the
 * same sentiments: the test for a trend in proportions (P. Armitage, Tests for Linear Trends in Proportions and
 * Frequencies, 1955) with the scores -1, 0, 1 and the variance of all ways to deal the mentions out (N. Mantel,
 * Chi-Square Tests with One Degree of Freedom, 1963). Without neutral ones it is the test of two proportions. 1 where
 * all say the same.
 * @param one with at least one mention, as `other`
 */
export function differencePValue(one: Scored, other: Scored): number {
  const [first, second] = [scoredOf(one), scoredOf(other)]
  const all = first + second
  const mean = (sumOf(one) + sumOf(other)) / all
  const squares = one.negative + one.positive + other.negative + other.positive
  const variance = (squares - all * mean * mean) / (all - 1)
  if (variance <= 0) return 1
  const difference = sumOf(one) / first - sumOf(other) / second
  return bothTails(difference / Math.sqrt(variance * (1 / first + 1 / second)))
}

/**
 * What is said of each pair. Pairs with enough mentions are tested together: of those that are called better or worse at
 * most a share of `falseDiscoveries` is expected to be called so by chance.
 * @param without what is left of a pair without each author who may have moved it; asked for what is better or worse
 */
export function balanceDifferences(
  pairs: readonly Pair[],
  without: (at: number) => readonly Pair[] = () => [],
): readonly BalanceDifference[] {
  const found = pairs.map(differenceOf)
  const tested = found.flatMap(({ pValue }) => pValue ?? [])
  const limit = rejectionLevel(tested, falseDiscoveries)
  const verdictOf = ({ difference, pValue }: ReturnType<typeof differenceOf>) => {
    if (pValue === null) return 'tooFew'
    if (pValue > limit) return 'steady'
    return (difference ?? 0) > 0 ? 'better' : 'worse'
  }
  return found.map((each, at) => {
    const verdict = verdictOf(each)
    if (verdict === 'tooFew' || verdict === 'steady') return { ...each, verdict }
    const broken = brokenBy(
      without(at),
      (pair) => verdictOf(differenceOf(pair)) === verdict,
      (pair) => Math.max(...pair.map((left, side) => takenAway(scoredOf(pairs[at]?.[side] ?? left), scoredOf(left)))),
    )
    return { ...each, verdict, ...broken }
  })
}

/** What one pair gives. */
const differenceOf = ([one, other]: Pair) => ({
  difference:
    scoredOf(one) === 0 || scoredOf(other) === 0 ? null : sumOf(one) / scoredOf(one) - sumOf(other) / scoredOf(other),
  pValue: areEnough(one, other) ? differencePValue(one, other) : null,
})
