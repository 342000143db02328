import { countDeviation } from '../../processors/detection/negative-binomial.js'
import type { Planted } from './world.js'

/**
 * An observer of a board, by which it is told what could be found in it. Not told is whether, when, where and in which
 * direction there is a shift: all windows of all series are scanned, of the lengths that shifts have. The likelihood
 * ratio of a shift over a window grows with the sum over its intervals (of rates, whose chance varies from interval to
 * interval, nearly with the sum of what each says), so that nobody tells a window better from chance (J. Neyman and E. S.
 * Pearson, 1933). How far out a sum must lie is measured on boards without shifts (`limitsOf`). What is usual of a window
 * is either known (`knowing.ts`) or estimated from all that lies outside of it (`estimating.ts`).
 */
export interface Observed {
  readonly intervals: number
  /** Terms, then everything. */
  readonly series: number
  /** How far the sum over a window lies from what is usual, as deviation of a standard normal variable. */
  deviation(series: number, measure: ObservedMeasure, from: number, until: number): number
}

export type ObservedMeasure = Planted['measure']
/** How far out a window must lie to be told. */
export type Limits = Readonly<Record<ObservedMeasure, number>>

/** How many intervals shifts last. */
export const lengths = [8, 16, 32, 64] as const
const signs = [1, -1] as const
/** What lies nearer than this is one event: for so long the detectors do not tell a direction again. */
const apart = 48
/** What is nearer to the usual than this is never told, and needs no exact look. */
const near = 2.5

/** How far a count lies from its mean. @param overdispersion as `countDeviation` takes it */
export function countedDeviation(count: number, mean: number, overdispersion: number): number {
  const rough = (count - mean) / Math.sqrt(mean + overdispersion * mean * mean)
  return Math.abs(rough) < near ? rough : countDeviation(count, mean, overdispersion)
}

/**
 * How far out the observer sees what was planted: by the window that shows it best, among all that lie within `patience`
 * of it.
 */
export function bestDeviation(board: Observed, planted: Planted, sign: 1 | -1, patience: number): number {
  let best = 0
  for (const length of lengths) {
    for (let from = planted.from - patience; from < planted.until; from++) {
      const until = from + length
      if (from < 0 || until > Math.min(board.intervals, planted.until + patience)) continue
      best = Math.max(best, sign * board.deviation(planted.term, planted.measure, from, until))
    }
  }
  return best
}

/** The peaks of a measure on boards without shifts, the largest first; and how many weeks of boards they are of. */
export interface Peaks {
  readonly weeks: number
  readonly of: Readonly<Record<ObservedMeasure, readonly number[]>>
}

/** @param boards without shifts, of `weeks` each */
export function peaksOf(boards: Iterable<Observed>, weeks: number): Peaks {
  const of: Record<ObservedMeasure, number[]> = { mentions: [], netSentiment: [], engagementRateByViews: [] }
  let count = 0
  for (const board of boards) {
    count += 1
    for (const measure of ['mentions', 'netSentiment', 'engagementRateByViews'] as const) {
      for (let index = 0; index < board.series; index++) of[measure].push(...peaksOfSeries(board, index, measure))
    }
  }
  for (const peaks of Object.values(of)) peaks.sort((one, other) => other - one)
  return { weeks: count * weeks, of }
}

/**
 * How far out a sum must lie so that no more than so many peaks of each measure do.
 */
export function limitsOf({ of }: Peaks, allowed: number): Limits {
  const limit = (measure: ObservedMeasure): number => of[measure][allowed] ?? near
  return {
    mentions: limit('mentions'),
    netSentiment: limit('netSentiment'),
    engagementRateByViews: limit('engagementRateByViews'),
  }
}

/** So many false shifts a week come of it when so many of the peaks of each measure are told. */
export const perWeekOf = ({ weeks }: Pick<Peaks, 'weeks'>, allowed: number): number => (3 * allowed) / weeks

/** The peaks of what lies out in either direction, one an event. */
function peaksOfSeries(board: Observed, index: number, measure: ObservedMeasure): readonly number[] {
  const peaks: number[] = []
  const last = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const peak = [0, 0]
  for (let until: number = lengths[0]; until <= board.intervals; until++) {
    const deviations = lengths.map((length) =>
      until < length ? 0 : board.deviation(index, measure, until - length, until),
    )
    for (const [side, sign] of signs.entries()) {
      const best = Math.max(...deviations.map((deviation) => sign * deviation))
      if (best < near) continue
      if (until - (last[side] as number) > apart) {
        if ((peak[side] as number) > 0) peaks.push(peak[side] as number)
        peak[side] = 0
      }
      peak[side] = Math.max(peak[side] as number, best)
      last[side] = until
    }
  }
  return [...peaks, ...peak.filter((each) => each > 0)]
}
