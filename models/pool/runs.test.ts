import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { paddedLength } from '../providers/provider.js'
import { cutIntoRuns } from './runs.js'

const maxTokens = 40

describe('runs', () => {
  it('hold each text once, of one length, within the token budget and the number of texts', () => {
    const some = fc.array(fc.nat({ max: maxTokens - 2 }).map((size) => ({ ids: Array<number>(size + 2).fill(7) })))
    const limits = fc.record({
      tokens: fc.integer({ min: 1, max: 200 }),
      together: fc.boolean(),
      fewShapes: fc.boolean(),
    })
    fc.assert(
      fc.property(some, limits, fc.integer({ min: 1, max: 20 }), (texts, { tokens, together, fewShapes }, most) => {
        const runs = cutIntoRuns(texts, { tokens, together, fewShapes, maxTokens }, most)
        expect(runs.flat()).toHaveLength(texts.length)
        expect(new Set(runs.flat())).toEqual(new Set(texts))
        for (const run of runs) {
          const lengths = run.map(({ ids }) => (fewShapes ? paddedLength(ids.length, maxTokens) : ids.length))
          if (fewShapes) expect(Number.isInteger(Math.log2(run.length))).toBe(true)
          expect(new Set(lengths).size).toBe(1)
          expect(run.length === 1 || (together && lengths.reduce((a, b) => a + b, 0) <= tokens)).toBe(true)
          expect(run.length).toBeLessThanOrEqual(most)
        }
      }),
    )
  })
})
