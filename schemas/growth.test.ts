import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { growth, leastMentions, wilsonLower } from './growth.js'

const counts = fc.integer({ min: 0, max: 10_000 })

describe('growth', () => {
  it('agrees with published values of the Wilson interval', () => {
    // R: prop.test(c(10, 90), c(100, 100), correct = FALSE) gives 0.0552 and 0.8256; 5 of 5 gives 0.5655.
    expect(wilsonLower(10, 100)).toBeCloseTo(0.0552, 4)
    expect(wilsonLower(90, 100)).toBeCloseTo(0.8256, 4)
    expect(wilsonLower(5, 5)).toBeCloseTo(0.5655, 4)
  })

  it('takes 300 against 100 for a rise and 3 against 1 for chance', () => {
    expect(growth(300, 100, 10_000, 10_000)).toMatchObject({ factor: 3, few: false })
    expect(growth(3, 1, 10_000, 10_000)).toBeNull()
    expect(growth(6, 3, 10_000, 10_000)).toBeNull()
  })

  it('ranks much evidence of a smaller growth above little evidence of a larger one', () => {
    const sure = growth(300, 100, 10_000, 10_000)
    const unsure = growth(9, 2, 10_000, 10_000)
    expect(unsure?.factor).toBeGreaterThan(sure?.factor ?? 0)
    expect(unsure?.atLeast).toBeLessThan(sure?.atLeast ?? 0)
    expect(unsure?.few).toBe(true)
  })

  it('does not call a term rising that grew as everything did', () => {
    expect(growth(300, 100, 30_000, 10_000)).toBeNull()
  })

  it('names no factor for a term that was not there before, and still a least growth', () => {
    expect(growth(40, 0, 1_000, 1_000)).toMatchObject({ factor: null, atLeast: expect.closeTo(10.4, 1) })
  })

  it('has nothing to say without a span before, or with too few mentions', () => {
    expect(growth(100, 0, 100, 0)).toBeNull()
    expect(growth(leastMentions - 1, 0, 1_000, 1_000)).toBeNull()
  })

  it('never claims more than the factor, and grows with the mentions of now', () => {
    fc.assert(
      fc.property(
        counts,
        counts,
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        (now, before, allNow, allBefore) => {
          const grown = growth(now, before, allNow, allBefore)
          if (grown === null) return
          expect(grown.atLeast).toBeGreaterThan(1)
          if (grown.factor !== null) expect(grown.atLeast).toBeLessThanOrEqual(grown.factor)
          expect(growth(now + 1, before, allNow, allBefore)?.atLeast).toBeGreaterThan(grown.atLeast)
        },
      ),
    )
  })
})
