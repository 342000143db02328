import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { negativeBinomial, normal, poisson, seeded } from '../../tests/support/simulated.js'
import { lima } from './calendar.js'
import { type Detection, observe } from './detector.js'
import { seriesCodec } from './series-codec.js'
import { emptySeries } from './series-state.js'

const start = Date.UTC(2024, 0, 1)
const fiveMinutes = 300_000
const day = 288

function detect(values: readonly number[], state = emptySeries(), from = 0, step = fiveMinutes): readonly Detection[] {
  return values.map((value, index) => observe(state, start + (from + index) * step, value, lima))
}

const series = (rows: number, value: (index: number) => number): readonly number[] =>
  Array.from({ length: rows }, (_, index) => value(index))

const alertsOf = (detections: readonly Detection[]): readonly (readonly [row: number, shape: string | null])[] =>
  detections.flatMap(({ alert, shape }, row) => (alert ? [[row, shape] as const] : []))

/** Mean of a day that has its noon. */
const daily = (index: number): number => 1 + 0.7 * Math.cos((2 * Math.PI * index) / day)

describe('a detection', () => {
  it('depends on nothing that follows, and is the same in pieces through bytes', () => {
    const value = fc.oneof(
      { weight: 20, arbitrary: fc.nat(9) },
      { weight: 1, arbitrary: fc.nat(1_000) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1e6, -3.5, 1e200) },
    )
    const of = fc.record({
      values: fc.array(value, { minLength: 300, maxLength: 600 }),
      cut: fc.nat(300),
      step: fc.constantFrom(60_000, 3_600_000, 50_000_000),
    })
    fc.assert(
      fc.property(of, ({ values, cut, step }) => {
        const whole = detect(values, emptySeries(), 0, step)
        const state = emptySeries()
        const before = detect(values.slice(0, cut), state, 0, step)
        expect(before).toEqual(whole.slice(0, cut))
        const after = detect(values.slice(cut), seriesCodec.decode(seriesCodec.encode(state)), cut, step)
        expect(after).toEqual(whole.slice(cut))
      }),
      { numRuns: 30, seed: 1 },
    )
  })

  it('has a score from 0 to under 1, and an alert from 0.5 on, whatever comes', () => {
    const values = fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(5)), {
      maxLength: 400,
    })
    fc.assert(
      fc.property(values, (given) => {
        const odd = detect(given).filter(({ score, alert }) => !(score >= 0 && score < 1) || alert !== score >= 0.5)
        expect(odd).toEqual([])
      }),
      { numRuns: 50, seed: 1 },
    )
  })

  it('of a series of real numbers is the same in other units and from another zero', () => {
    const random = seeded(3)
    const values = series(4_000, (index) => 20.5 + 4 * daily(index) + normal(random) + (index === 3_000 ? 15 : 0))
    const plain = detect(values).map(({ score }) => score)
    const scaled = detect(values.map((value) => value * 1_024)).map(({ score }) => score)
    const shifted = detect(values.map((value) => value + 512)).map(({ score }) => score)
    expect(Math.max(...plain.map((score, row) => Math.abs(score - (scaled[row] as number))))).toBeLessThan(1e-6)
    expect(Math.max(...plain.map((score, row) => Math.abs(score - (shifted[row] as number))))).toBeLessThan(1e-3)
    expect(plain[3_000]).toBeGreaterThan(0.5)
  })

  it('is made from less than a kilobyte of state', () => {
    expect(seriesCodec.bytes).toBeLessThanOrEqual(1_024)
    expect(seriesCodec.encode(emptySeries())).toHaveLength(seriesCodec.bytes)
    expect(() => seriesCodec.decode(new Uint8Array(7))).toThrow('these are 7')
  })
})

describe('shifts are told by their shape', () => {
  const counts = (mean: (index: number) => number, rows = 14 * day, seed = 1): readonly number[] => {
    const random = seeded(seed)
    return series(rows, (index) => negativeBinomial(random, mean(index), 0.05))
  }
  const at = 12 * day + 100

  it('a burst of counts is a spike, at its second row at the latest and once', () => {
    const values = counts((index) => 10 * daily(index) * (index >= at && index < at + 12 ? 8 : 1))
    const [first, ...more] = alertsOf(detect(values)).filter(([row]) => row >= at && row < at + 144)
    expect(first).toEqual([expect.any(Number), 'spike'])
    expect(first?.[0]).toBeLessThanOrEqual(at + 1)
    expect(more).toEqual([])
  })

  it('counts that fall away are a drop', () => {
    const values = counts((index) => 200 * daily(index) * (index >= at ? 0.1 : 1))
    expect(alertsOf(detect(values)).find(([row]) => row >= at)?.[1]).toBe('drop')
  })

  it('counts that double for good are a level shift, within hours', () => {
    const values = counts((index) => 40 * daily(index) * (index >= at ? 2 : 1))
    const [first] = alertsOf(detect(values)).filter(([row]) => row >= at)
    expect(first?.[1]).toBe('level-shift')
    expect(first?.[0]).toBeLessThan(at + 48)
  })

  it('a level that creeps away is told before it is two deviations off, and is a drift once days show it', () => {
    const random = seeded(5)
    const values = series(14 * day, (index) => 50.5 + normal(random) + Math.max(0, index - at) * 0.01)
    const [first, ...more] = alertsOf(detect(values)).filter(([row]) => row >= at)
    expect(first?.[0]).toBeLessThan(at + 200)
    expect(more.length).toBeLessThanOrEqual(2)
    expect(more.map(([, shape]) => shape)).toEqual(more.map(() => 'drift'))
    expect(more).not.toEqual([])
  })

  it('a measurement that hangs from its first row on is known by how it moves once it does', () => {
    const random = seeded(9)
    const values = series(10 * day, (index) => (index < 200 ? 4.25 : 4.25 + normal(random)))
    expect(alertsOf(detect(values)).filter(([row]) => row > 2 * day)).toEqual([])
  })

  it('a large event is told after a smaller one, and what grows is told once', () => {
    const values = counts((index) => 10 * (index === at ? 6 : index > at && index < at + 6 ? 9 : 1))
    const alerts = alertsOf(detect(values)).filter(([row]) => row >= at && row < at + 100)
    expect(alerts).toHaveLength(1)
    const later = counts(
      (index) => 10 * (index >= at && index < at + 3 ? 4 : index >= at + 72 && index < at + 76 ? 40 : 1),
    )
    const [one, two, ...others] = alertsOf(detect(later)).filter(([row]) => row >= at && row < at + 100)
    expect([one?.[0], two?.[0]]).toEqual([expect.any(Number), expect.any(Number)])
    expect(two?.[0]).toBeGreaterThanOrEqual(at + 72)
    expect(others).toEqual([])
  })

  it.each([
    ['no counts, then a steady one', 3_000, fiveMinutes, () => 0, () => 5],
    ['no counts, then many', 1_000, 12 * fiveMinutes, () => 0, (random: () => number) => poisson(random, 10)],
    [
      'hardly a count, then some',
      3_000,
      fiveMinutes,
      (random: () => number) => poisson(random, 0.05),
      (random: () => number) => poisson(random, 5),
    ],
    [
      'counts, then ten times as many',
      3_000,
      fiveMinutes,
      (random: () => number) => poisson(random, 5),
      (random: () => number) => poisson(random, 50),
    ],
    [
      'a measurement that doubles',
      3_000,
      fiveMinutes,
      (random: () => number) => 50.3 + 5 * normal(random),
      (random: () => number) => 100.3 + 5 * normal(random),
    ],
  ] as const)('a step is told once: %s', (_, from, step, before, after) => {
    for (const seed of [1, 2, 3]) {
      const random = seeded(seed)
      const values = series(from + 400, (index) => (index < from ? before : after)(random))
      const alerts = alertsOf(detect(values, emptySeries(), 0, step)).filter(([row]) => row >= from)
      expect(alerts).toHaveLength(1)
      expect(alerts[0]?.[0]).toBeLessThanOrEqual(from + 2)
    }
  })

  it('rows that scatter more are a change of variance', () => {
    const random = seeded(6)
    const values = series(14 * day, (index) => 50.5 + normal(random) * (index >= at ? 2 : 1))
    expect(alertsOf(detect(values)).filter(([row]) => row >= at)[0]?.[1]).toBe('variance')
  })

  it('a source that says nothing more is silent: told once, not at all when it is often silent as long', () => {
    const values = counts((index) => 3 * daily(index) * (index >= at && index < at + 200 ? 0 : 1))
    const detections = detect(values)
    expect(alertsOf(detections).filter(([row]) => row >= at && row < at + 300)).toHaveLength(1)
    const silent = detections.flatMap(({ shape }, row) => (shape === 'silence' ? [row] : []))
    expect(silent[0]).toBeLessThan(at + 24)
    expect(silent.at(-1)).toBe(at + 199)
    const nightly = counts((index) => (index % day < 96 ? 0 : 4))
    expect(alertsOf(detect(nightly)).filter(([row]) => row > 5 * day)).toEqual([])
  })

  it('a measurement that hangs, and a gap in time, are silence', () => {
    const random = seeded(7)
    const values = series(8 * day, () => 20 + normal(random))
    const hanging = values.map((value, index) => (index > 6 * day && index < 6 * day + 60 ? 20.25 : value))
    expect(alertsOf(detect(hanging)).filter(([row]) => row > 6 * day)).toEqual([[expect.any(Number), 'silence']])
    const state = emptySeries()
    detect(values, state)
    const [after] = detect([20], state, 9 * day)
    expect(after).toMatchObject({ alert: true, shape: 'silence' })
  })

  it('what comes each day at the same hour is not told for long', () => {
    const random = seeded(8)
    const values = series(28 * day, (index) => negativeBinomial(random, index % day === 150 ? 90 : 10, 0.05))
    const rows = alertsOf(detect(values)).map(([row]) => row)
    expect(rows.filter((row) => row >= 14 * day).length).toBeLessThanOrEqual(2)
  })

  it('constants, and series of which little is known, are never told', () => {
    expect(alertsOf(detect(series(2_000, () => 7)))).toEqual([])
    expect(alertsOf(detect(series(2_000, () => 0)))).toEqual([])
    expect(alertsOf(detect(series(90, (index) => (index === 80 ? 1e9 : 3.5))))).toEqual([])
  })
})

describe('false alerts', () => {
  const rows = 40 * day
  const rate = (value: (random: () => number, index: number) => number): number => {
    const seeds = [11, 12]
    const alerts = seeds.map((seed) => {
      const random = seeded(seed)
      return alertsOf(detect(series(rows, (index) => value(random, index)))).length
    })
    return alerts.reduce((sum, count) => sum + count, 0) / (rows * seeds.length)
  }

  it.each([0.2, 1, 5, 50, 2_000])('are at most one in 2,000 rows of Poisson counts with a mean of %s', (mean) => {
    expect(rate((random) => poisson(random, mean))).toBeLessThan(1 / 2_000)
  })

  it.each([
    [0.5, 0.5],
    [5, 0.2],
    [50, 1],
    [500, 0.1],
  ])(
    'are at most one in 2,000 rows of negative-binomial counts, mean %s, overdispersion %s',
    (mean, overdispersion) => {
      expect(rate((random) => negativeBinomial(random, mean, overdispersion))).toBeLessThan(1 / 2_000)
    },
  )

  it('are as few with a season of hours and days', () => {
    const weekly = (index: number) => 20 * daily(index) * (Math.floor(index / day) % 7 < 5 ? 1 : 0.6)
    expect(rate((random, index) => negativeBinomial(random, weekly(index), 0.1))).toBeLessThan(1 / 2_000)
  })

  it('are as few of normal noise', () => {
    expect(rate((random) => 5.5 + normal(random))).toBeLessThan(1 / 2_000)
  })
})
