import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { fold } from './fold.js'
import { WordSet } from './word-set.js'
import { eachWord } from './words.js'

const none = new WordSet([])

const wordsOf = (text: string, shortest = 1, longest = 1_000): readonly string[] => {
  const found: string[] = []
  eachWord(text, shortest, longest, none, (word) => found.push(word) > 0)
  return found
}

/** The definition: docs/consumer-trends.md, "Emerging words". */
const defined = (text: string): readonly string[] =>
  fold(text.replace(/https?:\/\/\S+|www\.\S+|[@#][\p{L}\p{N}\p{M}_]+/gu, ' ')).match(/[\p{L}\p{M}]+/gu) ?? []

const pieces = fc.constantFrom(
  ...['http://', 'https://', 'www.', 'ww', 'htt', '#', '@', '_', ' ', '\u00a0', '\ufeff', '\n', '.', '/', '7', '٣'],
  ...['palabra', 'AJÍ', 'año', 'n\u0303', '\u0301', 'e\u0301', '<\u0338', 'İ', 'ª', 'Ⅳ', '\u212a', 'ق', '語', '́'],
  ...['𝒳', '𐐀', '\u0f69', '🌶', '👩‍🍳', '\ud800', '\udc00', "'", '-'],
)

describe('the words of a text', () => {
  it('are those that the definition gives', () => {
    const texts = fc
      .array(fc.oneof({ weight: 3, arbitrary: pieces }, fc.string({ unit: 'binary' })))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        expect(wordsOf(text)).toEqual(defined(text))
      }),
      { numRuns: 2_000 },
    )
  })

  it('are of the lengths that are asked for', () => {
    expect(wordsOf('uno cinco catorce', 4, 6)).toEqual(['cinco'])
  })

  it('are no longer read once enough were taken', () => {
    const taken: string[] = []
    eachWord('uno dos tres cuatro', 1, 40, none, (word) => taken.push(word) < 2)
    expect(taken).toEqual(['uno', 'dos'])
  })
})
