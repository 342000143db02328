import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { hashOf } from './key-hash.js'
import { KeyMarks } from './key-marks.js'

const hashed = (key: string) => {
  const bytes = new TextEncoder().encode(key)
  return hashOf(bytes, 0, bytes.length)
}

describe('marks of keys', () => {
  it('tell of no key that was added that it was not', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 200 }), (keys) => {
        const marks = new KeyMarks(keys.length)
        for (const key of keys) marks.add(hashed(key))
        expect(keys.every((key) => marks.has(hashed(key)))).toBe(true)
      }),
    )
  })

  it('tell 49 in 50 of the others, full as they may be', () => {
    const marks = new KeyMarks(1_000)
    let added = 0
    for (; !marks.isFull; added += 1) marks.add(hashed(`vauction-${added}`))
    expect(added).toBeGreaterThanOrEqual(1_000)
    const others = Array.from({ length: 10_000 }, (_, index) => `vauction-${added + index}`)
    expect(others.filter((key) => marks.has(hashed(key))).length).toBeLessThan(200)
  })
})
