import { describe, expect, it } from '@jest/globals'
import { compileLanguages, decideLanguage } from './language.js'
import { compileVocabulary } from './vocabulary/vocabulary.js'

describe('deciding on a language', () => {
  it('needs a clear lead: 20 to 1', () => {
    expect(decideLanguage(['es', 'en'], [-10, -40])).toBe('es')
    expect(decideLanguage(['es', 'en'], [-10, -39])).toBeNull()
    expect(decideLanguage(['es', 'en', 'pt'], [-90, -10, -20])).toBeNull()
  })

  it('is not done on nothing', () => {
    expect(decideLanguage(['es', 'en'], [0, 0])).toBeNull()
    expect(decideLanguage([], [])).toBeNull()
  })
})

describe('compiling the languages', () => {
  it('refuses words for which the tree has no place', () => {
    const vocabulary = compileVocabulary({ files: [], groups: [], ignore: [] })
    expect(() => compileLanguages({ languages: ['es'], words: { hola: [0] } }, vocabulary)).toThrow(
      '"hola" is not in the tree',
    )
  })
})
