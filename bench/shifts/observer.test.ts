import { describe, expect, it } from '@jest/globals'
import { bestDeviation, limitsOf, seen } from './observer.js'
import { intervalsOfWeek, makeWorld, type Planted } from './world.js'

const perHour = 100
const weeks = 2
const boards = [1, 2].map((seed) => seen(makeWorld(seed, perHour, weeks, [])))
const planted = (size: number, length: number): Planted => {
  const from = intervalsOfWeek + 200
  return { term: 2, measure: 'mentions', from, until: from + length, size }
}
const deviationIn = (seed: number, given: Planted, really: readonly Planted[]): number =>
  bestDeviation(seen(makeWorld(seed, perHour, weeks, really)), given, given.size > 1 ? 1 : -1, 8)

describe('the observer', () => {
  it('is told further out the fewer false shifts it may have', () => {
    const limits = limitsOf(boards, weeks, [2, 1, 0.5])
    for (const measure of ['mentions', 'netSentiment', 'engagementRateByViews'] as const) {
      const found = limits.map((each) => each[measure])
      expect(found).toEqual(found.toSorted((one, other) => one - other))
      expect(found[0]).toBeGreaterThan(2.5)
      expect(found[2]).toBeLessThan(8)
    }
  })

  it('sees a large shift far beyond its limit, in the direction it has, and none where none is planted', () => {
    const [limits] = limitsOf(boards, weeks, [1])
    const large = planted(4, 32)
    expect(deviationIn(7, large, [large])).toBeGreaterThan((limits?.mentions ?? 0) + 2)
    expect(deviationIn(7, { ...large, size: 0.5 }, [large])).toBeLessThan(limits?.mentions ?? 0)
    expect(deviationIn(7, large, [])).toBeLessThan(limits?.mentions ?? 0)
  })

  it('sees the further, the longer a shift of one size lasts', () => {
    const [short, long] = [planted(2, 8), planted(2, 64)]
    expect(deviationIn(9, long, [long])).toBeGreaterThan(deviationIn(9, short, [short]))
  })
})
