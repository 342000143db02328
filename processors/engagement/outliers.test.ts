import { describe, expect, it } from '@jest/globals'
import { fewestFigures, outliersOf, quantile } from './outliers.js'

describe('outliers', () => {
  it('are found by the robust z-score and by the interquartile range, each by its own limit', () => {
    // median 5, MAD 2, so the limit is 5 + 3.5 * 2 / 0.6745 = 15.38; quartiles 3 and 7, so the fence is 13
    const figures = [1, 2, 3, 4, 5, 6, 7, 14, 5]
    expect(outliersOf(figures)).toEqual({ byRobustZ: [], byIqr: [7] })
    expect(outliersOf([...figures.slice(0, 7), 16, 5])).toEqual({ byRobustZ: [7], byIqr: [7] })
  })

  it('lie on both sides, those furthest off first', () => {
    expect(outliersOf([10, 11, 12, 10, 11, 12, -50, 100, 11])).toEqual({ byRobustZ: [7, 6], byIqr: [7, 6] })
  })

  it('are judged by the mean deviation where more than half of the figures are equal', () => {
    expect(outliersOf([0, 0, 0, 0, 0, 0, 0, 0, 0, 40])).toEqual({ byRobustZ: [9], byIqr: [9] })
    expect(outliersOf([3, 3, 3, 3, 3, 3, 3, 3])).toEqual({ byRobustZ: [], byIqr: [] })
  })

  it('are not looked for among too few', () => {
    expect(outliersOf(Array.from({ length: fewestFigures - 1 }, (_, index) => index ** 4))).toBeNull()
  })

  it('have quartiles between order statistics', () => {
    expect([0, 0.25, 0.5, 1].map((share) => quantile([1, 2, 3, 4], share))).toEqual([1, 1.75, 2.5, 4])
  })
})
