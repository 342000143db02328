import { describe, expect, it } from '@jest/globals'
import { Random } from '../../bench/shifts/random.js'
import { shiftsOfRows } from '../../bench/shifts/watch.js'
import { firstMonday } from '../../bench/shifts/world.js'
import type { Shift } from '../../schemas/shift.js'
import { type IntervalRow, intervalSize } from './interval.js'
import { regionKey, termKey, totalKey } from './series.js'
import { beyondWhole, type Lately } from './whole.js'

const regions = ['15', '04', '08', '13', '20', '02'] as const
const terms = ['ceviche', 'causa'] as const
/** Of the posts of a board: half are of the capital. */
const shares = [0.5, 0.14, 0.12, 0.1, 0.08, 0.06] as const
const [learned, judged] = [4 * 96, 110]
const at = learned + 10

interface Change {
  readonly talk: number
  readonly rate: number
  /** Of the balance. */
  readonly mood: number
}
const usual: Change = { talk: 1, rate: 1, mood: 0 }

/** A board of six regions and two terms, 200 posts an interval, in which a region changes at an interval. */
function rowsOf(changeOf: (region: string, index: number) => Partial<Change>): readonly (readonly IntervalRow[])[] {
  const random = new Random(4)
  return Array.from({ length: learned + judged }, (_, index) => {
    const start = firstMonday + index * intervalSize
    const known = new Map<string, IntervalRow>()
    for (const [place, region] of regions.entries()) {
      const { talk, rate, mood } = { ...usual, ...changeOf(region, index) }
      for (const term of terms) {
        const mentions = random.poisson((200 / terms.length) * (shares[place] ?? 0) * talk)
        const views = mentions * 300
        const positive = random.binomial(mentions, 0.3 + mood / 2)
        const negative = random.binomial(mentions - positive, (0.25 - mood / 2) / (0.7 - mood / 2))
        const viewedInteractions = random.binomial(views, 0.03 * rate * Math.exp(0.2 * random.normal()))
        for (const key of [totalKey, regionKey(region), termKey(term, 'dish'), termKey(term, 'dish', region)]) {
          const before = known.get(key)
          known.set(key, {
            ...{
              key,
              start,
              topAuthor: null,
              parts: [],
              sample: [],
              gained: [],
              reachedInteractions: 0,
              reachedReach: 0,
            },
            mentions: (before?.mentions ?? 0) + mentions,
            voices: (before?.voices ?? 0) + mentions,
            authors: (before?.authors ?? 0) + mentions,
            positive: (before?.positive ?? 0) + positive,
            negative: (before?.negative ?? 0) + negative,
            neutral: (before?.neutral ?? 0) + mentions - positive - negative,
            viewedInteractions: (before?.viewedInteractions ?? 0) + viewedInteractions,
            viewedViews: (before?.viewedViews ?? 0) + views,
          })
        }
      }
    }
    return [...known.values()].filter(({ mentions }) => mentions > 0)
  })
}

const told = (changeOf: Parameters<typeof rowsOf>[0]): readonly Shift[] => shiftsOfRows(rowsOf(changeOf))
const opened = (shifts: readonly Shift[]): readonly string[] =>
  shifts.filter(({ state }) => state === 'opened').map(({ term, region, measure }) => `${term} ${region} ${measure}`)
const everything = (measure: string): readonly string[] => [`* * ${measure}`]
const during = (index: number): boolean => index >= at && index < at + 48

describe('what changes in all regions and terms alike', () => {
  it.each([
    ['a rate that doubles', { rate: 2 }, 'engagementRateByViews'],
    ['a rate that falls to a half', { rate: 0.5 }, 'engagementRateByViews'],
    ['sentiment', { mood: -0.2 }, 'netSentiment'],
  ] as const)('is one shift of everything, opened and closed once: %s', (_, change, measure) => {
    const shifts = told((_region, index) => (during(index) ? change : {}))
    expect(opened(shifts)).toEqual(everything(measure))
    expect(new Set(shifts.map(({ shiftId }) => shiftId)).size).toBe(1)
    expect(shifts.at(-1)?.state).toBe('closed')
  })

  it('is one shift of everything where it is talk', () => {
    const shifts = told((_region, index) => (during(index) ? { talk: 2 } : {}))
    expect(opened(shifts)).toEqual([expect.stringMatching(/^\* \* (mentions|authors)$/)])
  })
})

describe('what a region does beyond the whole', () => {
  it('is told beside it, and so is what begins later', () => {
    const shifts = told((region, index) => {
      if (!during(index)) return {}
      if (region === '08') return { rate: 4 }
      return region === '13' && index >= at + 24 ? { rate: 5 } : { rate: 1.7 }
    })
    expect(opened(shifts).toSorted()).toEqual(
      [...everything('engagementRateByViews'), '* 08 engagementRateByViews', '* 13 engagementRateByViews'].toSorted(),
    )
    const later = shifts.find(({ region }) => region === '13')
    expect(later?.start).toBeGreaterThanOrEqual(firstMonday + (at + 24) * intervalSize)
  })

  it('is told of the region that moves the whole, and of none beside it', () => {
    const shifts = told((region, index) => (during(index) && region === '15' ? { rate: 3 } : {}))
    expect(opened(shifts)).toContain('* 15 engagementRateByViews')
    expect(shifts.filter(({ region }) => region !== '15' && region !== '*')).toEqual([])
  })
})

describe('beyond the whole', () => {
  const lately = (observed: number, expected: number, intervals = 6): Lately => ({
    ...{
      at: 0,
      observed: observed * intervals,
      expected: expected * intervals,
      weight: intervals,
      variance: expected * intervals,
      intervals,
    },
  })

  it('lies what the rest does not do, whatever part of the whole the part is', () => {
    for (const share of [0.05, 0.3, 0.6]) {
      const whole = lately(1_000 * (1 + share), 1_000)
      expect(beyondWhole('mentions', 1, lately(2_000 * share, 1_000 * share), whole)).toBeGreaterThan(5)
      expect(beyondWhole('mentions', 1, lately(2_000 * share, 1_000 * share), lately(2_000, 1_000))).toBe(0)
    }
  })

  it('lies nothing of a part that is all of the whole, nor of one that moves less', () => {
    expect(beyondWhole('mentions', 1, lately(2_000, 1_000), lately(2_000, 1_000))).toBe(0)
    expect(beyondWhole('mentions', 1, lately(150, 100), lately(2_000, 1_000))).toBe(0)
    expect(beyondWhole('netSentiment', -1, { ...lately(0.3, 0.5), weight: 6 }, { ...lately(3, 5), weight: 60 })).toBe(0)
  })

  it('is the same where the episodes have gone on for different times', () => {
    const part = lately(400, 100, 4)
    expect(beyondWhole('mentions', 1, part, lately(2_000, 1_000, 9))).toBeGreaterThan(5)
  })
})
