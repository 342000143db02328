import { describe, expect, it } from '@jest/globals'
import { negativeBinomial, normal, poisson, seeded } from '../../tests/support/simulated.js'
import { emptyDispersion, learnDispersion, ratioAt, ratioOf } from './dispersion.js'
import { fading } from './level.js'
import { emptyLongRun, learnLongRun, longRunAt } from './long-run.js'

const prior = { clumps: 0.3, rate: 0.1, least: 1 } as const

/** What is learned of counts whose mean goes from 2 to 40. */
function learned(draw: (random: () => number, mean: number) => number) {
  const random = seeded(1)
  const dispersion = emptyDispersion()
  for (let row = 0; row < 4_000; row++) {
    const mean = 2 + 38 * random()
    const ratio = ratioAt(ratioOf(dispersion, prior), mean)
    learnDispersion(dispersion, (draw(random, mean) - mean) ** 2 / mean, mean, 1 / ratio ** 2, fading(4_000))
  }
  return ratioOf(dispersion, prior)
}

describe('how much counts vary', () => {
  it('is told of clumps, which are as large by night as by day', () => {
    const { clumps, rate } = learned((random, mean) => 6 * poisson(random, mean / 6))
    expect(clumps).toBeGreaterThan(4.5)
    expect(clumps + 20 * rate).toBeGreaterThan(5)
    expect(clumps + 20 * rate).toBeLessThan(7.5)
  })

  it('is told of rates that differ from row to row', () => {
    const { clumps, rate } = learned((random, mean) => negativeBinomial(random, mean, 0.2))
    expect(rate).toBeGreaterThan(0.1)
    expect(clumps + 20 * rate).toBeGreaterThan(3.5)
    expect(clumps + 20 * rate).toBeLessThan(6.5)
  })

  it('is the prior before anything was seen, and never below its least', () => {
    expect(ratioAt(ratioOf(emptyDispersion(), prior), 1)).toBeCloseTo(1.4)
    expect(learned((_, mean) => mean).clumps).toBe(1)
  })
})

describe('how much more sums vary than rows', () => {
  const learnedFrom = (deviation: (row: number) => number) => {
    const longRun = emptyLongRun()
    for (let row = 0; row < 6_400; row++) learnLongRun(longRun, deviation(row))
    return longRun
  }

  it('is not at all where rows know nothing of each other', () => {
    const random = seeded(2)
    const longRun = learnedFrom(() => normal(random))
    expect(longRunAt(longRun, 16)).toBeLessThan(1.4)
    expect(longRunAt(longRun, 64)).toBeLessThan(1.7)
    expect(longRunAt(longRun, 1)).toBe(1)
  })

  it('is more the longer they are, where some days are busier than others', () => {
    const random = seeded(3)
    let busy = 0
    const longRun = learnedFrom((row) => {
      if (row % 48 === 0) busy = 0.5 * normal(random)
      return normal(random) + busy
    })
    expect(longRunAt(longRun, 16)).toBeGreaterThan(2.5)
    expect(longRunAt(longRun, 64)).toBeGreaterThan(longRunAt(longRun, 16))
  })
})
