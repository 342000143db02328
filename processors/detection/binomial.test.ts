import { describe, expect, it } from '@jest/globals'
import { shareDeviation } from './binomial.js'
import { deviationOfTail } from './normal.js'

function tail(successes: number, trials: number, probability: number): number {
  let sum = 0
  let term = (1 - probability) ** trials
  for (let k = 0; k <= trials; k++) {
    if (k >= successes) sum += term
    term *= ((trials - k) / (k + 1)) * (probability / (1 - probability))
  }
  return sum
}

describe('the deviation of a share', () => {
  it.each([
    [9, 10, 0.5],
    [3, 40, 0.01],
    [70, 200, 0.25],
  ])('of %s in %s where %s is usual is that of the exact tail, to either side', (k, n, p) => {
    const exact = deviationOfTail(Math.log(tail(k, n, p)))
    expect(shareDeviation(k, n, p)).toBeCloseTo(exact, 3)
    expect(shareDeviation(n - k, n, 1 - p)).toBeCloseTo(-exact, 3)
  })

  it('of many trials meets that of fewer', () => {
    expect(shareDeviation(5_000 * 0.22, 5_000, 0.2)).toBeCloseTo(shareDeviation(4_999 * 0.22, 4_999, 0.2), 0)
  })

  it('of none or of all is a number, and of no trials 0', () => {
    expect(shareDeviation(0, 30, 0.4)).toBeLessThan(-3)
    expect(shareDeviation(30, 30, 0.4)).toBeGreaterThan(3)
    expect(shareDeviation(0, 0, 0.4)).toBe(0)
  })
})
