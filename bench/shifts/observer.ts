import { shareDeviation } from '../../processors/detection/binomial.js'
import { countDeviation } from '../../processors/detection/negative-binomial.js'
import { type Planted, usual, type World } from './world.js'

/**
 * An observer who has the same data and the same budget of false shifts as the detectors, and knows what they must learn:
 * what is usual at each time, how much sums of so many intervals vary (what people talk of lasts for hours, so that they
 * vary more than intervals that know nothing of each other), which sizes of windows there are, and which measures. Not
 * told is whether, when, where and in which direction there is a shift: all windows of all series are scanned. The
 * likelihood ratio of a shift over a window grows with the sum over its intervals (of rates, whose chance varies from
 * interval to interval, nearly with the sum of what each says), so that nobody tells a window better from chance (Neyman
 * and Pearson). How far out a sum must lie is measured on boards without shifts, so that
 * one a week is told there (`limitsOf`).
 */
export type ObservedMeasure = Planted['measure']
export type Limits = Readonly<Record<ObservedMeasure, number>>

export const observedMeasures = ['mentions', 'netSentiment', 'engagementRateByViews'] as const
/** How many intervals shifts last. */
export const lengths = [8, 16, 32, 64] as const
const signs = [1, -1] as const
/** What lies nearer than this is one event: for so long the detectors do not tell a direction again. */
const apart = 48
/** What is nearer to the usual than this needs no exact look. */
const near = 2.5

/** Reactions of a view in the mean; the chance of an interval varies by a fifth. */
const rate = usual.rate * Math.exp(0.02)
/** Variance of the reactions of an interval in terms of their mean. */
const variedBy = (views: number): number => 1 + 0.2 ** 2 * rate * views

/** Sums of a series up to each interval. */
interface Sums {
  readonly expected: Float64Array
  readonly mentions: Float64Array
  readonly moods: Float64Array
  /** Reactions and what was usual of them, each interval by what it says: its chance varies by a fifth. */
  readonly reactions: Float64Array
  readonly usualReactions: Float64Array
  /** Posts that stand for one real post, in the mean. */
  readonly clump: number
}

/** A board as the observer sees it: terms, then everything. */
interface Seen {
  readonly intervals: number
  readonly series: readonly Sums[]
  /** By length: how much sums of so many intervals vary beyond chance, for a clump of 1 and a mean of 1. */
  readonly clumps: ReadonlyMap<number, number>
}

/** Takes a board in. */
export function seen(world: World): Seen {
  const intervals = world.cells.length
  const terms = world.shares.slice(0, -1).map((_, term) => term)
  const all = world.shares.map((_, term) => term)
  const series = [...terms.map((term) => [term]), all].map((of) => sumsOf(world, of))
  return { intervals, series, clumps: new Map(lengths.map((length) => [length, clumpsOf(world, series, length)])) }
}

function sumsOf(world: World, terms: readonly number[]): Sums {
  const sum = (of: (term: number, at: number) => number): Float64Array => {
    const sums = new Float64Array(world.cells.length + 1)
    for (let at = 0; at < world.cells.length; at++) {
      sums[at + 1] = terms.reduce((before, term) => before + of(term, at), sums[at] as number)
    }
    return sums
  }
  const cell = (term: number, at: number) => {
    const found = world.cells[at]?.[term]
    if (found === undefined) throw new RangeError(`the board has no term ${term} at ${at}`)
    return found
  }
  const shares = terms.map((term) => world.shares[term] ?? 0)
  return {
    expected: sum((term, at) => world.expected(term, at)),
    mentions: sum((term, at) => cell(term, at).mentions),
    moods: sum((term, at) => cell(term, at).positive + cell(term, at).neutral / 2),
    reactions: sum((term, at) => cell(term, at).interactions / variedBy(cell(term, at).views)),
    usualReactions: sum((term, at) => (rate * cell(term, at).views) / variedBy(cell(term, at).views)),
    clump:
      shares.reduce((before, share) => before + share * share, 0) / shares.reduce((before, share) => before + share, 0),
  }
}

const between = (sums: Float64Array, from: number, until: number): number =>
  (sums[until] as number) - (sums[from] as number)

/** Each real post stands for as many of a term as its share: clumps are as large as that. Learned where nothing is planted. */
function clumpsOf(world: World, series: readonly Sums[], length: number): number {
  let [excess, means] = [0, 0]
  for (const [term, { mentions, expected, clump }] of series.slice(0, -1).entries()) {
    for (let from = 0; from + length <= world.cells.length; from += length / 2) {
      const until = from + length
      if (world.planted.some((each) => each.term === term && each.from < until && from < each.until)) continue
      const mean = between(expected, from, until)
      excess += (between(mentions, from, until) - mean) ** 2 - mean
      means += mean * clump
    }
  }
  return Math.max(0, excess / means)
}

/** How far the sum over a window lies from what is usual, as deviation of a standard normal variable. */
function deviationOf({ series, clumps }: Seen, index: number, measure: ObservedMeasure, from: number, until: number) {
  const sums = series[index]
  if (sums === undefined) throw new RangeError(`no series ${index}`)
  if (measure === 'mentions') {
    const mean = between(sums.expected, from, until)
    const clumped = (clumps.get(until - from) ?? 0) * sums.clump
    return counted(between(sums.mentions, from, until), mean, clumped / mean)
  }
  if (measure === 'netSentiment') {
    const mean = usual.positive + usual.neutral / 2
    const variance = usual.positive + usual.neutral / 4 - mean * mean
    const scored = between(sums.mentions, from, until)
    const plain = (scored * mean * (1 - mean)) / variance
    return scored > 0 ? shareDeviation((plain * between(sums.moods, from, until)) / scored, plain, mean) : 0
  }
  const mean = between(sums.usualReactions, from, until)
  return mean > 0 ? counted(between(sums.reactions, from, until), mean, 0) : 0
}

function counted(count: number, mean: number, overdispersion: number): number {
  const rough = (count - mean) / Math.sqrt(mean + overdispersion * mean * mean)
  return Math.abs(rough) < near ? rough : countDeviation(count, mean, overdispersion)
}

/**
 * How far out the observer sees what was planted: by the window that shows it best, among all that lie within `patience`
 * of it.
 */
export function bestDeviation(board: Seen, planted: Planted, sign: 1 | -1, patience: number): number {
  let best = 0
  for (const length of lengths) {
    for (let from = planted.from - patience; from < planted.until; from++) {
      const until = from + length
      if (from < 0 || until > Math.min(board.intervals, planted.until + patience)) continue
      best = Math.max(best, sign * deviationOf(board, planted.term, planted.measure, from, until))
    }
  }
  return best
}

/**
 * How far out a sum must lie so that boards without shifts give so many false ones a week, a third of them by each measure;
 * for each of the budgets.
 * @param boards without shifts, of `weeks` each
 */
export function limitsOf(boards: readonly Seen[], weeks: number, budgets: readonly number[]): readonly Limits[] {
  const sorted = (measure: ObservedMeasure): readonly number[] =>
    boards
      .flatMap((board) =>
        board.series.flatMap((_, index) => signs.flatMap((sign) => peaksOf(board, index, measure, sign))),
      )
      .toSorted((one, other) => other - one)
  const peaks = {
    mentions: sorted('mentions'),
    netSentiment: sorted('netSentiment'),
    engagementRateByViews: sorted('engagementRateByViews'),
  }
  return budgets.map((perWeek) => {
    const allowed = Math.floor((boards.length * weeks * perWeek) / observedMeasures.length)
    const limit = (measure: ObservedMeasure): number => peaks[measure][allowed] ?? near
    return {
      mentions: limit('mentions'),
      netSentiment: limit('netSentiment'),
      engagementRateByViews: limit('engagementRateByViews'),
    }
  })
}

/** The peaks of what lies out, one an event. */
function peaksOf(board: Seen, index: number, measure: ObservedMeasure, sign: 1 | -1): readonly number[] {
  const peaks: number[] = []
  let [peak, last] = [0, Number.NEGATIVE_INFINITY]
  for (let until: number = lengths[0]; until <= board.intervals; until++) {
    const best = Math.max(
      ...lengths.map((length) =>
        until - length < 0 ? 0 : sign * deviationOf(board, index, measure, until - length, until),
      ),
    )
    if (best < near) continue
    if (until - last > apart) {
      if (peak > 0) peaks.push(peak)
      peak = 0
    }
    peak = Math.max(peak, best)
    last = until
  }
  return peak > 0 ? [...peaks, peak] : peaks
}
