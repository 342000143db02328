import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { KnownTexts } from './known-texts.js'
import { decodeUtf8, encodeUtf8 } from './utf8.js'

describe('known texts', () => {
  it('are what the bytes say, whatever was known before', () => {
    const texts = new KnownTexts()
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 20 }), (given) => {
        for (const text of [...given, ...given]) {
          const bytes = encodeUtf8(`<${text}>`)
          expect(texts.of(bytes, 1, bytes.length - 1)).toBe(decodeUtf8(bytes.subarray(1, bytes.length - 1)))
        }
      }),
    )
  })

  it('are right when more come than are remembered, and when none comes again', () => {
    const texts = new KnownTexts()
    for (let number = 0; number < 50_000; number += 1) {
      const bytes = encodeUtf8(`key-${number}`)
      if (texts.of(bytes, 0, bytes.length) !== `key-${number}`) throw new Error(`key-${number} was another text`)
    }
  })

  it('are refused where the bytes are no UTF-8, each time', () => {
    const texts = new KnownTexts()
    for (let time = 0; time < 2; time += 1)
      expect(() => texts.of(new Uint8Array([97, 0xff]), 0, 2)).toThrow('not valid')
  })
})
