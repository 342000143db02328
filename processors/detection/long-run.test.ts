import { describe, expect, it } from '@jest/globals'
import { emptyLongRun, learnLongRun, longRunAt, skipLongRun } from './long-run.js'

const learned = (deviations: readonly number[], longRun = emptyLongRun()): Float32Array => {
  for (const deviation of deviations) learnLongRun(longRun, deviation)
  return longRun
}
const alternating = Array.from({ length: 3_200 }, (_, row) => (row % 2 === 0 ? 1 : -1))

describe('how much sums of rows vary', () => {
  it('is as much as their rows where those even out, and more where they go together', () => {
    expect(longRunAt(learned(alternating), 16)).toBe(1)
    const inDays = Array.from({ length: 3_200 }, (_, row) => (Math.floor(row / 96) % 2 === 0 ? 0.5 : -0.5))
    expect(longRunAt(learned(inDays), 16)).toBeGreaterThan(3)
    expect(longRunAt(learned(inDays), 64)).toBeGreaterThan(longRunAt(learned(inDays), 16))
  })

  it('is not learned from what goes on as long as a block, nor from what was skipped', () => {
    const longRun = learned(alternating)
    const before = [longRunAt(longRun, 16), longRunAt(longRun, 64)]
    learned(Array(16).fill(3), longRun)
    expect([longRunAt(longRun, 16), longRunAt(longRun, 64)]).toEqual(before)
    skipLongRun(longRun)
    learned(alternating.slice(0, 64), longRun)
    expect([longRunAt(longRun, 16), longRunAt(longRun, 64)]).toEqual(before)
  })
})
