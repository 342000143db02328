import { describe, expect, it } from '@jest/globals'
import { KeyFilter } from './key-filter.js'

describe('a filter of keys', () => {
  it('knows every key that was added, and takes few others for one', () => {
    const filter = new KeyFilter()
    expect(filter.mayHave('a')).toBe(false)
    for (let number = 0; number < 100_000; number++) filter.add(`d00kz${number.toString(36)}\u001fkey`)
    let known = 0
    let mistaken = 0
    for (let number = 0; number < 100_000; number++) {
      if (filter.mayHave(`d00kz${number.toString(36)}\u001fkey`)) known += 1
      if (filter.mayHave(`d00lz${number.toString(36)}\u001fkey`)) mistaken += 1
    }
    expect(known).toBe(100_000)
    expect(mistaken).toBeLessThan(2_000)
  })
})
