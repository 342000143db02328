import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Board } from '../../schemas/board.js'
import { catalogueIn } from '../../tests/support/catalogue.js'
import { type EmbeddedPlace, embeddedPlace } from '../../tests/support/embedded-place.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import type { ProblemDocument } from './problem.js'

const hour = 3_600_000
const now = Date.UTC(2025, 2, 12, 17)
const mentions = Array.from({ length: 24 }, (_, index) =>
  scoredMention(index % 2 === 0 ? 'positive' : 'negative', {
    ...{ postId: `p${String(index).padStart(2, '0')}`, author: `a${index % 3}`, createdAt: now - index * hour },
    terms: index % 3 === 0 ? [{ term: 'ceviche', kind: 'dish' }] : [{ term: 'causa', kind: 'dish' }],
    source: index % 4 === 0 ? 'news' : 'twitter',
    region: index % 2 === 0 ? '15' : null,
  }),
)

let place: EmbeddedPlace
let serving: Serving

beforeAll(async () => {
  place = await embeddedPlace()
  const { catalogue: boards } = await catalogueIn(place)
  serving = await startServing(mentions, now, { boards, caller: () => 'ana' })
})
afterAll(async () => {
  await serving.close()
  await place.remove()
})

async function ask<Body = Board>(method: string, path: string, body?: object) {
  const response = await fetch(`${serving.url}/api/v1/${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body }
}
const problem = (method: string, path: string, body?: object) => ask<ProblemDocument>(method, path, body)

describe('boards over HTTP', () => {
  it('are made, read, changed and deleted, each change a revision with a name to it', async () => {
    const made = await ask('POST', 'boards', { name: ' Ceviches ', terms: [{ term: 'ceviche' }] })
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Ceviches', revision: 1, terms: [{ term: 'ceviche', kind: null }], regions: [], updatedBy: 'ana' },
    })
    const { boardId } = made.body
    const changed = await ask('PUT', `boards/${boardId}`, { name: 'Lima', revision: 1, regions: ['15'] })
    expect(changed).toMatchObject({ status: 200, body: { name: 'Lima', revision: 2, terms: [], regions: ['15'] } })
    expect((await ask('GET', `boards/${boardId}`)).body).toEqual(changed.body)
    expect((await ask<{ boards: readonly Board[] }>('GET', 'boards')).body.boards).toEqual([changed.body])
    const late = await problem('PUT', `boards/${boardId}`, { name: 'Tarde', revision: 1 })
    expect(late).toMatchObject({ status: 409, body: { type: 'urn:pulso:problem:board-changed' } })
    expect((await problem('DELETE', `boards/${boardId}?revision=1`)).status).toBe(409)
    expect((await ask('DELETE', `boards/${boardId}?revision=2`)).status).toBe(204)
    expect((await problem('GET', `boards/${boardId}`)).body).toMatchObject({ title: 'There is no such board' })
  })

  it.each([
    ['no name', { terms: [] }],
    ['a blank name', { name: '  ' }],
    ['a region that there is none of', { name: 'x', regions: ['99'] }],
    ['a kind that there is none of', { name: 'x', terms: [{ term: 'y', kind: 'drink' }] }],
    ['a span that there is none of', { name: 'x', span: '2h' }],
  ])('are refused with %s', async (_, body) => {
    const answer = await problem('POST', 'boards', body)
    expect([answer.status, answer.body.type]).toEqual([400, 'urn:pulso:problem:bad-request'])
  })

  it('filter the series, the terms and the posts', async () => {
    const asked = { name: 'Noticias', terms: [{ term: 'ceviche', kind: 'dish' }], sources: ['news'] }
    const { boardId } = (await ask('POST', 'boards', asked)).body
    const expected = mentions.filter(({ terms, source }) => terms[0]?.term === 'ceviche' && source === 'news')
    expect(expected.length).toBeGreaterThan(1)
    const query = `span=7d&board=${boardId}`
    const { points } = (await ask<{ points: readonly { volume: number }[] }>('GET', `trends?${query}`)).body
    expect(points.reduce((sum, { volume }) => sum + volume, 0)).toBe(expected.length)
    const top = await ask<{ terms: readonly object[] }>('GET', `terms/top?${query}`)
    expect(top.body.terms).toEqual([expect.objectContaining({ term: 'ceviche', volume: expected.length, share: 1 })])
    const { posts } = (await ask<{ posts: readonly { postId: string }[] }>('GET', `posts?${query}`)).body
    expect(posts.map(({ postId }) => postId)).toEqual(expected.map(({ postId }) => postId))
    const found = await ask<{ terms: readonly object[] }>('GET', `terms?search=c&${query}`)
    expect(found.body.terms).toEqual([{ term: 'ceviche', kind: 'dish', volume: expected.length }])
    for (const path of ['trends', 'terms/top', 'terms/rising', 'posts'])
      expect((await problem('GET', `${path}?board=none`)).body.type).toBe('urn:pulso:problem:unknown-board')
  })
})
