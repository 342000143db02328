import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decodeUtf8, decodeUtf8Within, encodeUtf8, shortAscii, writeAscii } from './utf8.js'

describe('a text among other bytes', () => {
  it('is what the platform makes of it, whatever its length and letters', () => {
    const anyText = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 20 }))
    fc.assert(
      fc.property(anyText, fc.string({ maxLength: 5 }), (text, around) => {
        const bytes = encodeUtf8(around + text + around)
        const start = encodeUtf8(around).length
        const end = bytes.length - start
        expect(decodeUtf8Within(bytes, start, end)).toBe(decodeUtf8(bytes.subarray(start, end)))
      }),
    )
  })

  it('is refused where it is no UTF-8', () => {
    expect(() => decodeUtf8Within(Uint8Array.of(0x61, 0xff, 0x61), 0, 3)).toThrow('not valid')
  })

  it('is made of each length up to 16 characters, and of none above', () => {
    const bytes = encodeUtf8('abcdefghijklmnopq')
    for (let length = 0; length <= 16; length += 1)
      expect(shortAscii(bytes, 1, 1 + length)).toBe('bcdefghijklmnopq'.slice(0, length))
    expect(shortAscii(bytes, 0, 17)).toBeNull()
    for (let length = 0; length <= 16; length += 1)
      expect(shortAscii(bytes, 17 - length, 17)).toBe('abcdefghijklmnopq'.slice(17 - length))
    expect(shortAscii(encodeUtf8('é'), 0, 2)).toBeNull()
  })
})

describe('a text that is written as ASCII', () => {
  it('lies at the start of the bytes, and is refused where it is too long or another one', () => {
    const into = new Uint8Array(4)
    expect(writeAscii('abc', into)).toBe(3)
    expect([...into]).toEqual([97, 98, 99, 0])
    expect(writeAscii('abcde', into)).toBe(-1)
    expect(writeAscii('é', into)).toBe(-1)
  })
})
