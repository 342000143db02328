import { describe, expect, it } from '@jest/globals'
import { emptyScanTails, learnScanTail, scanRarity } from './scan-tail.js'

const learn = (tails: Float32Array, deviations: readonly number[], from = 1_000): void => {
  for (const [row, deviation] of deviations.entries()) learnScanTail(tails, 0, deviation, from + row, 1)
}

describe('the tail of a scan', () => {
  it('does not learn from a stretch while it lasts, however long it is', () => {
    const tails = emptyScanTails(1)
    const before = scanRarity(tails, 0, 6)
    learn(tails, Array(100).fill(6))
    expect(scanRarity(tails, 0, 6)).toBe(before)
  })

  it('learns from it when it is over: the next is less rare', () => {
    const tails = emptyScanTails(1)
    const before = scanRarity(tails, 0, 6)
    learn(tails, [...Array(100).fill(6), 0])
    expect(scanRarity(tails, 0, 6)).toBeLessThan(before)
  })

  it('tells what is out more often, in another scan too, from what is not', () => {
    const tails = emptyScanTails(2)
    learn(tails, Array(200).fill([3, 4, 0, 0]).flat())
    expect(scanRarity(tails, 0, 5)).toBeLessThan(scanRarity(tails, 1, 5))
    expect(scanRarity(tails, 0, 5)).toBeGreaterThan(scanRarity(tails, 0, 4))
    expect(scanRarity(tails, 0, 0)).toBe(0)
  })
})
