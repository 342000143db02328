import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Mention } from '../../schemas/mention.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import { type BoardFilter, filterOf, passes } from './filter.js'
import { storeHistory } from './store-history.js'
import { allKey, endOfTime, parseView, termKey } from './view.js'

const noon = Date.UTC(2024, 2, 1, 17)
const dish = { term: 'ceviche', kind: 'dish' } as const
const brand = { term: 'Inca Kola', kind: 'brand' } as const
const hashtag = { term: '#ceviche', kind: 'hashtag' } as const

const aMention = fc.record({
  terms: fc.subarray([dish, brand, hashtag]),
  region: fc.constantFrom(null, '15', '08'),
  source: fc.constantFrom('news', 'twitter'),
  text: fc.constantFrom('sin más', 'Zutanez dice', '¡ZUTÁNEZ!'),
  author: fc.constantFrom('a', 'b', 'c'),
  label: fc.constantFrom('negative', 'neutral', 'positive' as const),
  repostOf: fc.constantFrom(null, null, 'x:1'),
  age: fc.nat(9),
  gone: fc.boolean(),
})
const mentions: readonly Mention[] = fc.sample(aMention, { numRuns: 150, seed: 3 }).flatMap((fields, index) => {
  const { age, gone, label, ...rest } = fields
  const given = scoredMention(label, { ...rest, postId: `p${index}`, createdAt: noon - age * 3_600_000 })
  return gone && index % 3 === 0 ? [given, { ...given, sign: -1 }] : [given]
})

const takenBack = new Set(mentions.filter(({ sign }) => sign < 0).map(({ postId }) => postId))

const filters = fc.record({
  terms: fc.subarray([
    dish,
    brand,
    { term: 'zutanez', kind: 'word' },
    { term: 'ceviche', kind: null },
    { term: 'zutanez', kind: null },
  ]),
  regions: fc.subarray(['15', '08']),
  sources: fc.subarray(['news', 'twitter', "o'tra"]),
})

describe('a board', () => {
  let serving: Serving
  beforeAll(async () => {
    serving = await startServing(mentions, noon)
  })
  afterAll(() => serving.close())

  it('that leaves nothing out has no filter', () => {
    expect(filterOf({ terms: [], regions: [], sources: [] })).toBeNull()
  })

  it('counts the same mentions in the store and in the stream', async () => {
    const history = storeHistory(serving.store)
    const always = { from: 0, until: endOfTime }
    const check = async (filter: BoardFilter) => {
      const counted = mentions.filter((mention) => passes(filter, mention))
      const sum = (some: readonly Mention[]) => some.reduce((all, { sign }) => all + sign, 0)
      const cells = await history.cells('hour', '*', always, filter)
      const of = (key: string) =>
        cells.filter((cell) => termKey(cell.kind, cell.term) === key).reduce((all, cell) => all + cell.mentions, 0)
      expect(of(allKey)).toBe(sum(counted.filter(({ repostOf }) => repostOf === null)))
      const named = counted.filter(({ terms, repostOf }) => repostOf === null && terms.includes(dish))
      const watched = filter.terms.length === 0 || filter.terms.some(({ term }) => term === dish.term)
      expect(of(termKey(dish.kind, dish.term))).toBe(watched ? sum(named) : 0)
      const posts = await history.posts(parseView({}), always, 500, filter)
      const standing = counted.filter(({ postId }) => !takenBack.has(postId))
      expect(posts.map(({ postId }) => postId).sort()).toEqual(standing.map(({ postId }) => postId).sort())
      const authors = await history.authors('*', always, [dish], filter)
      expect(authors.get(allKey)).toBe(new Set(standing.map(({ author }) => author)).size)
    }
    await fc.assert(fc.asyncProperty(filters, check), { numRuns: 25 })
  })
})
