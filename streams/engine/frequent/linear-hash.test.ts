import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { bucketOf, hashOf, nextSplit } from './linear-hash.js'

describe('linear hashing', () => {
  it('moves keys of one bucket alone when a bucket is added, and all of them into the new one', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 10_000 }), (hash, count) => {
        const before = bucketOf(hash, count)
        const after = bucketOf(hash, count + 1)
        expect(before).toBeGreaterThanOrEqual(0)
        expect(before).toBeLessThan(count)
        if (after !== before) expect([before, after]).toEqual([nextSplit(count), count])
      }),
    )
  })

  it('spreads words over the buckets', () => {
    const counts = new Array<number>(64).fill(0)
    for (let n = 0; n < 6_400; n++) {
      const bucket = bucketOf(hashOf(`palabra${n}`), 64)
      counts[bucket] = (counts[bucket] ?? 0) + 1
    }
    expect(Math.max(...counts)).toBeLessThan(160)
    expect(Math.min(...counts)).toBeGreaterThan(40)
  })
})
