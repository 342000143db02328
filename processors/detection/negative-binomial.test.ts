import { describe, expect, it } from '@jest/globals'
import { countDeviation, logNone } from './negative-binomial.js'
import { deviationOfTail } from './normal.js'

/** Tails by adding up the probabilities of counts, the plain way. */
function tails(
  count: number,
  mean: number,
  overdispersion: number,
): { readonly above: number; readonly below: number } {
  const size = 1 / overdispersion
  const share = mean / (mean + size)
  let probability = (1 - share) ** size
  let below = 0
  let above = 0
  for (let at = 0; at < 20_000; at++) {
    if (at <= count) below += probability
    if (at >= count) above += probability
    probability *= ((at + size) / (at + 1)) * share
  }
  return { above, below }
}

describe('the deviation of a count', () => {
  it.each([
    [0, 3, 0.1],
    [9, 3, 0.1],
    [30, 3, 0.5],
    [4, 0.3, 0.2],
    [300, 40, 2],
    [2, 40, 0.05],
    [160, 100, 0.0001],
    [950, 600, 0.02],
  ])('of %s where %s are expected, overdispersion %s, is that of the exact tail', (count, mean, overdispersion) => {
    const { above, below } = tails(count, mean, overdispersion)
    const exact = count > mean ? deviationOfTail(Math.log(above)) : -deviationOfTail(Math.log(below))
    expect(countDeviation(count, mean, overdispersion)).toBeCloseTo(exact, 5)
  })

  it('is that of Poisson without overdispersion: 10 or more at a mean of 2 is one in 21,533', () => {
    expect(countDeviation(10, 2, 0)).toBeCloseTo(deviationOfTail(Math.log(4.6441e-5)), 3)
  })

  it('goes on where probabilities are too small for numbers', () => {
    const far = [100, 1_000, 10_000, 100_000].map((count) => countDeviation(count, 1, 0.01))
    expect(far.every((deviation, index) => deviation > (far[index - 1] ?? 0) && Number.isFinite(deviation))).toBe(true)
  })

  it('goes over to large means without a jump', () => {
    for (const ratio of [0.5, 0.8, 1.3, 2, 4]) {
      const below = countDeviation(999.999 * ratio, 999.999, 0.05)
      expect(Math.abs(countDeviation(1_000 * ratio, 1_000, 0.05) / below - 1)).toBeLessThan(0.03)
    }
  })

  it('is about 0 for what is expected', () => {
    expect(Math.abs(countDeviation(3, 3, 0.1))).toBeLessThan(0.5)
  })
})

describe('the probability that nothing comes', () => {
  it('is that of Poisson without overdispersion, and larger with it', () => {
    expect(logNone(3, 0)).toBeCloseTo(-3, 4)
    expect(logNone(3, 1)).toBeCloseTo(-Math.log(4), 9)
  })
})
