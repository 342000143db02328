import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aMention } from '../../tests/support/records.js'
import { type Serving, startServing } from '../../tests/support/serving.js'
import { storeHistory } from './store-history.js'
import { holdsTerm, wordsOf } from './terms.js'
import { endOfTime, parseView, termKey } from './view.js'

const texts = [
  'El CHIQUIHUITE se derrumbó',
  'chiquihuite: año de lluvias',
  'año nuevo, ano viejo',
  'sin nada https://chiquihuite.mx #chiquihuite @chiquihuite',
  'Pingüinos Y CAFÉ',
  'Derrumbo\u0301 en NFD',
]
const mentions = texts.map((text, index) => aMention({ postId: `x:${index}`, author: `a${index}`, text }))
const words = ['chiquihuite', 'año', 'ano', 'derrumbo', 'pinguinos', 'cafe']

let serving: Serving
beforeAll(async () => {
  serving = await startServing(mentions, 1_600_000_000_000)
})
afterAll(() => serving.close())

describe('an emerging word', () => {
  it('is found in texts in any case and with any accent, but not in addresses, hashtags and names', () => {
    expect([...wordsOf('Él: ¡CHIQUIHUITE! https://mx.mx/abc #tag @name')]).toEqual(['el', 'chiquihuite'])
  })

  it('is held by the same mentions in the stream and in the store', async () => {
    const history = storeHistory(serving.store)
    for (const word of words) {
      const term = { term: word, kind: 'word' } as const
      const streamed = mentions.filter((mention) => holdsTerm(term, mention)).map(({ postId }) => postId)
      const stored = await history.posts(parseView({ term }), { from: 0, until: endOfTime }, 10, null)
      expect([word, stored.map(({ postId }) => postId).sort()]).toEqual([word, streamed])
      const authors = await history.authors('*', { from: 0, until: endOfTime }, [term], null)
      expect([word, authors.get(termKey('word', word))]).toEqual([word, streamed.length])
    }
  })
})
