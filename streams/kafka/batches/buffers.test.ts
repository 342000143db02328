import { describe, expect, it } from '@jest/globals'
import { Buffers } from './buffers.js'

describe('memory for what is written', () => {
  it('is the smallest that was given back and is large enough', () => {
    const buffers = new Buffers()
    const [small, large] = [buffers.take(20_000), buffers.take(200_000)]
    buffers.give(large)
    buffers.give(small)
    expect(buffers.take(30_000)).toBe(small)
    expect(buffers.take(30_000)).toBe(large)
    expect(buffers.take(30_000)).not.toBe(large)
  })

  it('is never given to two', () => {
    const buffers = new Buffers()
    buffers.give(buffers.take(100_000))
    expect(buffers.take(100_000)).not.toBe(buffers.take(100_000))
  })

  it('is kept up to four megabytes', () => {
    const buffers = new Buffers()
    const taken = Array.from({ length: 6 }, () => buffers.take(2 ** 20))
    for (const each of taken) buffers.give(each)
    const again = Array.from({ length: 6 }, () => buffers.take(2 ** 20))
    expect(again.filter((each) => taken.includes(each)).length).toBe(4)
  })
})
