import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { digestPage } from '../../dashboard/server/digest.js'
import { digestOf } from '../../dashboard/server/digest-data.js'
import type { Insight } from '../../dashboard/server/insights/insight.js'
import { insightsOf } from '../../dashboard/server/insights/insights.js'
import { saidIn } from '../../dashboard/server/insights/sentences.js'
import type { Board } from '../../schemas/board.js'
import { readSchemas } from '../../schemas/files.js'
import { change } from '../../schemas/growth.js'
import type { Mention } from '../../schemas/mention.js'
import { createSerdes } from '../../schemas/serdes.js'
import { mentions as mentionsTopic, posts, publicTopics } from '../../schemas/topics.js'
import { validatePost } from '../../schemas/validate.js'
import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { mentionRow, shiftRow, trendRows } from '../../sinks/clickhouse/rows.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { TopologyTestDriver } from '../../streams/engine/testing/topology-test-driver.js'
import { projectPath } from '../../streams/project.js'
import { consumerTrends } from '../../streams/topologies/index.js'
import { memoryRegistry } from '../support/memory-registry.js'
import { aShift } from '../support/records.js'
import { scratchFolder } from '../support/scratch.js'
import { trendsOf } from '../support/serving.js'

const hour = 3_600_000
const day = 24 * hour
/** Midnight in Lima after what is replayed: eight weeks, of which the last one, or the last four, are told of. */
const until = Date.UTC(2022, 0, 20, 5)
const weeks = (count: number) => ({ window: 'day', from: until - count * 7 * day, until }) as const
const period = weeks(1)

const published = gunzipSync(readFileSync(projectPath('samples/posts.jsonl.gz')))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => validatePost(JSON.parse(line)))
  .flatMap((each) => (each.kind === 'valid' ? [each.value] : []))
  .filter(({ createdAt }) => createdAt >= until - 57 * day && createdAt < until)

const labels = ['negative', 'neutral', 'positive'] as const
/** A mood that a text always has: of some dishes a bad one, so that there is something to say. */
const scored = (text: string) => {
  const lot = [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7)
  const label = /elecciones/i.test(text) ? 'positive' : (labels[lot % 3] ?? 'neutral')
  return { label, confidence: 0.8, scores: [0.1, 0.1, 0.8] as const, sure: true, model: 'test@1' }
}

const scratch = scratchFolder()
let store: AnalyticsStore
let mentions: readonly Mention[]
beforeAll(async () => {
  const serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), publicTopics)
  const driver = new TopologyTestDriver(consumerTrends, {
    ...{ serdes, partitions: 2, settings: { bufferedRecords: 100_000 } },
    services: { sentiment: (items) => items.map((text) => ({ kind: 'ok' as const, value: scored(String(text)) })) },
  })
  for (const post of published) driver.pipe(posts, { key: post.postId, value: post, timestamp: post.createdAt })
  mentions = driver.read(mentionsTopic).map(({ value }) => value)
  const opened = await openEmbeddedStore({ dir: scratch.dir })
  store = opened
  await opened.migrate()
  await opened.write({ table: 'mentions', rows: mentions.map(mentionRow), token: 'mentions' })
  await opened.write({ table: 'trends', rows: trendRows(trendsOf(mentions)), token: 'trends' })
  const evidence = mentions.slice(-3).map(({ postId }) => postId)
  const shift = aShift({
    shiftId: 'told',
    term: 'ceviche',
    start: until - hour,
    end: until,
    openedAt: until - hour,
    evidence,
  })
  await opened.write({ table: 'shifts', rows: [shiftRow(shift)], token: 'shifts' })
})
afterAll(async () => {
  await store.close()
  scratch.remove()
})

/** Plain counting, apart from any SQL. */
interface Of {
  readonly term: string | null
  readonly region: string
  readonly board: Board | null
}
function standing({ term, region, board }: Of, start: number, end: number): readonly Mention[] {
  return mentions.filter(
    (one) =>
      one.createdAt >= start &&
      one.createdAt < end &&
      one.repostOf === null &&
      (region === '*' || one.region === region) &&
      (term === null || one.terms.some((each) => `${each.kind} ${each.term}` === term)) &&
      (board === null ||
        (board.sources.includes(one.source) &&
          one.terms.some((each) => board.terms.some(({ term: own }) => own === each.term)))),
  )
}
const balanceOf = (some: readonly Mention[]) =>
  some.reduce((sum, { sentiment }) => sum + labels.indexOf(sentiment?.label ?? 'neutral') - 1, 0) / some.length

const aBoard: Board = {
  ...{
    boardId: 'b',
    name: 'Lima <b>y</b> café',
    revision: 1,
    regions: [],
    sources: ['twitter'],
    span: null,
    updatedAt: 0,
    updatedBy: null,
  },
  terms: [
    { term: 'Lima', kind: 'place' },
    { term: 'café', kind: 'dish' },
    { term: '#elecciones2020', kind: 'hashtag' },
  ],
}
const cases = [
  ['everything in a week', { region: '*', board: null, period: weeks(1) }],
  ['everything in four weeks', { region: '*', board: null, period: weeks(4) }],
  ['a region', { region: '15', board: null, period: weeks(1) }],
  ['a board', { region: '*', board: aBoard, period: weeks(4) }],
] as const

describe.each(cases)('the insights of %s', (_, { region, board, period: { from, until: end }, period: asked }) => {
  const before = 2 * from - end
  const filter = board === null ? null : { terms: board.terms, regions: board.regions, sources: board.sources }
  let insights: readonly Insight[]
  beforeAll(async () => {
    insights = await insightsOf(store, { region, filter }, asked)
  })

  it('are there, each under an identity of its own, the same when asked again', async () => {
    expect(insights[0]?.kind).toBe('volume')
    expect(insights.length).toBeGreaterThan(1)
    expect(new Set(insights.map(({ id }) => id)).size).toBe(insights.length)
    expect(await insightsOf(store, { region, filter }, asked)).toEqual(insights)
  })

  it('carry queries that give their numbers to whoever runs them', async () => {
    for (const { kind, queries, numbers } of insights) {
      expect([kind, numbers.length > 0]).toEqual([kind, true])
      const rows = await Promise.all(
        queries.map(({ sql, params }) => store.query<Record<string, unknown>>(sql, { params })),
      )
      for (const found of rows) expect([kind, found.length]).toEqual([kind, 1])
      for (const { name, value, query, column } of numbers) {
        const given = rows[query]?.[0]?.[column]
        expect([kind, name, given === null ? null : Number(given)]).toEqual([kind, name, value])
      }
    }
  })

  it('say numbers that plain counting finds', () => {
    for (const { kind, id, numbers, derived } of insights) {
      if (kind === 'shift' || kind === 'engagement') continue
      const term = /^(?:rising|falling|leader|mood):(.*):\d+-\d+$/.exec(id)?.[1] ?? null
      const place = kind === 'region' ? (/^region:(\d\d)/.exec(id)?.[1] ?? '') : region
      const own = standing({ term, region: place, board }, from, end)
      const past = standing({ term, region: place, board }, before, from)
      const all = standing({ term: null, region, board }, from, end)
      const allPast = standing({ term: null, region, board }, before, from)
      const plain: Readonly<Record<string, number>> = {
        ...{ mentions: own.length, mentionsBefore: past.length, all: all.length, allBefore: allPast.length },
        ...{ balance: balanceOf(own), balanceOfAll: balanceOf(all), balanceBefore: balanceOf(past) },
        ...Object.fromEntries(
          labels.map((label) => [label, own.filter(({ sentiment }) => sentiment?.label === label).length]),
        ),
        topAuthor: Math.max(0, ...own.map(({ author }) => own.filter((one) => one.author === author).length)),
      }
      for (const { name, value } of numbers) {
        if (name === 'authors') continue // reposts have authors too
        expect([id, name, value]).toEqual([id, name, expect.closeTo(plain[name] ?? Number.NaN, 10)])
      }
      if (kind !== 'rising' && kind !== 'falling') continue
      const changed = change(own.length, past.length, all.length, allPast.length)
      expect(changed?.verdict).toBe(kind)
      expect([derived['factor'], derived['atLeast'], derived['atMost']]).toEqual([
        changed?.factor,
        changed?.atLeast,
        changed?.atMost,
      ])
    }
  })

  it('say them in both languages', () => {
    const [es, en] = [saidIn('es-PE'), saidIn('en-GB')]
    for (const { kind, text, numbers } of insights) {
      const named = new Map(numbers.map(({ name, value }) => [name, value]))
      const said = kind === 'mood' ? 'balance' : kind === 'shift' ? 'observed' : 'mentions'
      const value = named.get(said)
      if (typeof value !== 'number') continue
      const as = (words: typeof es) =>
        said === 'balance' ? words.balance(value) : said === 'observed' ? words.rate(value) : words.count(value)
      expect([kind, text.es]).toEqual([kind, expect.stringContaining(as(es))])
      expect([kind, text.en]).toEqual([kind, expect.stringContaining(as(en))])
    }
  })

  it('name the posts behind them: as many as they say, each of them about it', async () => {
    for (const { kind, id, numbers, posts: behind } of insights) {
      const { sql, params } = behind.query
      const rows = await store.query<{ postId: string }>(sql, { params })
      const ids = rows.map(({ postId }) => postId)
      expect([id, behind.shown.length > 0 && behind.shown.every(({ postId }) => ids.includes(postId))]).toEqual([
        id,
        true,
      ])
      const counted = numbers.find(({ name }) => name === (kind === 'falling' ? 'mentionsBefore' : 'mentions'))?.value
      if (counted !== undefined) expect([id, ids.length]).toEqual([id, counted])
      const term = /^(?:rising|falling|leader|mood):\w+ (.*):\d+-\d+$/.exec(id)?.[1]
      if (term === undefined) continue
      for (const post of mentions.filter(({ postId }) => ids.includes(postId)))
        expect([id, post.terms.map((each) => each.term)]).toEqual([id, expect.arrayContaining([term])])
    }
  })
})

describe('the insights of a week', () => {
  it('tell what rises, what is named most, of what people speak worse, where most is said, and what has shifted', async () => {
    const told = await Promise.all(
      [1, 4].map((count) => insightsOf(store, { region: '*', filter: null }, weeks(count))),
    )
    const kinds = new Set(told.flat().map(({ kind }) => kind))
    expect([...kinds]).toEqual(expect.arrayContaining(['volume', 'shift', 'rising', 'leader', 'mood', 'region']))
  })

  it('say that there is too little to say anything, where there is', async () => {
    const [first, ...rest] = await insightsOf(store, { region: '17', filter: null }, period)
    expect([first?.kind, rest]).toEqual(['tooFew', []])
    expect(first?.text.es).toContain('muy pocas')
  })

  it('make a digest in either language, with the figures of the week, in which texts are text', async () => {
    const digest = await digestOf(store, { board: aBoard, region: '*', period, now: until })
    const spanish = digestPage(digest, 'es')
    expect(digest.all.volume).toBe(standing({ term: null, region: '*', board: aBoard }, period.from, until).length)
    expect(spanish).toContain('Lima &lt;b&gt;y&lt;/b&gt; café')
    expect(spanish).not.toContain('<b>y</b>')
    expect(spanish).toContain('@page { size: A4')
    expect(spanish).not.toMatch(/<script|\son\w+=|style="/)
    for (const { text } of digest.insights) expect(spanish).toContain(text.es.replaceAll("'", '&#39;'))
    expect(digestPage(digest, 'en')).toContain('What matters')
  })
})
