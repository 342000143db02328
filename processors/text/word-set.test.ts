import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { fold } from './fold.js'
import { WordSet } from './word-set.js'
import { eachWord } from './words.js'

const word = fc.string({ unit: fc.constantFrom(...'abcñáÉ'), minLength: 1, maxLength: 3 })

describe('a set of words', () => {
  it('holds what was put in, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), fc.array(word), (put, asked) => {
        const folded = put.map(fold)
        const set = new WordSet(folded)
        for (const one of [...asked, ...put]) expect(set.has(fold(one))).toBe(folded.includes(fold(one)))
      }),
    )
  })

  it('finds words where they lie in a text as it finds them cut out and folded', () => {
    const text = fc
      .array(fc.oneof(word, fc.constantFrom(' ', '. ', ' n\u0303', 'e\u0301', '𝒳', '@', ' #')))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), text, (put, given) => {
        const known = new Set(put.map(fold))
        const wordsOf = (except: WordSet) => {
          const found: string[] = []
          eachWord(given, 1, 40, except, (one) => found.push(one) > 0)
          return found
        }
        expect(wordsOf(new WordSet(known))).toEqual(wordsOf(new WordSet([])).filter((one) => !known.has(one)))
      }),
      { numRuns: 1_000 },
    )
  })
})
