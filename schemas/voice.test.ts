import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { UndecodableError } from './avro-serde.js'
import { voiceSerde, wordsVoiceSerde } from './voice.js'

const voices = fc.record({ author: fc.string({ unit: 'grapheme' }), flags: fc.nat(95) })

describe('the bytes of a voice', () => {
  it('give it back', () => {
    fc.assert(
      fc.property(voices, (voice) => {
        expect(voiceSerde.decode(voiceSerde.encode(voice))).toEqual(voice)
      }),
    )
    expect(voiceSerde.encode({ author: '0123456789abcdef', flags: 31 })).toHaveLength(17)
  })

  it('give its words back, whatever its author is called', () => {
    const words = fc.array(fc.constantFrom('cerro', 'ñandu', '語', '𝒳𝒳𝒳'), { minLength: 1, maxLength: 16 })
    const authors = fc.constantFrom('0123456789abcdef', '', 'a b', '\u001f', 'ñ')
    fc.assert(
      fc.property(words, authors, fc.nat(95), (keys, author, flags) => {
        const given = { keys, value: { author, flags } }
        expect(wordsVoiceSerde.decode(wordsVoiceSerde.encode(given))).toEqual(given)
      }),
    )
  })

  it('never begin as framed Avro does', () => {
    expect(voiceSerde.encode({ author: 'a', flags: 0 })[0]).not.toBe(0)
  })

  it('are refused when they are none', () => {
    expect(() => voiceSerde.decode(new Uint8Array())).toThrow(UndecodableError)
    expect(() => voiceSerde.decode(new Uint8Array([32, 0xff]))).toThrow('not valid UTF-8')
    expect(() => wordsVoiceSerde.decode(new Uint8Array([32, 97]))).toThrow('no author')
  })
})
