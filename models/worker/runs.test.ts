import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { paddedLength } from '../providers/provider.js'
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
      fc.property(encoded, fc.nat({ max: 199 }), fc.boolean(), fc.boolean(), (texts, most, together, few) => {
        const tokens = most + 1
        const lengthOf = (length: number): number => (few ? paddedLength(length, 40) : length)
        const runs = cutIntoRuns(texts, { tokens, together, lengthOf, powersOfTwo: few })
        const all = [...texts.keys()].filter((at) => texts[at] !== undefined)
        expect(runs.flat().toSorted((a, b) => a - b)).toEqual(all)
        for (const run of runs) {
          const lengths = run.map((at) => lengthOf(texts[at]?.length ?? 0))
          if (few) expect(Number.isInteger(Math.log2(run.length))).toBe(true)
          expect(new Set(lengths).size).toBe(1)
          expect(run.length === 1 || (together && lengths.reduce((a, b) => a + b, 0) <= tokens)).toBe(true)
        }
      }),
    )
  })
})
