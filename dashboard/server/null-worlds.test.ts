import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Mention } from '../../schemas/mention.js'
import { trendRows } from '../../sinks/clickhouse/rows.js'
import type { RisingTerm, TopTerm } from '../../sinks/live/board.js'
import { parseView } from '../../sinks/live/view.js'
import { TestClient } from '../../tests/support/live.js'
import { aMention } from '../../tests/support/records.js'
import { type Serving, startServing, trendsOf } from '../../tests/support/serving.js'
import type { ComparedItem } from './comparison.js'
import type { Digest } from './digest.js'
import { digestOf } from './digest-data.js'
import type { Insight } from './insights/insight.js'
import type { RisingFigures, SeriesPoint, TermFigures } from './queries.js'

const hour = 3_600_000
const day = 24 * hour
const week = 7 * day
const now = Date.UTC(2025, 2, 12, 17)
/** Where the newest week ends that is final. */
const end = now - hour

function randomOf(seed: number) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
/** Knuth's way: right for means as small as these. */
function poisson(mean: number, random: () => number): number {
  let [count, product] = [0, random()]
  for (const limit = Math.exp(-mean); product > limit; count++) product *= random()
  return count
}

let posts = 0
/** Each by an author of its own. */
const said = (text: string, terms: Mention['terms'], createdAt: number) =>
  aMention({
    postId: `p${++posts}`,
    author: `a${posts}`,
    text,
    terms,
    createdAt: Math.floor(createdAt),
    sentiment: null,
  })

const asked = async <Answer>({ url }: Serving, path: string): Promise<Answer> =>
  (await (await fetch(`${url}/api/v1/${path}`)).json()) as Answer
const periodOf = (weeksAgo: number) => `from=${end - (weeksAgo + 1) * week}&until=${end - weeksAgo * week}`
const movedIn = async (serving: Serving, query: string) => {
  const { items } = await asked<{ readonly items: readonly ComparedItem[] }>(serving, `compare?${query}`)
  expect(items.length).toBeGreaterThan(5)
  return items.flatMap(({ name, change }) =>
    change?.verdict === 'rising' || change?.verdict === 'falling' ? [[name, change.verdict]] : [],
  )
}
const told = async (serving: Serving, query: string) =>
  (await asked<{ readonly insights: readonly Insight[] }>(serving, `insights?${query}`)).insights
const isTrend = ({ kind }: Insight) => kind === 'rising' || kind === 'falling'
const trendsTold = async (serving: Serving, query: string) =>
  (await told(serving, query)).filter(isTrend).map(({ text }) => text.en)
async function risenOnBoard({ hub }: Serving) {
  const client = new TestClient('board')
  client.replica.apply(await hub.subscribe(parseView({ span: '7d' }), client))
  hub.leave('board')
  return [...client.replica.data]
    .filter(([key]) => key.startsWith('rising/'))
    .map(([, value]) => (value as RisingTerm).term)
}

async function topOnBoard({ hub }: Serving): Promise<readonly TopTerm[]> {
  const client = new TestClient('board')
  client.replica.apply(await hub.subscribe(parseView({ span: '7d' }), client))
  hub.leave('board')
  return [...client.replica.data].filter(([key]) => key.startsWith('top/')).map(([, value]) => value as TopTerm)
}

describe('dishes that are named as often each week', () => {
  const weeks = 9
  let serving: Serving
  beforeAll(async () => {
    const random = randomOf(7)
    const mentions = Array.from({ length: weeks }, (_, ago) =>
      Array.from({ length: 150 }, (_, at) =>
        Array.from({ length: poisson(20, random) }, () =>
          said('plato', [{ term: `plato ${at}`, kind: 'dish' }], end - ago * week - 1 - Math.floor(random() * week)),
        ),
      ),
    ).flat(2)
    const grown = Array.from({ length: 80 }, (_, at) =>
      said('novedad', [{ term: 'novedad', kind: 'dish' }], end - 1 - (at * week) / (at < 60 ? 61 : 40)),
    )
    serving = await startServing([...mentions, ...grown], now)
  })
  afterAll(() => serving.close())

  it('neither rise nor fall because they stand on top, and none of them is named most', async () => {
    for (let ago = 2; ago < weeks - 1; ago++) {
      expect([ago, await movedIn(serving, `kinds=dish&limit=10&${periodOf(ago)}`)]).toEqual([ago, []])
      const insights = await told(serving, periodOf(ago))
      expect([ago, insights.filter(isTrend).map(({ text }) => text.en)]).toEqual([ago, []])
      expect(insights.find(({ kind }) => kind === 'leader')?.text.en).toMatch(
        /^Among the dishes and drinks named most is .*(as many as|is not clear)/,
      )
    }
  })

  it('are told alike by the comparison, the digest, what rises, the live board and the insights, with what has grown', async () => {
    const period = { window: 'hour', from: end - week, until: end } as const
    const grown = [['novedad', 'rising']]
    expect(await movedIn(serving, 'span=7d&kinds=dish&limit=10')).toEqual(grown)
    const digest: Digest = await digestOf(serving.store, { board: null, region: '*', period, now })
    const moved = digest.dishes.filter(({ change }) => change?.verdict === 'rising' || change?.verdict === 'falling')
    expect(moved.map(({ name, change }) => [name, change?.verdict])).toEqual(grown)
    const { terms } = await asked<{ readonly terms: readonly RisingFigures[] }>(serving, 'terms/rising?span=7d')
    expect(terms.map(({ term }) => term)).toEqual(['novedad'])
    expect(await risenOnBoard(serving)).toEqual(['novedad'])
    const sentences = (await told(serving, 'span=7d')).filter(isTrend)
    expect(sentences.map(({ id, derived }) => [id.split(':')[1], derived.tested])).toEqual([['dish novedad', 151]])
  })
})

describe('words that are said as often each week, now and then by many in one hour', () => {
  const letters = (at: number) => [at % 26, Math.floor(at / 26)].map((one) => String.fromCharCode(97 + one)).join('')
  let serving: Serving
  const counts = new Map<string, number>()
  beforeAll(async () => {
    const random = randomOf(11)
    const times = Array.from({ length: 300 }, (_, at) => {
      const word = `quipu${letters(at)}`
      return Array.from({ length: 21 }, (_, days) => days).flatMap((days) =>
        Array.from({ length: poisson(2, random) }, () => [word, end - 1 - days * day - random() * hour] as const),
      )
    }).flat()
    const burst = Array.from({ length: 70 }, (_, at) => ['novedad', end - 1 - (at % 7) * day] as const)
    const words = [...times, ...burst].map(([word, at]) => said(`Hoy ${word}`, [], Math.floor(at)))
    for (const { text, createdAt } of words) {
      const word = text.slice(4)
      if (createdAt >= end - week) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    const rest = Array.from({ length: 4_000 }, (_, at) => said('algo más', [], end - 1 - at * ((22 * day) / 4_000)))
    serving = await startServing([...words, ...rest], now)
    // windows of words are there where five mentions of three authors say them
    const windows = trendsOf(words.map((one) => ({ ...one, terms: [{ term: one.text.slice(4), kind: 'word' }] })))
    const emerging = windows.filter(({ kind, mentions, authors }) => kind === 'word' && mentions >= 5 && authors >= 3)
    await serving.store.write({ table: 'trends', rows: trendRows(emerging), token: 'words' })
  })
  afterAll(() => serving.close())

  it('rise nowhere, but for the one that many more say', async () => {
    const { terms } = await asked<{ readonly terms: readonly RisingFigures[] }>(
      serving,
      'terms/rising?span=7d&kinds=word&limit=500',
    )
    expect(terms.map(({ term, volume, previous }) => [term, volume, previous])).toEqual([['novedad', 70, 0]])
    expect(await movedIn(serving, 'span=7d&kinds=word&limit=50')).toEqual([['novedad', 'rising']])
    const sentences = (await told(serving, 'span=7d')).filter(isTrend)
    // every word of the texts might have got in
    expect(sentences.map(({ id, derived }) => [id.split(':')[1], derived.tested])).toEqual([['word novedad', 304]])
    expect(await risenOnBoard(serving)).toEqual([])
    expect(await trendsTold(serving, periodOf(1))).toEqual([])
  })

  it('have as many mentions in the list of the top ones as hold them', async () => {
    const { terms } = await asked<{ readonly terms: readonly TermFigures[] }>(
      serving,
      'terms/top?span=7d&kinds=word&limit=500',
    )
    expect(terms.length).toBeGreaterThan(50)
    expect(terms.map(({ term, volume }) => [term, volume])).toEqual(
      terms.map(({ term }) => [term, counts.get(term) ?? 0]),
    )
    expect(terms.every(({ volume, authors }) => volume === authors)).toBe(true)
  })

  it('have as many in their series, in what is searched for, and on the live board, as hold them', async () => {
    const within = `from=${end - week}&until=${end}`
    for (const word of ['novedad', ...[...counts.keys()].slice(0, 5)]) {
      const { points } = await asked<{ readonly points: readonly SeriesPoint[] }>(
        serving,
        `trends?${within}&term=${word}&kind=word`,
      )
      const sum = points.reduce((all, { volume }) => all + volume, 0)
      expect([word, sum, points.length > 2]).toEqual([word, counts.get(word), true])
    }
    const { terms } = await asked<{ readonly terms: readonly TermFigures[] }>(serving, `terms?search=quipu&${within}`)
    expect(terms.map(({ term, volume }) => [term, volume])).toEqual(terms.map(({ term }) => [term, counts.get(term)]))
    const top = await topOnBoard(serving)
    expect(top.map(({ kind }) => kind)).toEqual(Array.from({ length: 20 }, () => 'word'))
    expect(top.map(({ term, mentions }) => [term, mentions])).toEqual(top.map(({ term }) => [term, counts.get(term)]))
  })
})

describe('what is named most', () => {
  const leaderOf = async (counted: Readonly<Record<string, number>>, byOne = 0) => {
    const mentions = Object.entries(counted).flatMap(([term, count]) =>
      Array.from({ length: count }, (_, at) => {
        const one = said(term, [{ term, kind: 'dish' }], end - 1 - at * (hour / 6))
        return term === 'ceviche' && at < byOne ? { ...one, author: 'pusher' } : one
      }),
    )
    const serving = await startServing(mentions, now)
    const [leader] = (await told(serving, 'span=7d')).filter(({ kind }) => kind === 'leader')
    await serving.close()
    return leader?.text
  }

  it('is none of two that are named as much', async () => {
    expect(await leaderOf({ ceviche: 30, 'lomo saltado': 30 })).toEqual({
      es: 'Entre los platos y bebidas más nombrados está ceviche: 30 menciones (50%; 38% a 62%), tantas como «lomo saltado».',
      en: 'Among the dishes and drinks named most is ceviche: 30 mentions (50%; 38% to 62%), as many as “lomo saltado”.',
    })
  })

  it('is none where there is only one to name, as on a board of one dish', async () => {
    expect(await leaderOf({ ceviche: 90 })).toBeUndefined()
  })

  it('is none where chance may have put it first', async () => {
    expect((await leaderOf({ ceviche: 31, 'lomo saltado': 26 }))?.en).toBe(
      'Among the dishes and drinks named most is ceviche: 31 mentions (54%; 42% to 67%), against 26 of “lomo saltado”: which of them is named more is not clear.',
    )
  })

  it('is none where an account that says less than a tenth of it makes the difference', async () => {
    const counted = { ceviche: 1_000, 'lomo saltado': 910 }
    expect((await leaderOf(counted))?.en).toMatch(/^The dish or drink named most is ceviche: 1,000 mentions /)
    expect((await leaderOf(counted, 95))?.en).toMatch(
      /^Among the dishes and drinks named most is ceviche: 1,000 mentions \(.*\), against 910 of “lomo saltado”: which of them is named more is not clear\.$/,
    )
  })

  it('is the one that leads clearly, with a word of the account without whom it would not', async () => {
    const clear = await leaderOf({ ceviche: 90, 'lomo saltado': 30 })
    expect(clear?.en).toMatch(/^The dish or drink named most is ceviche: 90 mentions \([^)]*\)\.$/)
    const pushed = await leaderOf({ ceviche: 90, 'lomo saltado': 30 }, 70)
    expect(pushed?.en).toMatch(/\. Note: without one account it would be “lomo saltado”, 30 to 20\.$/)
  })
})
