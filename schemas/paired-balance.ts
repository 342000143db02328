import { falseDiscoveries, rejectionLevel } from './benjamini-hochberg.js'
import { bothTails } from './normal-tails.js'
import { brokenBy, takenAway } from './one-author.js'

/**
 * Sums of what is said of two things, over mentions that speak of both and over those that speak of one alone; 1 for
 * what is positive, 0 neutral, -1 negative. They add up: over mentions, and over authors.
 */
export interface PairSums {
  /** Of mentions of both: what is said of the first less what is said of the other. */
  readonly differences: number
  /** The squares of those. */
  readonly squaredDifferences: number
  readonly both: number
  /** Of mentions of the first alone: the sum, how many are not neutral, and how many there are. */
  readonly first: number
  readonly firstLabelled: number
  readonly firstAlone: number
  /** The same of the other. */
  readonly second: number
  readonly secondLabelled: number
  readonly secondAlone: number
}

/** Sums that the contribution of an author is linear in. */
export const contributing = ['differences', 'first', 'firstAlone', 'second', 'secondAlone'] as const
export type Contributing = (typeof contributing)[number]
/** For each two of them the sum over authors of one times the other, by the names of both. */
export type Products = Readonly<Record<string, number>>

/** Everything that is said of two things. */
export interface Paired {
  readonly sums: PairSums
  readonly products: Products
}

/** How differently two things are spoken of. */
export interface PairedDifference {
  /** How often chance gives as much, either way, where authors speak alike of both. */
  readonly pValue: number
  /** The same if every mention were by another author. */
  readonly pValueOfMentions: number
  /** Above 0: the first is spoken of better, within mentions of both and beyond them. */
  readonly excess: number
}

/**
 * Whether one thing is spoken of better than another, where a mention may speak of both: the stratified test of Mantel (N.
 * Mantel, Chi-Square Tests with One Degree of Freedom, 1963; the mean score test of Cochran, Mantel and Haenszel) with each
 * mention of both as a stratum of its own, and all that speak of one alone as another. Where all speak of both and nobody is
 * neutral it is the test of McNemar (1947); where none does it is that of `balance-difference.ts`. Mentions of an author are
 * not independent: the variance is that of the contributions of authors to the sum, as they are when there is no difference
 * (J. Zhang, D. Boos, Mantel-Haenszel Test Statistics for Correlated Binary Data, 1997; D. Boos, On Generalized Score
 * Tests, 1992), the same that turning the sign of each author's contribution at random gives.
 */
export function pairedDifference({ sums, products }: Paired): PairedDifference {
  const { firstAlone, secondAlone, first, second } = sums
  const alone = firstAlone + secondAlone
  const mean = alone > 0 ? (first + second) / alone : 0
  const [ofFirst, ofSecond] = alone > 0 ? [secondAlone / alone, firstAlone / alone] : [0, 0]
  const weights: Readonly<Record<Contributing, number>> = {
    ...{ differences: 1 / 2, first: ofFirst, firstAlone: -ofFirst * mean },
    ...{ second: -ofSecond, secondAlone: ofSecond * mean },
  }
  const excess = contributing.reduce((sum, name) => sum + weights[name] * sums[name], 0)
  const ofAuthors = productsThere.reduce(
    (sum, { name, one, other }) =>
      sum + (one === other ? 1 : 2) * weights[one] * weights[other] * (products[name] ?? 0),
    0,
  )
  const spread = (labelled: number, sum: number, count: number) => labelled - 2 * mean * sum + mean * mean * count
  const ofMentions =
    sums.squaredDifferences / 4 +
    ofFirst ** 2 * spread(sums.firstLabelled, first, firstAlone) +
    ofSecond ** 2 * spread(sums.secondLabelled, second, secondAlone)
  return { excess, pValue: tails(excess, ofAuthors), pValueOfMentions: tails(excess, ofMentions) }
}

/** Below this a variance is what rounding left of none. */
const nothing = 1e-9
const tails = (excess: number, variance: number): number =>
  variance > nothing ? bothTails(excess / Math.sqrt(variance)) : 1

export const noSums: PairSums = {
  ...{ differences: 0, squaredDifferences: 0, both: 0, first: 0, firstLabelled: 0, firstAlone: 0 },
  ...{ second: 0, secondLabelled: 0, secondAlone: 0 },
}
export const sumNames = Object.keys(noSums) as (keyof PairSums)[]

/** What is there of authors, whose sums are given. */
export const pairedOf = (authors: readonly PairSums[]): Paired => combined(nobody, authors, 1)

/** What is left without an author. */
export const withoutPairs = (all: Paired, author: PairSums): Paired => combined(all, [author], -1)

function combined(to: Paired, authors: readonly PairSums[], sign: 1 | -1): Paired {
  const sums = { ...to.sums }
  const products: Record<string, number> = { ...to.products }
  for (const author of authors) {
    for (const name of sumNames) sums[name] += sign * author[name]
    for (const { name, one, other } of productsThere)
      products[name] = (products[name] ?? 0) + sign * author[one] * author[other]
  }
  return { sums, products }
}

/** Each two sums whose products are asked for, the same one twice as well. */
export const productsThere = contributing.flatMap((one, at) =>
  contributing.slice(at).map((other) => ({ name: `${one}_${other}`, one, other })),
)
const nobody: Paired = { sums: noSums, products: Object.fromEntries(productsThere.map(({ name }) => [name, 0])) }

/** What is said of a pair, with all pairs that were looked at. */
export interface PairVerdict {
  readonly pValue: number
  /**
   * `better`: the first is spoken of better, by more than chance gives among authors; `oneAuthor`: by more than chance gives
   * among mentions, but not without those of one author; `steady`: neither.
   */
  readonly verdict: 'better' | 'worse' | 'steady' | 'oneAuthor'
  /** Of `oneAuthor`: the place of the author among those that were left out. */
  readonly author?: number
}

/**
 * What is said of each pair. All are tested together: of those that are called better or worse at most a share of
 * `falseDiscoveries` is expected to be called so by chance.
 * @param without what is left of a pair without each author who may have moved it
 */
export function pairVerdicts(
  pairs: readonly Paired[],
  without: (at: number) => readonly Paired[] = () => [],
): readonly PairVerdict[] {
  const found = pairs.map(pairedDifference)
  const levelOf = (by: 'pValue' | 'pValueOfMentions') =>
    rejectionLevel(
      found.map((each) => each[by]),
      falseDiscoveries,
    )
  const limits = { pValue: levelOf('pValue'), pValueOfMentions: levelOf('pValueOfMentions') }
  const verdictOf = (each: PairedDifference, by: 'pValue' | 'pValueOfMentions') =>
    each[by] > limits[by] ? 'steady' : each.excess > 0 ? 'better' : 'worse'
  return found.map((each, at): PairVerdict => {
    const verdict = verdictOf(each, 'pValue')
    const ofMentions = verdictOf(each, 'pValueOfMentions')
    if (verdict === 'steady' && ofMentions === 'steady') return { pValue: each.pValue, verdict }
    // what mentions alone say is told where one author explains it, else not at all
    const [by, said] =
      verdict === 'steady' ? (['pValueOfMentions', ofMentions] as const) : (['pValue', verdict] as const)
    const broken = brokenBy(
      without(at),
      (left) => verdictOf(pairedDifference(left), by) === said,
      (left) => partTaken(pairs[at] ?? left, left),
    )
    return { pValue: each[by], verdict, ...broken }
  })
}

/** The larger part that was taken away, of mentions of the first or of the other. */
const partTaken = ({ sums: all }: Paired, { sums: left }: Paired): number =>
  Math.max(
    takenAway(all.both + all.firstAlone, left.both + left.firstAlone),
    takenAway(all.both + all.secondAlone, left.both + left.secondAlone),
  )
