import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { MetricDefinition } from '../../schemas/metrics.js'
import { metrics, registry } from '../../schemas/metrics.js'
import type { BoardPost } from '../../sinks/live/posts.js'
import { parseView } from '../../sinks/live/view.js'
import { TestClient } from '../../tests/support/live.js'
import { brokenStore, type Serving, scoredMention, startServer, startServing } from '../../tests/support/serving.js'
import type { ProblemDocument } from './problem.js'
import type { Figures, RisingFigures, SeriesPoint, TermFigures } from './queries.js'

const hour = 3_600_000
const day = 24 * hour
/** Noon in Lima. */
const now = Date.UTC(2025, 2, 12, 17)
const ceviche = [{ term: 'ceviche', kind: 'dish' }] as const
const both = [...ceviche, { term: 'limón', kind: 'ingredient' }] as const

const mentions = [
  // The week before: one a day, so that there is something to compare with.
  ...Array.from({ length: 10 }, (_, index) =>
    scoredMention('neutral', {
      postId: `old:${index}`,
      author: 'b',
      terms: ceviche,
      createdAt: now - (6 + index) * day,
    }),
  ),
  ...Array.from({ length: 24 }, (_, index) =>
    scoredMention('neutral', {
      postId: `rest:${index}`,
      author: 'c',
      terms: [],
      createdAt: now - (1 + index / 2) * day,
    }),
  ),
  // This week: forty mentions of lime, half of them in Lima.
  ...Array.from({ length: 40 }, (_, index) =>
    scoredMention(index % 4 === 0 ? 'negative' : 'positive', {
      postId: `new:${String(index).padStart(2, '0')}`,
      author: `a${index % 5}`,
      terms: both,
      region: index % 2 === 0 ? '15' : null,
      text: `<script>alert(${index})</script>`,
      createdAt: now - index * hour,
    }),
  ),
  scoredMention('positive', { postId: 'again:1', author: 'z', terms: both, repostOf: 'new:00', createdAt: now - hour }),
  scoredMention('negative', { postId: 'gone:1', author: 'y', terms: both, createdAt: now - hour }),
  scoredMention('negative', { postId: 'gone:1', author: 'y', terms: both, createdAt: now - hour, sign: -1 }),
]

let serving: Serving
/** What of the answers the claims look at. */
interface Answer {
  readonly window: string
  readonly from: number
  readonly until: number
  readonly points: readonly SeriesPoint[]
  readonly terms: readonly (TermFigures & RisingFigures)[]
  readonly posts: readonly BoardPost[]
  readonly next: string | null
}

const get = async <Body = Answer>(url: string) => {
  const response = await fetch(`${serving.url}${url}`)
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body }
}

beforeAll(async () => {
  serving = await startServing(mentions, now)
})
afterAll(() => serving.close())

describe('the API of trends', () => {
  it('gives a series whose points sum to the mentions, without reposts and without what was deleted', async () => {
    const { body } = await get('/api/v1/trends?span=7d&term=lim%C3%B3n&kind=ingredient')
    const sum = (name: keyof Figures) => body.points.reduce((all, point) => all + (point[name] ?? 0), 0)
    expect([sum('volume'), sum('reposts'), sum('negativeMentions'), sum('positiveMentions')]).toEqual([40, 1, 10, 30])
  })

  it('gives the top terms with share, balance and authors that were counted over the whole period', async () => {
    const { body } = await get('/api/v1/terms/top?span=7d&kinds=ingredient')
    expect(body.terms).toEqual([
      expect.objectContaining({ term: 'limón', volume: 40, reposts: 1, balance: 0.5, positiveShare: 0.75, authors: 6 }),
    ])
    expect(body.terms[0]?.share).toBeGreaterThan(0.5)
  })

  it('counts one region alone when asked', async () => {
    const { body } = await get('/api/v1/terms/top?span=7d&kinds=ingredient&region=15')
    expect(body.terms[0]).toMatchObject({ volume: 20, authors: 5 })
  })

  it('calls rising what grew more than chance and more than everything else', async () => {
    const { body } = await get('/api/v1/terms/rising?span=7d')
    expect(body.terms.map(({ term }) => term)).toContain('limón')
    expect(body.terms[0]).toMatchObject({ previous: 0, factor: null })
    expect(body.terms[0]?.atLeast).toBeGreaterThan(1)
  })

  it('calls nothing rising when the period before is not known in full', async () => {
    expect((await get('/api/v1/terms/rising?span=30d')).body.terms).toEqual([])
  })

  it('finds terms by a part of them', async () => {
    const { body } = await get('/api/v1/terms?search=LIM&span=7d')
    expect(body.terms).toEqual([{ term: 'limón', kind: 'ingredient', volume: 40 }])
  })

  it('widens a period to whole windows and says so', async () => {
    const { body } = await get(`/api/v1/trends?from=${now + 1}&until=${now + 2}`)
    expect([body.window, body.from, body.until]).toEqual(['minute', now, now + 60_000])
  })

  it('explains every metric in both languages', async () => {
    const { body } = await get<readonly MetricDefinition[]>('/api/v1/metrics')
    expect(body.map(({ name }) => name)).toEqual(Object.keys(registry))
    for (const { label } of body) expect(Object.keys(label).sort()).toEqual(['en', 'es'])
  })
})

describe('the posts behind a number', () => {
  it('come a page at a time, newest first, each once, without what was deleted', async () => {
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const after: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`
      const { body }: { body: Answer } = await get(`/api/v1/posts?span=7d&term=ceviche&kind=dish&limit=7${after}`)
      seen.push(...body.posts.map(({ postId }) => postId))
      next = body.next
    }
    const expected = mentions.filter(
      ({ terms, createdAt, postId }) => terms.length > 0 && createdAt > now - 6.4 * day && postId !== 'gone:1',
    )
    expect(seen).toHaveLength(expected.length)
    expect(new Set(seen)).toEqual(new Set(expected.map(({ postId }) => postId)))
  })

  it('are as many as the number says', async () => {
    const posts = await get(
      '/api/v1/posts?span=7d&term=lim%C3%B3n&kind=ingredient&sentiment=negative&region=15&limit=200',
    )
    const top = await get('/api/v1/terms/top?span=7d&kinds=ingredient&region=15')
    expect(posts.body.posts).toHaveLength(top.body.terms[0]?.negativeMentions ?? -1)
  })

  it('keep their texts as written, in JSON that no browser takes for a page', async () => {
    const { body, headers } = await get('/api/v1/posts?span=7d&limit=1&term=ceviche&kind=dish')
    expect(body.posts[0]?.text).toContain('<script>')
    expect(headers.get('content-type')).toContain('application/json')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('the live board', () => {
  it('shows the same figures as the API', async () => {
    const client = new TestClient('board')
    client.replica.apply(await serving.hub.subscribe(parseView({ span: '7d', kinds: ['ingredient'] }), client))
    const entry = (key: string) => client.replica.data.get(key)
    const [top] = (await get('/api/v1/terms/top?span=7d&kinds=ingredient')).body.terms
    const [rising] = (await get('/api/v1/terms/rising?span=7d&kinds=ingredient')).body.terms
    const { volume, ...sameOfTop } = { volume: top?.volume, term: top?.term, reposts: top?.reposts, share: top?.share }
    expect(entry('top/0')).toMatchObject({ mentions: volume, ...sameOfTop })
    expect(entry('rising/0')).toMatchObject({
      ...{ mentions: rising?.volume, term: rising?.term, previous: rising?.previous },
      ...{ factor: rising?.factor, atLeast: rising?.atLeast, few: rising?.few },
    })
    serving.hub.leave('board')
  })
})

describe('definitions of metrics', () => {
  it('give the same number over windows, over mentions and from sums', async () => {
    const counts =
      'toInt64(sum(mentions)) AS mentions, toInt64(sum(reposts)) AS reposts, toInt64(sum(negative)) AS negative, toInt64(sum(neutral)) AS neutral, toInt64(sum(positive)) AS positive, toInt64(sum(unsure)) AS unsure'
    const windows = "FROM pulso.trends AS t FINAL WHERE t.window = 'hour' AND t.region = '*' AND t.term = '*'"
    const [sums] = await serving.store.query<Parameters<typeof metrics.volume.of>[0]>(
      `SELECT ${counts.replaceAll(/sum\((\w+)\)/g, 'sum(t.$1)')} ${windows}`,
    )
    if (sums === undefined) throw new Error('no sums')
    for (const { name, overTrends, overMentions, of } of Object.values(metrics)) {
      const [direct] = await serving.store.query<{ value: number }>(
        `SELECT ${overMentions} AS value FROM pulso.mentions`,
      )
      if (overTrends === null || of === null) continue
      const [summed] = await serving.store.query<{ value: number }>(`SELECT ${overTrends} AS value ${windows}`)
      expect([name, direct?.value, summed?.value]).toEqual([name, of(sums), of(sums)])
    }
  })
})

describe('a request that cannot be answered', () => {
  const problemOf = async (url: string): Promise<ProblemDocument> => (await get<ProblemDocument>(url)).body

  it('is told what is wrong and what to do', async () => {
    expect(await problemOf('/api/v1/trends?term=x')).toMatchObject({
      status: 400,
      remedy: expect.stringContaining('search='),
    })
    expect(await problemOf('/api/v1/terms/top?kinds=dishes')).toMatchObject({
      status: 400,
      detail: 'kinds: "dishes" is none',
    })
    expect(await problemOf('/api/v1/trends?from=yesterday&until=now')).toMatchObject({ status: 400 })
    for (const path of ['insights', 'compare', 'trends', 'posts', 'terms/top', 'digest'])
      expect(await problemOf(`/api/v1/${path}?region=99`)).toMatchObject({
        ...{ status: 400, detail: 'region: "99" is no department' },
        remedy: expect.stringContaining('01 Amazonas, 02 Áncash'),
      })
    expect(await problemOf('/api/v1/posts?after=x')).toMatchObject({ status: 400 })
    expect(await problemOf('/api/v1/nothing')).toMatchObject({
      status: 404,
      remedy: expect.stringContaining('/api/docs'),
    })
  })

  it('learns nothing of the inside of the server', async () => {
    const broken = await startServer(brokenStore('Code: 60. Unknown table pulso.trends'), now)
    const response = await fetch(`${broken.url}/api/v1/terms/top`)
    expect([response.status, (await response.text()).includes('pulso.trends')]).toEqual([500, false])
    expect(broken.errors).toHaveLength(1)
    await broken.close()
  })

  it('never reaches SQL as text', async () => {
    const term = encodeURIComponent("x'); DROP TABLE pulso.mentions; --")
    const { status, body } = await get(`/api/v1/posts?span=7d&term=${term}&kind=dish`)
    expect([status, body.posts]).toEqual([200, []])
    expect((await get(`/api/v1/terms?search=${term}`)).body.terms).toEqual([])
  })
})
