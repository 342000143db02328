import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { cutIntoRuns } from './runs.js'

describe('runs', () => {
  it('hold each encoded text once, of one length, within the token budget', () => {
    const encoded = fc.array(
      fc.option(
        fc.nat({ max: 40 }).map((size) => Array(size + 2).fill(7)),
        { nil: undefined },
      ),
    )
    fc.assert(
      fc.property(encoded, fc.integer({ min: 1, max: 200 }), fc.boolean(), (texts, tokens, together) => {
        const runs = cutIntoRuns(texts, { tokens, together })
        const all = [...texts.keys()].filter((at) => texts[at] !== undefined)
        expect(runs.flat().toSorted((a, b) => a - b)).toEqual(all)
        for (const run of runs) {
          const lengths = run.map((at) => texts[at]?.length ?? 0)
          expect(new Set(lengths).size).toBe(1)
          expect(run.length === 1 || (together && lengths.reduce((a, b) => a + b, 0) <= tokens)).toBe(true)
        }
      }),
    )
  })
})
