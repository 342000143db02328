import { describe, expect, it } from '@jest/globals'
import { compileLanguages, decideLanguage } from './language.js'
import { compileVocabulary } from './vocabulary/vocabulary.js'

describe('deciding on a language', () => {
  const evidence = (sums: readonly number[], speaking = sums.map(() => 10), words = 10) => ({ words, sums, speaking })

  it('needs a clear lead: 20 to 1', () => {
    expect(decideLanguage(['es', 'en'], evidence([-10, -40]))).toBe('es')
    expect(decideLanguage(['es', 'en'], evidence([-10, -39]))).toBeNull()
    expect(decideLanguage(['es', 'en', 'pt'], evidence([-90, -10, -20]))).toBeNull()
  })

  it('needs three of ten words that speak for it', () => {
    expect(decideLanguage(['es', 'en'], evidence([0, -90], [3, 0]))).toBe('es')
    expect(decideLanguage(['es', 'en'], evidence([0, -90], [2, 8]))).toBeNull()
  })

  it('is not done on nothing', () => {
    expect(decideLanguage(['es', 'en'], evidence([0, 0], [0, 0], 0))).toBeNull()
    expect(decideLanguage([], evidence([]))).toBeNull()
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
