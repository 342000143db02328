import * as zstd from '@bokuweb/zstd-wasm'
import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { codecsReady, decompress } from './compression.js'
import { zstdBound } from './zstd-bound.js'

/** A frame that does not tell its size, of so many blocks of 100,000 times `a`, each stored as a run. */
function streamed(blocks: number): Buffer {
  const frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]
  for (let left = blocks; left > 0; left--) {
    const header = (100_000 << 3) | (1 << 1) | (left === 1 ? 1 : 0)
    frame.push(header & 0xff, (header >> 8) & 0xff, header >> 16, 0x61)
  }
  return Buffer.from(frame)
}

describe('the most bytes that frames of ZSTD can hold', () => {
  beforeAll(codecsReady)

  it('are never fewer than they hold, with a block more at most', () => {
    const texts = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 3_000 }))
    fc.assert(
      fc.property(texts, ([bytes, times]) => {
        const whole = Buffer.concat(Array.from({ length: times }, () => bytes))
        const bound = zstdBound(Buffer.from(zstd.compress(whole)))
        expect(bound).toBeGreaterThanOrEqual(whole.length)
        expect(bound).toBeLessThanOrEqual(Math.ceil(whole.length / 131_072) * 131_072)
      }),
    )
  })

  it('make room for those that do not tell their size', () => {
    expect(zstdBound(streamed(40))).toBe(4_000_000)
    expect(decompress(4, streamed(40)).equals(Buffer.alloc(4_000_000, 'a'))).toBe(true)
  })

  it('are not told of a frame that is cut off, nor is it decompressed', () => {
    const cut = streamed(40).subarray(0, 20)
    expect(() => zstdBound(cut)).toThrow(/out of range/)
    expect(() => decompress(4, cut)).toThrow(/out of range/)
  })
})
