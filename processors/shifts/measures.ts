import type { ShiftMeasure } from '../../schemas/shift.js'
import type { ShareLaw } from '../detection/share-detector.js'
import type { IntervalRow } from './interval.js'

/** Counts, judged as such. */
export const counted = ['mentions', 'authors'] as const satisfies readonly ShiftMeasure[]
/** Shares of a whole that differs from interval to interval. */
export const shared = [
  'shareOfVoice',
  'netSentiment',
  'engagementRateByViews',
  'engagementRateByReach',
] as const satisfies readonly ShiftMeasure[]

export type Counted = (typeof counted)[number]
export type Shared = (typeof shared)[number]
export type Watchable = Counted | Shared

export const isShared = (measure: Watchable): measure is Shared => shared.some((each) => each === measure)

/** Measures of one family move together: of one event one of them is told. */
export type Family = 'talk' | 'mood' | 'engagement'
export const familyOf: Readonly<Record<Watchable, Family>> = {
  ...{ mentions: 'talk', authors: 'talk', shareOfVoice: 'talk' },
  ...{ netSentiment: 'mood', engagementRateByViews: 'engagement', engagementRateByReach: 'engagement' },
}

/** How many of how many. */
export interface Share {
  readonly successes: number
  readonly trials: number
}

/**
 * What a share is a share of, in one interval; null where there is nothing.
 * The balance of sentiment, from -1 to 1, is taken as the mean of 0, a half and 1: see `readingOf`.
 * @param all mentions of everything in the interval
 */
export function shareOfRow(measure: Shared, row: IntervalRow, all: number): Share | null {
  switch (measure) {
    case 'shareOfVoice':
      return shareOf(row.mentions, all)
    case 'netSentiment':
      return shareOf(row.positive + row.neutral / 2, row.positive + row.neutral + row.negative)
    case 'engagementRateByViews':
      return shareOf(row.viewedInteractions, row.viewedViews)
    case 'engagementRateByReach':
      return shareOf(row.reachedInteractions, row.reachedReach)
  }
}

/** More reactions than views count as as many; corrections of a platform that leave less than nothing as none. */
const shareOf = (successes: number, trials: number): Share | null =>
  trials > 0 ? { successes: Math.min(trials, Math.max(0, successes)), trials } : null

/** What a mean of the values that are judged says of the measure, as the registry of metrics defines it. */
export const readingOf = (measure: Watchable, mean: number): number =>
  measure === 'netSentiment' ? 2 * mean - 1 : mean

/** What is known of the measures before any row. A difference of means is half that of balances of sentiment. */
export const lawOf: Readonly<Record<Shared, ShareLaw>> = {
  shareOfVoice: { ratio: 1.25, difference: 0, variance: 1 },
  netSentiment: { ratio: 1, difference: 0.025, variance: 0.3 },
  engagementRateByViews: { ratio: 1.25, difference: 0, variance: 1 },
  engagementRateByReach: { ratio: 1.25, difference: 0, variance: 1 },
}
