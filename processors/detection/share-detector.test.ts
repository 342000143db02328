import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { seeded } from '../../tests/support/simulated.js'
import { shareCodec } from './series-codec.js'
import { emptyShare, endShareShift, observeShare, type ShareDetection, type ShareState } from './share-detector.js'

type Row = readonly [successes: number, trials: number]

const detect = (rows: readonly Row[], state: ShareState = emptyShare()): readonly ShareDetection[] =>
  rows.map(([successes, trials]) => observeShare(state, successes, trials))

function binomial(random: () => number, trials: number, share: number): number {
  let count = 0
  for (let trial = 0; trial < trials; trial++) if (random() < share) count += 1
  return count
}
const rows = (count: number, of: (row: number) => Row): readonly Row[] =>
  Array.from({ length: count }, (_, row) => of(row))

describe('shares', () => {
  it('are judged by nothing that follows, and the same in pieces through bytes', () => {
    const row = fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 30 })).map(([some, of]): Row => [Math.min(some, of), of])
    fc.assert(
      fc.property(fc.array(row, { minLength: 150, maxLength: 300 }), fc.nat(150), (given, cut) => {
        const whole = detect(given)
        const state = emptyShare()
        expect(detect(given.slice(0, cut), state)).toEqual(whole.slice(0, cut))
        expect(detect(given.slice(cut), shareCodec.decode(shareCodec.encode(state)))).toEqual(whole.slice(cut))
      }),
      { numRuns: 20, seed: 1 },
    )
  })

  it.each([
    ['up', 0.45],
    ['down', 0.15],
  ] as const)('that go %s are told so within hours, and as nothing once that is over', (direction, share) => {
    const random = seeded(1)
    const given = rows(1_600, (row) => {
      const trials = 5 + Math.floor(random() * 20)
      return [binomial(random, trials, row >= 1_200 && row < 1_240 ? share : 0.3), trials]
    })
    const state = emptyShare()
    const before = detect(given.slice(0, 1_240), state)
    const first = before.findIndex(({ shape }) => shape !== null)
    expect(first).toBeGreaterThanOrEqual(1_200)
    expect(first).toBeLessThan(1_232)
    expect(before[first]?.direction).toBe(direction)
    endShareShift(state, direction === 'up' ? 1 : -1, false)
    expect(detect(given.slice(1_240), state).filter(({ shape }) => shape !== null)).toEqual([])
  })

  it('of which each row has its own are told at most once in a thousand rows', () => {
    const random = seeded(2)
    const given = rows(4_000, () => [binomial(random, 300, 0.02 + 0.04 * random()), 300])
    expect(detect(given).filter(({ shape }) => shape !== null).length).toBeLessThanOrEqual(4)
  })

  it('that change by less than the law asks for are not told, however sure that is', () => {
    const law = { ratio: 1.25, difference: 0, variance: 1 }
    const state = emptyShare()
    const given = rows(2_000, (row) => [row < 1_000 ? 3_000 : 3_700, 10_000])
    const told = given.filter(([successes, trials]) => observeShare(state, successes, trials, law).shape !== null)
    expect(told).toEqual([])
    const strict = detect(given)
    expect(strict.some(({ shape }) => shape !== null)).toBe(true)
  })

  it('are not judged before enough was seen', () => {
    expect(
      detect(rows(99, (row) => [row < 90 ? 0 : 10, 10])).every(({ isJudged, shape }) => !isJudged && shape === null),
    ).toBe(true)
  })

  it('of large rows, rarely seen, do not take their first row for how much rows vary', () => {
    const random = seeded(3)
    const state = emptyShare()
    const usual = detect(
      rows(400, () => [binomial(random, 300, 0.03), 300]),
      state,
    )
    const { spread } = usual[399] as ShareDetection
    expect(spread).toBeLessThan(1.3 * Math.sqrt(300 * 0.03 * 0.97))
    const less = detect(
      rows(10, () => [binomial(random, 300, 0.015), 300]),
      state,
    )
    expect(less.some(({ shape, direction }) => shape !== null && direction === 'down')).toBe(true)
  })
})
