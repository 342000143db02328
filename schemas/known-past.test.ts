import { describe, expect, it } from '@jest/globals'
import { isKnownInFull } from './known-past.js'

const hour = 3_600_000
const day = 24 * hour
const month = { from: 0, until: 30 * day }

describe('a stretch of time', () => {
  it('is known in full where what is kept begins before it', () => {
    expect(isKnownInFull(-1, month, 300_000, day)).toBe(true)
    expect(isKnownInFull(0, month, 300_000, day)).toBe(true)
  })

  it('is not where half a day of a busy feed lacks, which would make a steady one rise', () => {
    expect(isKnownInFull(12 * hour, month, 295_000, day)).toBe(false)
  })

  it('is where the first mention of a quiet feed is a while after its start', () => {
    expect(isKnownInFull(7 * hour, month, 150, day)).toBe(true)
    expect(isKnownInFull(10 * 60_000, { from: 0, until: 7 * day }, 20_000, hour)).toBe(true)
  })

  it('is not where nothing is known, or a whole window of it', () => {
    expect(isKnownInFull(null, month, 0, day)).toBe(false)
    expect(isKnownInFull(day + 1, month, 2, day)).toBe(false)
    expect(isKnownInFull(31 * day, month, 0, 40 * day)).toBe(false)
  })
})
