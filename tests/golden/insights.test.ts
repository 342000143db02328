import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { digestPage } from '../../dashboard/server/digest.js'
import { digestOf } from '../../dashboard/server/digest-data.js'
import type { Insight } from '../../dashboard/server/insights/insight.js'
import { insightsOf } from '../../dashboard/server/insights/insights.js'
import { saidIn } from '../../dashboard/server/insights/sentences.js'
import { aspectNames } from '../../schemas/aspect-names.js'
import { balanceDifferences } from '../../schemas/balance-difference.js'
import type { Board } from '../../schemas/board.js'
import { readSchemas } from '../../schemas/files.js'
import { change } from '../../schemas/growth.js'
import type { Mention } from '../../schemas/mention.js'
import { createSerdes } from '../../schemas/serdes.js'
import { mentions as mentionsTopic, posts, publicTopics, reviews } from '../../schemas/topics.js'
import { validatePost } from '../../schemas/validate.js'
import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { mentionRow, shiftRow, trendRows } from '../../sinks/clickhouse/rows.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { TopologyTestDriver } from '../../streams/engine/testing/topology-test-driver.js'
import { projectPath } from '../../streams/project.js'
import { aspectPassages } from '../../streams/topologies/aspect-passages.js'
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
interface Spoken {
  readonly text: string
  readonly aspects: readonly { readonly category: string; readonly polarity: (typeof labels)[number] }[]
}
/** Sentences on restaurants with what they say of each aspect. */
const spoken: readonly Spoken[] = readFileSync(projectPath('models/evaluation/data/reviews-es.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const aspectOf = (category: string) => (category === 'staff' ? 'service' : category)
const blame = spoken.filter(({ aspects }) =>
  aspects.some(({ category, polarity }) => aspectOf(category) === 'service' && polarity === 'negative'),
)
/** Three weeks of reviews, in the last of which four in five blame the service. */
const reviewed = Array.from({ length: 240 }, (_, index) => {
  const isLast = index < 120
  const from = isLast && index % 5 > 0 ? blame : spoken
  const days = isLast ? index % 7 : 7 + (index % 14)
  return {
    ...{ reviewId: `r${index}`, source: 'twitter', author: `guest${index % 50}`, stars: null, place: null },
    ...{ createdAt: until - days * day - hour - index * 60_000, editedAt: null, language: null, url: null },
    ...{ region: index % 3 === 0 ? null : '1501', simulated: false },
    text: `${from[(index * 7) % from.length]?.text ?? ''} Visita ${index}: un café.`,
  }
})

/** A mood that a text always has: of some dishes a bad one, so that there is something to say. */
const scored = (text: string) => {
  const lot = [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7)
  const label = /elecciones/i.test(text) ? 'positive' : (labels[lot % 3] ?? 'neutral')
  const known = spoken.find((one) => text.startsWith(one.text))
  const aspects = aspectPassages(text).map(({ aspect }) => ({
    aspect,
    label: known?.aspects.find(({ category }) => aspectOf(category) === aspect)?.polarity ?? 'neutral',
    confidence: 0.8,
  }))
  return { label, confidence: 0.8, scores: [0.1, 0.1, 0.8] as const, sure: true, model: 'test@1', aspects }
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
  for (const review of reviewed)
    driver.pipe(reviews, { key: review.reviewId, value: review, timestamp: review.createdAt })
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
  readonly aspect?: string | null
  readonly region: string
  readonly board: Board | null
}
function standing({ term, aspect = null, region, board }: Of, start: number, end: number): readonly Mention[] {
  return mentions.filter(
    (one) =>
      one.createdAt >= start &&
      one.createdAt < end &&
      one.repostOf === null &&
      (region === '*' || one.region === region) &&
      (term === null || one.terms.some((each) => `${each.kind} ${each.term}` === term)) &&
      (aspect === null || one.aspects.some((each) => each.aspect === aspect)) &&
      (board === null ||
        (board.sources.includes(one.source) &&
          one.terms.some((each) => board.terms.some(({ term: own }) => own === each.term)))),
  )
}
/** What a mention says, of the aspect where one is meant. */
const labelOf = ({ sentiment, aspects }: Mention, aspect: string | null = null) =>
  aspect === null ? sentiment?.label : aspects.find((one) => one.aspect === aspect)?.label
const balanceOf = (some: readonly Mention[], aspect: string | null = null) =>
  some.reduce((sum, one) => sum + labels.indexOf(labelOf(one, aspect) ?? 'neutral') - 1, 0) / some.length
const labelsOf = (some: readonly Mention[], aspect: string | null) => {
  const many = (label: string) => some.filter((one) => labelOf(one, aspect) === label).length
  return { negative: many('negative'), neutral: many('neutral'), positive: many('positive') }
}

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
      if (kind === 'aspects' || kind === 'aspectsFew') continue
      const aspect = /^aspectShift:(.*):\d+-\d+$/.exec(id)?.[1] ?? null
      const place = kind === 'region' ? (/^region:(\d\d)/.exec(id)?.[1] ?? '') : region
      const own = standing({ term, aspect, region: place, board }, from, end)
      const past = standing({ term, aspect, region: place, board }, before, from)
      const all = standing({ term: null, region, board }, from, end)
      const allPast = standing({ term: null, region, board }, before, from)
      const plain: Readonly<Record<string, number>> = {
        ...{ mentions: own.length, mentionsBefore: past.length, all: all.length, allBefore: allPast.length },
        ...{ balance: balanceOf(own, aspect), balanceOfAll: balanceOf(all), balanceBefore: balanceOf(past, aspect) },
        ...labelsOf(own, aspect),
        ...Object.fromEntries(
          Object.entries(labelsOf(past, aspect)).map(([label, count]) => [`${label}Before`, count]),
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

  it('say of aspects what plain counting and the test of differences find', () => {
    const names = Object.keys(aspectNames)
    const saidOf = (aspect: string, start: number, finish: number) =>
      standing({ term: null, aspect, region, board }, start, finish)
    const pairs = names.map((aspect) => {
      const [own, past] = [saidOf(aspect, from, end), saidOf(aspect, before, from)]
      return { aspect, own, counts: [labelsOf(own, aspect), labelsOf(past, aspect)] as const }
    })
    const differences = balanceDifferences(pairs.map(({ counts }) => counts))
    const verdictOf = (...wanted: readonly string[]) =>
      pairs.filter(({ own }, at) => own.length > 0 && wanted.includes(differences[at]?.verdict ?? ''))
    const told = (kind: Insight['kind']) => insights.filter((one) => one.kind === kind)
    expect(
      told('aspectShift')
        .map(({ id }) => id.split(':')[1])
        .sort(),
    ).toEqual(
      verdictOf('better', 'worse')
        .map(({ aspect }) => aspect)
        .sort(),
    )
    for (const { id, derived } of told('aspectShift')) {
      const at = names.indexOf(id.split(':')[1] ?? '')
      expect([id, derived['difference'], derived['pValue']]).toEqual([
        id,
        expect.closeTo(differences[at]?.difference ?? Number.NaN, 10),
        expect.closeTo(differences[at]?.pValue ?? Number.NaN, 10),
      ])
      expect(derived['tested']).toBe(differences.filter(({ pValue }) => pValue !== null).length)
    }
    const few = Object.fromEntries(verdictOf('tooFew').map(({ aspect, own }) => [aspect, own.length]))
    const numbers = told('aspectsFew').flatMap((one) => one.numbers)
    const given = numbers.flatMap(({ name, value }) => (names.includes(name) ? [[name, value]] : []))
    expect(Object.fromEntries(given)).toEqual(few)
    for (const { numbers: own } of told('aspects')) {
      const balances = pairs
        .filter(({ own: { length } }) => length >= 30)
        .map(({ aspect, own: some }) => [balanceOf(some, aspect), some.length] as const)
        .sort(([one], [other]) => other - one)
      const named = Object.fromEntries(own.map(({ name, value }) => [name, value]))
      expect(balances.length).toBeGreaterThan(1)
      expect([named['balanceOfBest'], named['best']]).toEqual([
        expect.closeTo(balances[0]?.[0] ?? 9, 10),
        balances[0]?.[1],
      ])
      expect([named['balanceOfWorst'], named['worst']]).toEqual([
        expect.closeTo(balances.at(-1)?.[0] ?? 9, 10),
        balances.at(-1)?.[1],
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
        said === 'balance' ? words.balance(value) : said === 'observed' ? words.significant(value) : words.count(value)
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
      // of an aspect those that turned it
      const turned = kind !== 'aspectShift' ? null : behind.query.sql.includes("= 'positive'") ? 'positive' : 'negative'
      const counted = numbers.find(
        ({ name }) => name === (turned ?? (kind === 'falling' ? 'mentionsBefore' : 'mentions')),
      )?.value
      if (counted !== undefined) expect([id, ids.length]).toEqual([id, counted])
      const aspect = /^aspectShift:(.*):\d+-\d+$/.exec(id)?.[1]
      for (const post of mentions.filter(({ postId }) => aspect !== undefined && ids.includes(postId)))
        expect([id, labelOf(post, aspect)]).toEqual([id, turned])
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
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        ...['volume', 'shift', 'rising', 'leader', 'mood', 'region'],
        ...['aspectShift', 'aspects', 'aspectsFew'],
      ]),
    )
  })

  it('tell that service is spoken of worse, with how much, how many and how sure', async () => {
    const insights = await insightsOf(store, { region: '*', filter: null }, period)
    const { text, posts: behind } = insights.find(({ id }) => id.startsWith('aspectShift:service')) ?? {}
    expect(text).toEqual({
      es: 'Sobre la atención se habla peor que en el periodo anterior: balance −0.93, antes −0.36; 59 menciones, antes 14. La diferencia es significativa entre 3 aspectos (p < 0.0001).',
      en: 'Service is spoken of worse than in the period before: balance −0.93, −0.36 before; 59 mentions, 14 before. The difference is significant among 3 aspects (p < 0.0001).',
    })
    expect(behind?.shown).toHaveLength(3)
    expect(insights.filter(({ kind }) => kind.startsWith('aspects')).map((one) => one.text)).toEqual([
      {
        es: 'Sobre la comida (balance −0.04, 159 menciones) se habla mejor que sobre la atención (balance −0.93, 59 menciones): la diferencia es significativa (p < 0.0001).',
        en: 'Food (balance −0.04, 159 mentions) is spoken of better than service (balance −0.93, 59 mentions): the difference is significant (p < 0.0001).',
      },
      {
        es: 'Muy pocas menciones para comparar con el periodo anterior: el ambiente (11, antes 8) y la carta (3, antes 3).',
        en: 'Too few mentions to compare with the period before: ambience (11, 8 before) and the menu (3, 3 before).',
      },
    ])
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
    for (const { text } of digest.insights)
      expect(spanish.includes(text.es.replaceAll("'", '&#39;').replaceAll('<', '&lt;')) ? '' : text.es).toBe('')
    expect(digestPage(digest, 'en')).toContain('What matters')
  })

  it('put aspects in the digest with their samples and changes, by the numbers of the sentences and of plain counting', async () => {
    const digest = await digestOf(store, { board: null, region: '*', period, now: until })
    const page = digestPage(digest, 'es')
    const rows = [...page.matchAll(/<tr>(?:(?!<\/tr>).)*<\/tr>/g)].map(([row]) =>
      row
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll('&lt;', '<')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    const ofAspects = rows.slice(rows.findIndex((row) => row.startsWith('Nombre Menciones Balance')) + 1)
    expect(ofAspects).toEqual([
      'Comida 159 antes 83 −0.04 −0.19 – +0.12 antes +0.04 sin cambio claro p = 0.3',
      'Atención 59 antes 14 −0.93 −0.98 – −0.77 antes −0.36 ▼ peor −0.58 p < 0.0001',
      'Precio 26 antes 14 −0.50 −0.75 – −0.12 antes −0.07 sin cambio claro p = 0.038',
      'Ambiente 11 antes 8 −0.09 −0.57 – +0.44 muy pocas',
      'Carta 3 antes 3 muy pocas muy pocas',
    ])
    const [shift] = digest.insights.filter(({ kind }) => kind === 'aspectShift')
    const service = digest.aspects.find(({ name }) => name === 'service')
    const named = new Map(shift?.numbers.map(({ name, value }) => [name, value]))
    expect([service?.volume, service?.previous, service?.balance, service?.balanceBefore]).toEqual(
      ['mentions', 'mentionsBefore', 'balance', 'balanceBefore'].map((name) => named.get(name)),
    )
    const own = standing({ term: null, region: '*', board: null }, period.from, until)
    const positive = own.filter((one) => labelOf(one) === 'positive').length
    expect(page).toContain(`${positive} / ${own.length}`)
    expect(digest.all.positiveShare).toBe(positive / own.length)
    expect(digestPage(digest, 'en')).toMatch(/<h2>Aspects<\/h2>.*Service.*▼ worse −0\.58/)
    expect(page).not.toContain('m..')
  })
})
