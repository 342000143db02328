import { describe, expect, it } from '@jest/globals'
import { commonWords } from '../streams/topologies/text-analyser.js'
import { aMention } from '../tests/support/records.js'
import { isEmerging, uncommonWords, wordTrend } from './emerging-words.js'
import { WordSet } from './text/word-set.js'

const wordsOf = (text: string, common: readonly string[] = []) =>
  uncommonWords(() => new WordSet(common))(aMention({ text })).flatMap(({ keys }) => keys)

describe('uncommon words of a mention', () => {
  it('are folded, distinct, of four letters or more', () => {
    expect(wordsOf('Chiquihuite, CHIQUIHUITE: el año ñandú sol')).toEqual(['chiquihuite', 'ñandu'])
  })

  it('are none of addresses, hashtags, names of users, numbers and common words', () => {
    expect(wordsOf('https://palabra.pe #palabra @palabra 12345 cerro', ['cerro'])).toEqual([])
  })

  it('are at most 16', () => {
    expect(
      wordsOf(
        Array.from({ length: 40 }, (_, n) => `${'abcdefghij'[n % 10]}xyz${'klmn'[Math.floor(n / 10)]}`).join(' '),
      ),
    ).toHaveLength(16)
  })

  it('are not what everyday language or the vocabulary knows', () => {
    expect(
      ['cuando', 'mañana', 'ceviche', 'arequipa', 'restaurante'].filter((word) => !commonWords().has(word)),
    ).toEqual([])
    expect(commonWords().has('chiquihuite')).toBe(false)
  })
})

describe('an emerging word', () => {
  it('is said by enough people, often enough', () => {
    const context = {
      key: 'chiquihuite',
      window: { start: 0, end: 3_600_000 },
      isFinal: true,
      revision: 1,
      retracted: false,
    }
    const none = wordTrend.result(wordTrend.initial(), context)
    expect(none).toMatchObject({ term: 'chiquihuite', kind: 'word', region: '*', window: 'hour' })
    expect(isEmerging({ ...none, mentions: 5, authors: 3 })).toBe(true)
    expect(isEmerging({ ...none, mentions: 4, authors: 4 })).toBe(false)
    expect(isEmerging({ ...none, mentions: 50, authors: 2 })).toBe(false)
  })
})
