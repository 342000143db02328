import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { change, growth, leastMentions } from './growth.js'

const counts = fc.integer({ min: 0, max: 10_000 })

describe('growth', () => {
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

describe('a change', () => {
  it('is falling where growth the other way round is rising, and by as much', () => {
    fc.assert(
      fc.property(
        counts,
        counts,
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        (a, b, allA, allB) => {
          const [there, back] = [change(a, b, allA, allB), change(b, a, allB, allA)]
          expect(back?.verdict === 'falling').toBe(there?.verdict === 'rising')
          if (there?.verdict === 'tooFew' || back === null || there === null || a === 0) return
          expect((back.atMost ?? 0) * there.atLeast).toBeCloseTo(1, 6)
        },
      ),
    )
  })

  it('says that too few are too few, and that a little more of many is steady', () => {
    expect(change(4, 1, 1_000, 1_000)).toMatchObject({ verdict: 'tooFew', factor: 4, atMost: null })
    expect(change(105, 100, 1_000, 1_000)).toMatchObject({ verdict: 'steady' })
    expect(change(5, 40, 1_000, 1_000)).toMatchObject({ verdict: 'falling', factor: 0.125 })
    expect(change(10, 10, 1_000, 0)).toBeNull()
  })
})
