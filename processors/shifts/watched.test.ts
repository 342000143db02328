import { describe, expect, it } from '@jest/globals'
import { Random } from '../../bench/shifts/random.js'
import { shiftsOfRows } from '../../bench/shifts/watch.js'
import { firstMonday } from '../../bench/shifts/world.js'
import type { Shift } from '../../schemas/shift.js'
import type { IntervalRow } from './interval.js'
import { intervalSize } from './interval.js'
import { totalKey } from './series.js'

/** Everything, of which one account says nine tenths; of what is gained another has a part. @param times of rates */
function told(part: number | null, times: (index: number) => number): readonly Shift[] {
  const random = new Random(2)
  return shiftsOfRows(
    Array.from({ length: 500 }, (_, index): readonly IntervalRow[] => {
      const mentions = random.poisson(20)
      const gained = random.binomial(mentions * 300, 0.03 * times(index))
      return [
        {
          ...{
            key: totalKey,
            start: firstMonday + index * intervalSize,
            mentions,
            voices: mentions,
            authors: mentions,
          },
          ...{ topAuthor: ['talker', Math.round(mentions * 0.9)], positive: 5, neutral: mentions, negative: 5 },
          ...{ viewedInteractions: gained, viewedViews: mentions * 300, reachedInteractions: 0, reachedReach: 0 },
          ...{ topViewed: part === null ? null : ['star', Math.round(gained * part)], sample: [], gained: [] },
        },
      ]
    }),
  )
}

describe('the part of one author', () => {
  const shares = (part: number | null) => {
    const shifts = told(part, (index) => (index >= 450 ? 3 : 1))
    expect(new Set(shifts.map(({ measure }) => measure))).toEqual(new Set(['engagementRateByViews']))
    return shifts.map(({ topAuthorShare }) => topAuthorShare)
  }

  it('of a shift of engagement is of the interactions, not of who says most', () => {
    for (const share of shares(0.25)) expect(share).toBeCloseTo(0.25, 2)
  })

  it('is none where nobody is known', () => {
    expect(new Set(shares(null))).toEqual(new Set([null]))
  })
})
