import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { EmergingTerm } from '../../schemas/emerging-term.js'
import { emergingTermRow } from '../../sinks/clickhouse/rows.js'
import type { EmergingFigures } from '../../sinks/live/emerging-figures.js'
import { aMention } from '../../tests/support/records.js'
import { type Serving, startServing } from '../../tests/support/serving.js'

const hour = 3_600_000
/** Noon in Lima. */
const now = Date.UTC(2025, 2, 12, 17)
const posts = ['p1', 'p2'].map((postId) => aMention({ postId, text: `<b>${postId}</b>`, createdAt: now - hour }))
const gone = aMention({ postId: 'p3', createdAt: now - hour })

const told = (form: string, fields: Partial<EmergingTerm> = {}): EmergingTerm => ({
  ...{ term: form, kind: 'word', form, spellings: [form], window: 'hour', start: now - hour, end: now },
  ...{ isFinal: true, revision: 1, posts: 9, reposts: 1, examined: 9, independent: 7, authors: 8 },
  ...{ topAuthorsShare: 0.4, pushed: 0.2, expected: 0.2, deviation: 5, verdict: 'new', evidence: [], ...fields },
})
const given = [
  told('sismo', { isFinal: false, posts: 5 }),
  told('sismo', { revision: 2, evidence: ['p1', 'p3', 'p2'] }),
  told('sismo', { start: now - 2 * hour, end: now - hour, independent: 3 }),
  told('copia', { verdict: 'pushed', posts: 90, independent: 8, pushed: 0.9 }),
  told('tercera ola', { kind: 'bigram', verdict: 'rising', independent: 6 }),
  told('nada', { verdict: 'usual', independent: 50 }),
  told('ayer', { start: now - 40 * hour, end: now - 39 * hour }),
]

let serving: Serving
beforeAll(async () => {
  serving = await startServing([...posts, gone, { ...gone, sign: -1 }], now)
  await serving.store.write({ table: 'emerging_terms', rows: given.map(emergingTermRow), token: 'emerging' })
})
afterAll(() => serving.close())

const get = async (query = ''): Promise<readonly EmergingFigures[]> => {
  const answer = await fetch(`${serving.url}/api/v1/emerging?from=${now - 5 * hour}&until=${now + hour}${query}`)
  expect(answer.status).toBe(200)
  const { terms } = (await answer.json()) as { terms: readonly EmergingFigures[] }
  return terms
}

it('the API gives each emerging term once, as told last, what is pushed last, with posts that stand', async () => {
  const terms = await get()
  expect(terms.map(({ term, verdict }) => [term, verdict])).toEqual([
    ['sismo', 'new'],
    ['tercera ola', 'rising'],
    ['copia', 'pushed'],
  ])
  expect(terms[0]).toMatchObject({
    ...{ posts: 9, independent: 7, start: now - hour, isFinal: true, pushed: 0.2 },
    examples: [
      { postId: 'p1', text: '<b>p1</b>' },
      { postId: 'p2', text: '<b>p2</b>' },
    ],
  })
  expect((await get('&verdict=pushed')).map(({ term }) => term)).toEqual(['copia'])
  expect(await get('&window=day')).toEqual([])
})
