import { describe, expect, it } from '@jest/globals'
import { looseBudget, observerNames, observers, preciseBudget, type SeenShift } from './bounds.js'
import { bestDeviation, limitsOf, type ObservedMeasure, type Peaks, peaksOf, perWeekOf } from './observer.js'
import { intervalsOfWeek, makeWorld, type Planted } from './world.js'

const perHour = 100
const weeks = 3
const planted = (size: number, length: number, measure: ObservedMeasure = 'mentions'): Planted => {
  const from = intervalsOfWeek + 200
  return { term: 2, measure, from, until: from + length, size }
}

describe.each(observerNames)('the %s observer', (name) => {
  const observe = observers[name]
  const peaks = peaksOf(
    [1, 2].map((seed) => observe(makeWorld(seed, perHour, weeks, []))),
    weeks,
  )
  const deviationIn = (seed: number, given: Planted, really: readonly Planted[], sign: 1 | -1 = 1): number =>
    bestDeviation(observe(makeWorld(seed, perHour, weeks, really)), given, sign, 8)

  it('is told further out the fewer false shifts it may have', () => {
    for (const measure of ['mentions', 'netSentiment', 'engagementRateByViews'] as const) {
      const found = [0, 1, 2, 4].map((allowed) => limitsOf(peaks, allowed)[measure])
      expect(found).toEqual(found.toSorted((one, other) => other - one))
      expect(found[3]).toBeGreaterThan(2.5)
      expect(found[0]).toBeLessThan(8)
    }
  })

  it('sees a large shift far beyond its limit, in the direction it has, and none where none is planted', () => {
    const limits = limitsOf(peaks, 2)
    for (const large of [planted(4, 32), planted(0.6, 64, 'netSentiment'), planted(3, 32, 'engagementRateByViews')]) {
      expect(deviationIn(7, large, [large])).toBeGreaterThan(limits[large.measure] + 2)
      expect(deviationIn(7, large, [large], -1)).toBeLessThan(limits[large.measure])
      expect(deviationIn(7, large, [])).toBeLessThan(limits[large.measure])
    }
  })

  it('sees the further, the longer a shift of one size lasts', () => {
    const [short, long] = [planted(2, 8), planted(2, 64)]
    expect(deviationIn(9, long, [long])).toBeGreaterThan(deviationIn(9, short, [short]))
  })
})

describe('the observer who estimates what is usual', () => {
  it('sees a shift as well as the one who knows it, whatever else is planted in the same term', () => {
    const one = planted(3, 32)
    const other = { ...planted(5, 64), from: 40, until: 104 }
    const world = makeWorld(5, perHour, weeks, [one, other])
    const [estimated, known] = [observers.estimating(world), observers.knowing(world)].map((board) =>
      bestDeviation(board, one, 1, 8),
    )
    expect(Math.abs((estimated ?? 0) - (known ?? 0))).toBeLessThan(1)
  })
})

describe('the budget of an observer', () => {
  const flat: Peaks = { weeks: 96, of: { mentions: [9, 8, 7, 6], netSentiment: [9], engagementRateByViews: [9] } }
  const peaks = new Map([[5, { estimating: flat, knowing: flat }]])
  const shiftsAt = (deviation: number, count: number): readonly SeenShift[] =>
    Array.from({ length: count }, () => ({
      ...{ perHour: 5, measure: 'mentions', isFound: true },
      deviations: { estimating: deviation, knowing: deviation },
    }))

  it('is one false shift a board and week where nothing more is asked', () => {
    expect(perWeekOf(flat, looseBudget('knowing').allowed)).toBe(1)
  })

  it('is the largest with which nine in ten of what is told are true', () => {
    // 36 told with 4 false are just precise: three a week in 128 weeks of boards
    expect(preciseBudget(shiftsAt(8.5, 36), 'estimating', peaks, 128)).toEqual({ name: 'estimating', allowed: 1 })
    expect(preciseBudget(shiftsAt(8.5, 35), 'estimating', peaks, 128)).toEqual({ name: 'estimating', allowed: 0 })
    expect(preciseBudget(shiftsAt(7.5, 72), 'estimating', peaks, 128)).toEqual({ name: 'estimating', allowed: 2 })
  })
})
