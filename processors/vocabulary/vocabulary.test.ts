import { describe, expect, it } from '@jest/globals'
import type { VocabularyData } from './entry.js'
import { pluralOf } from './plural.js'
import { compileVocabulary } from './vocabulary.js'

const data = (fields: Partial<VocabularyData>): VocabularyData => ({ files: [], groups: [], ignore: [], ...fields })
const dishes = (...entries: VocabularyData['files'][number]['entries'][number][]) => [
  { kind: 'dish' as const, plurals: true, entries },
]

describe('compiling the vocabulary', () => {
  it('refuses two entries with one form, and names them', () => {
    const files = dishes({ term: 'ají' }, { term: 'picante', also: ['AJI'] })
    expect(() => compileVocabulary(data({ files }))).toThrow('"aji" is a form of "picante" and of "ají"')
  })

  it('refuses an entry that is to be ignored at the same time', () => {
    expect(() => compileVocabulary(data({ files: dishes({ term: 'ají' }), ignore: ['aji'] }))).toThrow('of "ají"')
  })

  it('refuses a context that is not described', () => {
    const files = dishes({ term: 'causa', needs: ['food'] })
    expect(() => compileVocabulary(data({ files }))).toThrow('"causa" needs the context "food"')
  })

  it('refuses a form that no text can match', () => {
    expect(() => compileVocabulary(data({ files: dishes({ term: 'a & b' }) }))).toThrow('"a & b" holds "&"')
    expect(() => compileVocabulary(data({ files: dishes({ term: ' ' }) }))).toThrow('holds no word')
  })

  it('lets a plural give way to an entry of its own', () => {
    const vocabulary = compileVocabulary(data({ files: dishes({ term: 'papa' }, { term: 'papas' }) }))
    expect(vocabulary.joined.get('papas')).not.toBe(vocabulary.joined.get('papa'))
  })
})

describe('plurals', () => {
  it.each([
    ['papa rellena', 'papas rellenas'],
    ['aji de gallina', 'ajies de gallina'],
    ['tamal', 'tamales'],
    ['arroz con pollo', 'arroces con pollo'],
    ['chifles', 'chifles'],
    ['turron de doña pepa', 'turrones de doña pepa'],
  ])('of %s is %s', (singular, plural) => {
    expect(pluralOf(singular)).toBe(plural)
  })
})
