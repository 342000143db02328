import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ShortTexts } from './short-texts.js'

const read = (texts: ShortTexts, bytes: Uint8Array, from: number, length: number) =>
  texts.at(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), from, length)

describe('short texts', () => {
  it('are those of their bytes, whatever was read before', () => {
    const texts = new ShortTexts()
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\x7f'), minLength: 4, maxLength: 8 })
    fc.assert(
      fc.property(text, fc.nat({ max: 3 }), (each, from) => {
        const bytes = Buffer.from(`${'x'.repeat(from)}${each}yyy`)
        expect(read(texts, bytes, from, each.length)).toBe(each)
      }),
      { numRuns: 20_000 },
    )
  })

  it('are not those that are shorter, longer or not ASCII', () => {
    const texts = new ShortTexts()
    expect(read(texts, Buffer.from('abc     '), 0, 3)).toBeNull()
    expect(read(texts, Buffer.from('abcdefghi'), 0, 9)).toBeNull()
    expect(read(texts, Buffer.from('añadir'), 0, 7)).toBeNull()
  })

  it('that end with zeros are not those that are shorter', () => {
    const texts = new ShortTexts()
    const bytes = Buffer.from('\0\0\0\0\0\0\0\0')
    for (const length of [8, 4, 6, 5, 7, 4]) expect(read(texts, bytes, 0, length)).toBe('\0'.repeat(length))
  })
})
