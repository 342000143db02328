import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { hashtagWords } from './hashtag.js'

/** The rule, letter by letter. */
function defined(body: string): string {
  const isUpper = (character: string) => /^\p{Lu}$/u.test(character)
  let words = ''
  for (let at = 0; at < body.length; at++) {
    const [before, character, next] = [body.charAt(at - 1), body.charAt(at), body.charAt(at + 1)]
    const isCapital = isUpper(character) && (!isUpper(before) || /^\p{Ll}$/u.test(next))
    const startsWord = isCapital || /\d/.test(character) !== /\d/.test(before)
    words += character === '_' ? ' ' : startsWord && at > 0 ? ` ${character}` : character
  }
  return words
}

describe('the words of a hashtag', () => {
  it('begin at capitals and digits', () => {
    expect(hashtagWords('LomoSaltado2024')).toBe('Lomo Saltado 2024')
    expect(hashtagWords('RTVEnVivo')).toBe('RTV En Vivo')
    expect(hashtagWords('ajíDeGallina_hoy')).toBe('ají De Gallina hoy')
    expect(hashtagWords('')).toBe('')
  })

  it('are those that the rule gives', () => {
    const body = fc.string({ unit: fc.constantFrom(...'aBñÑ7_٣ªǅ語', '𝒳', 'e\u0301') })
    fc.assert(
      fc.property(body, (given) => {
        expect(hashtagWords(given)).toBe(defined(given))
      }),
      { numRuns: 1_000 },
    )
  })
})
