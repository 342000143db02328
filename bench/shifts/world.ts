import type { ShiftMeasure } from '../../schemas/shift.js'
import { newsPosts } from '../../tests/support/news.js'
import { Random } from './random.js'

/** A shift that is put into the stream of a term. */
export interface Planted {
  readonly term: number
  readonly measure: Extract<ShiftMeasure, 'mentions' | 'netSentiment' | 'engagementRateByViews'>
  /** Intervals, the end excluded. */
  readonly from: number
  readonly until: number
  /** Of talk and rates a factor, of sentiment what is added to the balance. */
  readonly size: number
}

/** What one term was in one interval. */
export interface Cell {
  readonly mentions: number
  readonly authors: number
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  readonly interactions: number
  readonly views: number
}

/** A board: how many posts an hour it has, and what share of them each term. The last one stands for no term. */
export interface World {
  readonly perHour: number
  readonly shares: readonly number[]
  readonly weeks: number
  readonly planted: readonly Planted[]
  /** By interval, then by term. */
  readonly cells: readonly (readonly Cell[])[]
  /** What is usual of the mentions of a term in an interval: the mean of all real weeks, at the volume of the term. */
  expected(term: number, interval: number): number
}

export const intervalsOfWeek = 672
const week = 7 * 86_400_000
/** Monday, 2024-01-01T00:00:00Z. */
export const firstMonday = 1_704_067_200_000
/** Weeks that are mixed for one week of a term: an event of one real week is no event of a term. */
const mixed = 8
export const usual = { positive: 0.3, neutral: 0.45, rate: 0.03, viewsOfPost: 300 } as const

/** Intervals of the week of the real posts, week by week: when people post, how day and night differ, and in what clumps. */
export function realWeeks(): readonly (readonly number[])[] {
  const weeks = new Map<number, number[]>()
  for (const { created_at: at } of newsPosts()) {
    // 1970-01-05 was a Monday.
    const since = at - 4 * 86_400_000
    const number = Math.floor(since / week)
    const interval = Math.floor((since - number * week) / (week / intervalsOfWeek))
    const known = weeks.get(number)
    if (known === undefined) weeks.set(number, [interval])
    else known.push(interval)
  }
  return [...weeks.values()].filter((posts) => posts.length >= 100)
}

/**
 * Makes a stream: each post of a term takes its time of the week from a real post of one of eight real weeks that are
 * drawn for the term and week. Moods, authors, views and reactions are drawn.
 */
export function makeWorld(seed: number, perHour: number, weeks: number, planted: readonly Planted[]): World {
  const random = new Random(seed)
  const real = realWeeks()
  const weights = [6, 5, 4, 3, 3, 2, 2, 1, 1, 1, 28]
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const shares = weights.map((weight) => weight / sum)
  const profile = new Float64Array(intervalsOfWeek)
  for (const posts of real) {
    for (const interval of posts) profile[interval] = (profile[interval] ?? 0) + 1 / posts.length / real.length
  }
  const counts = shares.map(() => new Float64Array(weeks * intervalsOfWeek))
  const means = shares.map(() => new Float64Array(weeks * intervalsOfWeek))
  for (const [term, share] of shares.entries()) {
    for (let number = 0; number < weeks; number++) {
      const drawn = Array.from({ length: mixed }, () => random.of(real))
      const mean = perHour * 168 * share
      for (const posts of drawn) {
        for (const interval of posts) {
          const at = number * intervalsOfWeek + interval
          means[term]![at] = (means[term]![at] ?? 0) + mean / mixed / posts.length
        }
      }
      for (let at = number * intervalsOfWeek; at < (number + 1) * intervalsOfWeek; at++) {
        const factor = planted
          .filter((each) => each.term === term && each.measure === 'mentions' && each.from <= at && at < each.until)
          .reduce((product, { size }) => product * size, 1)
        counts[term]![at] = random.poisson(means[term]![at]! * factor)
      }
    }
  }
  const cells = Array.from({ length: weeks * intervalsOfWeek }, (_, at) =>
    shares.map((_, term) => cellOf(random, counts[term]![at] ?? 0, shiftsAt(planted, term, at))),
  )
  const expected = (term: number, interval: number): number =>
    perHour * 168 * (shares[term] ?? 0) * (profile[interval % intervalsOfWeek] ?? 0)
  return { perHour, shares, weeks, planted, cells, expected }
}

function shiftsAt(planted: readonly Planted[], term: number, at: number): { balance: number; rate: number } {
  const now = planted.filter((each) => each.term === term && each.from <= at && at < each.until)
  return {
    balance: now.filter(({ measure }) => measure === 'netSentiment').reduce((sum, { size }) => sum + size, 0),
    rate: now.filter(({ measure }) => measure === 'engagementRateByViews').reduce((all, { size }) => all * size, 1),
  }
}

function cellOf(random: Random, mentions: number, { balance, rate }: { balance: number; rate: number }): Cell {
  const positive = random.binomial(mentions, usual.positive + balance / 2)
  const rest = (1 - usual.positive - balance / 2 - usual.neutral) / (1 - usual.positive - balance / 2)
  const negative = random.binomial(mentions - positive, rest)
  const views = mentions === 0 ? 0 : Math.round(mentions * usual.viewsOfPost * Math.exp(0.5 * random.normal()))
  // Posts differ in what they get: a fifth more or less, for each interval.
  const chance = Math.min(0.5, usual.rate * rate * Math.exp(0.2 * random.normal()))
  return {
    ...{ mentions, authors: random.binomial(mentions, 0.93), positive, negative },
    neutral: mentions - positive - negative,
    ...{ views, interactions: random.binomial(views, chance) },
  }
}
