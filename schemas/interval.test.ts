import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { balanceInterval, countInterval, meanInterval, shareInterval, studentT, wilson } from './interval.js'

describe('intervals', () => {
  it('of shares agree with published values of the Wilson interval', () => {
    // R: prop.test(c(10, 90), c(100, 100), correct = FALSE) gives 0.0552 to 0.1744 and 0.8256 to 0.9448; 5 of 5 from 0.5655.
    expect(wilson(10, 100)).toEqual({ low: expect.closeTo(0.0552, 4), high: expect.closeTo(0.1744, 4) })
    expect(wilson(90, 100)).toEqual({ low: expect.closeTo(0.8256, 4), high: expect.closeTo(0.9448, 4) })
    expect(wilson(5, 5)).toEqual({ low: expect.closeTo(0.5655, 4), high: 1 })
    expect(shareInterval(0, 0)).toBeNull()
  })

  it('of means take Student’s t, and there is none without a difference', () => {
    // R: qt(0.975, c(1, 2, 3, 9, 10, 29, 1000))
    const known = { 1: 12.7062, 2: 4.3027, 3: 3.1824, 9: 2.2622, 10: 2.2281, 29: 2.0452, 1000: 1.9623 }
    for (const [freedom, t] of Object.entries(known)) expect(studentT(Number(freedom))).toBeCloseTo(t, 4)
    // R: t.test(c(4, 5)) gives -1.853 to 10.853, t.test(1:5) 1.037 to 4.963
    expect(meanInterval(4.5, 0.25, 2)).toEqual({ low: expect.closeTo(-1.853, 3), high: expect.closeTo(10.853, 3) })
    expect(meanInterval(3, 2, 5)).toEqual({ low: expect.closeTo(1.037, 3), high: expect.closeTo(4.963, 3) })
    expect([meanInterval(5, 0, 2), meanInterval(5, 1, 1.99)]).toEqual([null, null])
  })

  it('of counts agree with the exact limits of the Poisson distribution', () => {
    // chi-square quantiles / 2: 10 has 4.80 to 18.39, 0 has 0 to 3.69, 100 has 81.36 to 121.63
    expect(countInterval(10)).toEqual({ low: expect.closeTo(4.8, 1), high: expect.closeTo(18.39, 1) })
    expect(countInterval(100)).toEqual({ low: expect.closeTo(81.36, 1), high: expect.closeTo(121.63, 1) })
    expect(countInterval(0)).toEqual({ low: 0, high: expect.closeTo(3.69, 1) })
  })

  it('hold the figure, and are the narrower the more there is of it', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.nat(500), (positive, neutral, negative) => {
        const interval = balanceInterval(positive, neutral, negative)
        const all = positive + neutral + negative
        if (all === 0) return expect(interval).toBeNull()
        const balance = (positive - negative) / all
        expect(interval?.low).toBeLessThanOrEqual(balance + 1e-12)
        expect(interval?.high).toBeGreaterThanOrEqual(balance - 1e-12)
        const more = balanceInterval(4 * positive, 4 * neutral, 4 * negative)
        const wide = (of: typeof interval) => (of?.high ?? 0) - (of?.low ?? 0)
        return expect(wide(more)).toBeLessThan(wide(interval))
      }),
    )
  })
})
