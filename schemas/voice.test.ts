import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Serde } from '../streams/engine/serde.js'
import { UndecodableError } from './avro-serde.js'
import { type Voice, voiceSerde, wordsVoiceSerde } from './voice.js'

const said = fc.record({
  aspect: fc.oneof(fc.constantFrom('food', 'price', ''), fc.string({ unit: 'grapheme', maxLength: 50 })),
  label: fc.constantFrom('negative' as const, 'neutral' as const, 'positive' as const),
})
const voices: fc.Arbitrary<Voice> = fc.record(
  { author: fc.string({ unit: 'grapheme' }), flags: fc.nat(31), aspects: fc.array(said, { maxLength: 5 }) },
  { requiredKeys: ['author', 'flags'] },
)

describe('the bytes of a voice', () => {
  it('give it back', () => {
    fc.assert(
      fc.property(voices, (voice) => {
        const bytes = voiceSerde.encode(voice)
        expect(voiceSerde.decode(bytes)).toEqual(voice)
        const among = Uint8Array.from([0xff, ...bytes, 0xff])
        expect(voiceSerde.decodeWithin?.(among, 1, 1 + bytes.length)).toEqual(voice)
      }),
    )
    expect(voiceSerde.encode({ author: '0123456789abcdef', flags: 31 })).toHaveLength(17)
  })

  it('give its words back, whatever its author is called', () => {
    const words = fc.array(fc.constantFrom('cerro', 'ñandu', '語', '𝒳𝒳𝒳'), { minLength: 1, maxLength: 16 })
    const authors = fc.constantFrom('0123456789abcdef', '', 'a b', '\u001f', 'ñ')
    fc.assert(
      fc.property(words, authors, fc.nat(31), (keys, author, flags) => {
        const given = { keys, value: { author, flags } }
        expect(wordsVoiceSerde.decode(wordsVoiceSerde.encode(given))).toEqual(given)
      }),
    )
  })

  it('are the same where they are written behind others, once there is room', () => {
    const author = fc.constantFrom('0123456789abcdef', '', 'ñ', '𝒳')
    const words = fc.array(fc.constantFrom('cerro', 'ñandu', '語', '𝒳𝒳𝒳'), { minLength: 1, maxLength: 4 })
    const written = <Value>(serde: Serde<Value>, value: Value) => {
      const bytes = serde.encode(value)
      let room = 0
      for (;;) {
        const into = new Uint8Array(3 + room)
        const end = serde.encodeInto?.(value, into, 3) ?? 0
        if (end >= 0) return [into.subarray(3, end), bytes]
        expect(room - end).toBeLessThanOrEqual(bytes.length)
        room -= end
      }
    }
    fc.assert(
      fc.property(author, words, fc.nat(31), (name, keys, flags) => {
        for (const aspects of [{}, { aspects: [{ aspect: 'price', label: 'negative' as const }] }]) {
          const [voice, voiceBytes] = written(voiceSerde, { author: name, flags, ...aspects })
          expect(voice).toEqual(voiceBytes)
        }
        const [given, givenBytes] = written(wordsVoiceSerde, { keys, value: { author: name, flags } })
        expect(given).toEqual(givenBytes)
      }),
    )
  })

  it('never begin as framed Avro does', () => {
    expect(voiceSerde.encode({ author: 'a', flags: 0 })[0]).not.toBe(0)
  })

  it('are refused when they are none', () => {
    expect(() => voiceSerde.decode(new Uint8Array())).toThrow(UndecodableError)
    expect(() => voiceSerde.decode(new Uint8Array([32, 0xff]))).toThrow('not valid UTF-8')
    expect(() => voiceSerde.decodeWithin?.(new Uint8Array([32, 0xff, 32]), 0, 2)).toThrow('not valid UTF-8')
    expect(() => voiceSerde.decodeWithin?.(new Uint8Array([32]), 1, 1)).toThrow(UndecodableError)
    const whole = voiceSerde.encode({ author: '', flags: 1, aspects: [{ aspect: 'price', label: 'negative' }] })
    for (let end = 2; end < whole.length; end++)
      expect(() => voiceSerde.decode(whole.subarray(0, end))).toThrow('what is said of aspects breaks off')
    expect(() => wordsVoiceSerde.decode(new Uint8Array([32, 97]))).toThrow('no author')
  })
})
