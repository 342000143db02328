import { shareDeviation } from '../../processors/detection/binomial.js'
import { countedDeviation, lengths, type Observed } from './observer.js'
import { between, type Sums, seriesOf, sumAt, sumsOf } from './sums.js'
import { usual, type World } from './world.js'

/** Reactions of a view in the mean; the chance of an interval varies by a fifth. */
const rate = usual.rate * Math.exp(0.02)
/** Variance of the reactions of an interval in terms of their mean. */
const variedBy = (views: number): number => 1 + 0.2 ** 2 * rate * views

interface SeriesSums {
  readonly expected: Sums
  readonly mentions: Sums
  readonly moods: Sums
  /** Reactions and what was usual of them, each interval by what it says: its chance varies by a fifth. */
  readonly reactions: Sums
  readonly usualReactions: Sums
  /** Posts that stand for one real post, in the mean. */
  readonly clump: number
}

/**
 * The observer who knows what nobody can who has only the data: the law that the board was drawn from, with its numbers.
 * What is usual of each interval, of moods and of rates; and how much sums of so many intervals vary (what people talk of
 * lasts for hours, so that they vary more than intervals that know nothing of each other).
 */
export function knowing(world: World): Observed {
  const intervals = world.cells.length
  const series = seriesOf(world).map((terms) => sumsOfSeries(world, terms))
  const clumps = new Map(lengths.map((length) => [length as number, clumpsOf(world, series, length)]))
  return {
    ...{ intervals, series: series.length },
    deviation: (index, measure, from, until) => {
      const sums = series[index]
      if (sums === undefined) throw new RangeError(`no series ${index}`)
      if (measure === 'mentions') {
        const mean = between(sums.expected, from, until)
        const clumped = (clumps.get(until - from) ?? 0) * sums.clump
        return countedDeviation(between(sums.mentions, from, until), mean, clumped / mean)
      }
      if (measure === 'netSentiment') {
        const mean = usual.positive + usual.neutral / 2
        const variance = usual.positive + usual.neutral / 4 - mean * mean
        const scored = between(sums.mentions, from, until)
        const plain = (scored * mean * (1 - mean)) / variance
        return scored > 0 ? shareDeviation((plain * between(sums.moods, from, until)) / scored, plain, mean) : 0
      }
      const mean = between(sums.usualReactions, from, until)
      return mean > 0 ? countedDeviation(between(sums.reactions, from, until), mean, 0) : 0
    },
  }
}

function sumsOfSeries(world: World, terms: readonly number[]): SeriesSums {
  const intervals = world.cells.length
  const shares = terms.map((term) => world.shares[term] ?? 0)
  const sums = (of: Parameters<typeof sumAt>[3]) => sumsOf(intervals, (at) => sumAt(world, terms, at, of))
  return {
    expected: sumsOf(intervals, (at) => terms.reduce((sum, term) => sum + world.expected(term, at), 0)),
    mentions: sums(({ mentions }) => mentions),
    moods: sums(({ positive, neutral }) => positive + neutral / 2),
    reactions: sums(({ interactions, views }) => interactions / variedBy(views)),
    usualReactions: sums(({ views }) => (rate * views) / variedBy(views)),
    clump: shares.reduce((sum, share) => sum + share * share, 0) / shares.reduce((sum, share) => sum + share, 0),
  }
}

/** Each real post stands for as many of a term as its share: clumps are as large as that. Learned where nothing is planted. */
function clumpsOf({ planted, cells }: World, series: readonly SeriesSums[], length: number): number {
  let [excess, means] = [0, 0]
  for (const [term, { mentions, expected, clump }] of series.slice(0, -1).entries()) {
    for (let from = 0; from + length <= cells.length; from += length / 2) {
      const until = from + length
      if (planted.some((each) => each.term === term && each.from < until && from < each.until)) continue
      const mean = between(expected, from, until)
      excess += (between(mentions, from, until) - mean) ** 2 - mean
      means += mean * clump
    }
  }
  return Math.max(0, excess / means)
}
