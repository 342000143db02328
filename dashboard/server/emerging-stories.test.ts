import { describe, expect, it } from '@jest/globals'
import { stories, type Telling } from './emerging-stories.js'

const telling = (term: string, evidence: string, fields: Partial<Telling> = {}): Telling => ({
  ...{ term, kind: term.includes(' ') ? 'bigram' : term.startsWith('#') ? 'hashtag' : 'word' },
  ...{ window: 'day', start: 0, verdict: 'new', posts: 40, evidence: [...evidence], ...fields },
})
const joined = (given: readonly Telling[], most = 9) =>
  stories(given, most).map(({ term, also }) => [term, ...also.map((each) => each.term)])

describe('terms that emerge', () => {
  it('are one entry, named by the pair, where the same posts hold a word, its pairs and a hashtag', () => {
    const given = [
      telling('mixto', 'abcde'),
      telling('ceviche', 'abcdf'),
      telling('ceviche mixto', 'abcde', { posts: 38 }),
      telling('#cevichemixto', 'abc', { posts: 30 }),
      telling('sismo', 'vwxyz'),
    ]
    expect(joined(given)).toEqual([['ceviche mixto', 'mixto', 'ceviche', '#cevichemixto'], ['sismo']])
    expect(stories(given, 9)[0]?.also[0]).toEqual({ term: 'mixto', kind: 'word', posts: 40 })
  })

  it('have no pair of other words for their name', () => {
    const given = [telling('urresti', 'abcde'), telling('podemos peru', 'abcde'), telling('daniel urresti', 'abcde')]
    expect(joined(given)).toEqual([['daniel urresti', 'urresti', 'podemos peru']])
    expect(joined(given.slice(0, 2))).toEqual([['urresti', 'podemos peru']])
  })

  it('stay apart where most of the posts of one do not hold the other', () => {
    expect(joined([telling('ola', 'abcde'), telling('tercera ola', 'axyzw', { posts: 9 })])).toEqual([
      ['ola'],
      ['tercera ola'],
    ])
  })

  it('keep the word as the name where its pair is the lesser part of it', () => {
    expect(joined([telling('ola', 'abcde'), telling('tercera ola', 'abcxy', { posts: 20 })])).toEqual([
      ['ola', 'tercera ola'],
    ])
  })

  it('stay apart where few push one of them', () => {
    expect(joined([telling('ola', 'abcde'), telling('olas', 'abcde', { verdict: 'pushed' })])).toHaveLength(2)
  })

  it('stay apart in other windows, and where nothing is known of their posts', () => {
    expect(joined([telling('ola', 'abcde'), telling('olas', 'abcde', { start: 1 })])).toHaveLength(2)
    expect(joined([telling('ola', 'abcde'), telling('olas', 'abcde', { window: 'hour' })])).toHaveLength(2)
    expect(joined([telling('ola', ''), telling('olas', '')])).toHaveLength(2)
  })

  it('are so many entries at most, and what belongs to those is still joined', () => {
    expect(joined([telling('uno', 'abcde'), telling('dos', 'vwxyz'), telling('uno mas', 'abcde')], 1)).toEqual([
      ['uno mas', 'uno'],
    ])
  })
})
