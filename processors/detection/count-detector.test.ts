import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { negativeBinomial, poisson, seeded } from '../../tests/support/simulated.js'
import { hourOfWeek, lima } from './calendar.js'
import {
  type CountDetection,
  type CountState,
  emptyCount,
  endCountShift,
  observeCount,
  tideAt,
} from './count-detector.js'
import { alertRarity } from './parameters.js'
import { countCodec } from './series-codec.js'

const start = Date.UTC(2024, 0, 1, 5)
const quarter = 900_000
const day = 96
const week = 7 * day

function detect(
  values: readonly number[],
  { state = emptyCount(), from = 0, factor = (_: number): number => 1, canBeSilent = false } = {},
): readonly CountDetection[] {
  return values.map((value, index) => {
    const at = start + (from + index) * quarter
    const tide = { hour: hourOfWeek(at, lima), factor: factor(from + index) }
    return observeCount(state, at, value, tide, canBeSilent)
  })
}

const series = (rows: number, value: (row: number) => number): readonly number[] =>
  Array.from({ length: rows }, (_, row) => value(row))
const daily = (row: number): number => 1 - 0.85 * Math.cos((2 * Math.PI * row) / day)
const toldOf = (detections: readonly CountDetection[], from = 0): readonly number[] =>
  detections.flatMap(({ shape }, row) => (shape !== null && row >= from ? [row] : []))

describe('counts of intervals', () => {
  it('are judged by nothing that follows, and the same in pieces through bytes', () => {
    const of = fc.record({
      values: fc.array(fc.oneof({ weight: 20, arbitrary: fc.nat(9) }, { weight: 1, arbitrary: fc.nat(1_000) }), {
        minLength: 200,
        maxLength: 400,
      }),
      cut: fc.nat(200),
      canBeSilent: fc.boolean(),
    })
    fc.assert(
      fc.property(of, ({ values, cut, canBeSilent }) => {
        const whole = detect(values, { canBeSilent })
        const state = emptyCount()
        expect(detect(values.slice(0, cut), { state, canBeSilent })).toEqual(whole.slice(0, cut))
        const carried: CountState = countCodec.decode(countCodec.encode(state))
        expect(detect(values.slice(cut), { state: carried, from: cut, canBeSilent })).toEqual(whole.slice(cut))
      }),
      { numRuns: 20, seed: 1 },
    )
  })

  it('take less than a kilobyte a series', () => {
    expect(countCodec.bytes).toBeLessThanOrEqual(1_000)
  })

  it('that double are told within hours as a rise, and as nothing once that is over', () => {
    const random = seeded(1)
    const [from, until] = [3 * week + 32, 3 * week + 80]
    const values = series(4 * week, (row) =>
      negativeBinomial(random, 12 * daily(row) * (row >= from && row < until ? 2 : 1), 0.1),
    )
    const state = emptyCount()
    const before = detect(values.slice(0, until), { state })
    const told = toldOf(before, week)
    expect(told[0]).toBeGreaterThanOrEqual(from)
    expect(told[0]).toBeLessThan(from + 24)
    expect(before[told[0] ?? 0]?.direction).toBe('up')
    endCountShift(state, 1, false)
    expect(toldOf(detect(values.slice(until), { state, from: until }))).toEqual([])
  })

  it('that fall to a third are told as a fall; one wild interval is not told', () => {
    const random = seeded(2)
    const values = series(4 * week, (row) =>
      row === 2 * week ? 400 : negativeBinomial(random, row >= 3 * week ? 4 : 12, 0.1),
    )
    const detections = detect(values)
    const [first] = toldOf(detections, week)
    expect(first).toBeGreaterThanOrEqual(3 * week)
    expect(first).toBeLessThan(3 * week + 24)
    expect(detections[first ?? 0]?.direction).toBe('down')
  })

  it('that come in clumps, few by night, are told at most once in two weeks of a series', () => {
    const seeds = [11, 12, 13, 14]
    const told = seeds.map((seed) => {
      const random = seeded(seed)
      const values = series(6 * week, (row) => 5 * poisson(random, 1.2 * daily(row)))
      return toldOf(detect(values, { factor: daily }), 2 * week).filter(
        (row, index, all) => row - 48 > (all[index - 1] ?? -48),
      )
    })
    expect(told.flat().length).toBeLessThanOrEqual(2 * seeds.length)
  })

  it('that hardly vary are told when they rise by half, or far more', () => {
    for (const times of [1.5, 8]) {
      const random = seeded(6)
      const values = series(2 * week, (row) => poisson(random, row >= 1.5 * week ? 5_000 * times : 5_000))
      const [first] = toldOf(detect(values), week)
      expect(first).toBeGreaterThanOrEqual(1.5 * week)
      expect(first).toBeLessThan(1.5 * week + 8)
    }
  })

  it('of a small series have the season of everything from the first', () => {
    const random = seeded(3)
    const everything = emptyCount()
    detect(
      series(4 * week, (row) => poisson(random, 200 * daily(row))),
      { state: everything },
    )
    const noon = start + (4 * week + 48) * quarter
    const night = start + 4 * week * quarter
    const tide = (at: number) => tideAt(everything, at, hourOfWeek(at, lima))
    expect(tide(noon)).toBeGreaterThan(1.6)
    expect(tide(night)).toBeLessThan(0.3)
    expect(tideAt(emptyCount(), noon, 12)).toBe(1)
  })

  it('that a feed no longer gives are silence, and of a term a fall', () => {
    const random = seeded(4)
    const values = series(3 * week, (row) => (row >= 2 * week + 40 ? 0 : poisson(random, 8)))
    const feed = detect(values, { canBeSilent: true })
    expect(feed.at(-1)).toMatchObject({ shape: 'silence', isSilent: true })
    const term = detect(values)
    expect(term.some(({ shape }) => shape === 'silence')).toBe(false)
    expect(
      term.slice(2 * week + 40).some(({ rarity, direction }) => rarity >= alertRarity && direction === 'down'),
    ).toBe(true)
  })

  it('that have shifted for so long that it is usual are learned anew', () => {
    const random = seeded(5)
    const state = emptyCount()
    detect(
      series(3 * week, () => poisson(random, 10)),
      { state },
    )
    endCountShift(state, 1, true)
    const after = detect(
      series(day, () => poisson(random, 40)),
      { state, from: 3 * week },
    )
    expect(after.at(-1)?.baseline).toBeGreaterThan(25)
  })
})
