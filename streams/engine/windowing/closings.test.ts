import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Closings } from './closings.js'

interface Run {
  readonly at: number
  readonly count: number
  readonly advance: number
}

const point = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 ** 51 }))
const run: fc.Arbitrary<Run> = fc.record({
  at: point,
  count: fc.integer({ min: 1, max: 4 }),
  advance: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 ** 40 })),
})

const windowsOf = ({ at, count, advance }: Run, index: number) =>
  Array.from({ length: count }, (_, nth) => ({ at: at + nth * advance, index, nth, more: nth === 0 ? count - 1 : 0 }))

describe('results of windows that close', () => {
  it('are given by closing point, and what closes together as it was added', () => {
    fc.assert(
      fc.property(fc.array(fc.array(run, { maxLength: 50 }), { maxLength: 3 }), (rounds) => {
        const closings = new Closings<number>()
        for (const runs of rounds) {
          for (const [index, { at, count, advance }] of runs.entries())
            closings.add(at, `k${index}`, at - 7, at + 1, index, at, 1, 'final', count, advance)
          const given: object[] = []
          closings.give((_first, more, key, start, end, index) => {
            expect({ key, start }).toEqual({ key: `k${index}`, start: end - 8 })
            given.push({ at: end - 1, index, more })
            return null
          })
          const expected = runs.flatMap(windowsOf).sort((a, b) => a.at - b.at || a.index - b.index)
          expect(given).toEqual(expected.map(({ at, index, more }) => ({ at, index, more })))
        }
      }),
    )
  })

  it('of a run are told what was given back for its first, and no other run is', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 20 }), (runs) => {
        const closings = new Closings<number, string>()
        for (let round = 0; round < 2; round += 1) {
          for (const [index, { at, count, advance }] of runs.entries())
            closings.add(at, 'k', at, at + 1, index, at, 1, 'final', count, advance)
          closings.give((first, _more, _key, start, _end, index) => {
            const isFirst = start === runs[index]?.at
            expect(first).toBe(isFirst ? null : `${round}:${index}`)
            return isFirst ? `${round}:${index}` : 'not asked for'
          })
        }
      }),
    )
  })
})
