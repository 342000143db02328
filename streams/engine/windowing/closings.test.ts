import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Closings } from './closings.js'

describe('results of windows that close', () => {
  it('are given by closing point, and what closes together as it was added', () => {
    const point = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 ** 51 }))
    fc.assert(
      fc.property(fc.array(fc.array(point, { maxLength: 50 }), { maxLength: 3 }), (rounds) => {
        const closings = new Closings<number>()
        for (const points of rounds) {
          for (const [index, at] of points.entries()) closings.add(at, `k${index}`, at, at + 1, index, at, 1, 'final')
          const given: number[] = []
          closings.give((key, { start, end }, index, timestamp) => {
            expect({ key, end, timestamp }).toEqual({ key: `k${index}`, end: start + 1, timestamp: start })
            given.push(index)
          })
          const expected = points.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at || a.index - b.index)
          expect(given).toEqual(expected.map(({ index }) => index))
        }
      }),
    )
  })
})
