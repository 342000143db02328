import { describe, expect, it } from '@jest/globals'
import type { Mention } from '../../schemas/mention.js'
import type { BoardEntries } from '../../sinks/live/board.js'
import type { NotCompared } from '../../sinks/live/heard-sources.js'
import type { LiveMessage } from '../../sinks/live/messages.js'
import { parseView, type Span } from '../../sinks/live/view.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import type { ComparedItem } from './comparison.js'
import type { Insight } from './insights/insight.js'
import type { RisingFigures } from './queries.js'

const hour = 3_600_000
const day = 24 * hour
/** Midnight of Lima; what is compared ends an hour before, with the last hour that is final. */
const now = Date.UTC(2025, 3, 15, 5)

interface Feed {
  readonly source: string
  /** Mentions a day, evenly spread. */
  readonly perDay: number
  /** Days before now. */
  readonly from: number
  readonly until: number
  readonly fields: (at: number) => Partial<Mention> & { readonly label?: 'negative' | 'positive' }
}
const feed = ({ source, perDay, from, until, fields }: Feed): readonly Mention[] =>
  Array.from({ length: Math.round((from - until) * perDay) }, (_, at) => {
    const { label, ...own } = fields(at)
    const name = `${source} ${from} ${at}`
    return scoredMention(label ?? (at % 3 === 0 ? 'negative' : 'positive'), {
      ...{ postId: name, author: name, text: name, source, terms: [], region: null },
      createdAt: Math.round(now - from * day + ((at + 0.5) * day) / perDay),
      aspects: [{ aspect: 'food', label: label ?? 'neutral', confidence: 0.5 }],
      ...own,
    })
  })
const dish = (term: string) => ({ terms: [{ term, kind: 'dish' as const }] })

/** Five weeks of a feed of which a half names ceviche, a quarter causa. */
const steady = (source = 'radio') =>
  feed({
    source,
    perDay: 40,
    from: 35,
    until: 0,
    fields: (at) => (at % 2 === 0 ? dish('ceviche') : at % 4 === 1 ? dish('causa') : {}),
  })
/** All of it is bad, and about causa. */
const loud = (from: number, until: number) =>
  feed({ source: 'foro', perDay: 200, from, until, fields: () => ({ ...dish('causa'), label: 'negative' }) })

/** All that holds two periods against each other. */
async function told(serving: Serving, span: Span) {
  const get = async (path: string) => fetch(`${serving.url}/api/v1/${path}span=${span}`)
  const asked = async <Answer>(path: string): Promise<Answer> => (await (await get(path)).json()) as Answer
  const compare = (query: string) =>
    asked<{
      readonly notCompared: readonly NotCompared[]
      readonly all: ComparedItem
      readonly items: readonly ComparedItem[]
    }>(`compare?${query}&`)
  const { insights } = await asked<{ readonly insights: readonly Insight[] }>('insights?')
  const received: LiveMessage[] = []
  const client = { id: 'one', send: (message: LiveMessage) => received.push(message), close: () => undefined }
  const board = await serving.hub.subscribe(parseView({ span }), client)
  const data = ('data' in board ? board.data : {}) as Partial<BoardEntries>
  return {
    terms: await compare('by=terms&terms=dish:ceviche&terms=dish:causa'),
    sources: await compare('by=sources'),
    aspects: await compare('by=aspects'),
    rising: await asked<{ readonly terms: readonly RisingFigures[]; readonly notCompared: readonly NotCompared[] }>(
      'terms/rising?',
    ),
    insights,
    digest: await (await get('digest?lang=en&')).text(),
    total: data.total,
    risen: Object.keys(data).filter((key) => key.startsWith('rising/')),
  }
}

async function inWorld<Value>(mentions: readonly Mention[], look: (serving: Serving) => Promise<Value>, at = now) {
  const serving = await startServing(mentions, at)
  try {
    return await look(serving)
  } finally {
    await serving.close()
  }
}

const verdicts = (items: readonly ComparedItem[]) => items.map(({ name, change }) => [name, change?.verdict]).sort()
const figures = ({ volume, comparableVolume, previous }: ComparedItem) => [volume, comparableVolume, previous]
const isTrend = ({ kind }: Insight) => ['rising', 'falling', 'share', 'moodShift', 'aspectShift'].includes(kind)

/** Each number of each sentence comes out of its query again. */
async function proven({ store }: Serving, insights: readonly Insight[]): Promise<void> {
  for (const { id, queries, numbers } of insights) {
    for (const { name, value, query, column } of numbers) {
      const { sql = '', params = {} } = queries[query] ?? {}
      const [row] = await store.query<Record<string, unknown>>(sql, { params })
      expect([id, name, row?.[column] === null ? null : Number(row?.[column])]).toEqual([id, name, value])
    }
  }
}

describe('a source that was connected within the period', () => {
  const since = Math.round(now - 4 * day + (0.5 * day) / 200)
  const notCompared = [{ source: 'foro', reason: 'new', since, until: null }]

  it('is in neither period wherever two are compared, and is told', async () => {
    await inWorld([...steady(), ...loud(4, 0)], async (serving) => {
      const { terms, sources, aspects, rising, insights, digest, total, risen } = await told(serving, '7d')
      for (const found of [terms, sources, aspects, rising, { notCompared: total?.notCompared }])
        expect(found.notCompared).toEqual(notCompared)
      // of the period alone it is a part
      expect(figures(terms.all)).toEqual([1_072, 280, 280])
      expect(terms.items.map((item) => [item.name, ...figures(item)])).toEqual([
        ['causa', 862, 70, 70],
        ['ceviche', 140, 140, 140],
      ])
      expect(verdicts([terms.all, ...terms.items])).toEqual([
        ['*', 'steady'],
        ['causa', 'steady'],
        ['ceviche', 'steady'],
      ])
      expect([terms.all.balanceChange?.verdict, aspects.items[0]?.balanceChange?.verdict]).toEqual(['steady', 'steady'])
      expect([terms.all.comparableBalance, terms.all.balance]).toEqual([terms.all.balanceBefore, expect.any(Number)])
      expect(terms.all.balance).toBeLessThan(terms.all.balanceBefore ?? 0)
      expect(sources.items.map((item) => [item.name, ...figures(item), item.change?.verdict ?? null])).toEqual([
        ['foro', 792, null, null, null],
        ['radio', 280, 280, 280, 'steady'],
      ])
      expect([rising.terms, risen, insights.filter(isTrend)]).toEqual([[], [], []])
      expect(total?.mentions).toBeGreaterThan(1_000)
      expect([total?.compared?.now, total?.compared?.before]).toEqual([
        expect.objectContaining({ mentions: 280 }),
        total?.compared?.now,
      ])
      const [first] = insights
      expect(first?.text.en).toMatch(
        /^1,072 mentions by 1,072 authors in the period \(.*\); of the sources heard in both periods, 280, against 280 in the one before: the difference is not clear\. Left out of all that is compared with the period before: foro \(heard since 11 Apr.* 00:03\)\.$/,
      )
      expect(first?.text.es).toMatch(
        /; de las fuentes .*, 280, frente a 280 en el anterior.*: foro \(se escucha desde el /,
      )
      // what is told of the period alone is told of all of it
      expect(insights.find(({ kind }) => kind === 'leader')?.text.en).toContain('named most is causa: 862')
      expect(digest).toContain('before 280 · 280 now, of the same sources')
      await proven(serving, insights)
    })
  })

  it('hides no rise of the others, which is told by their counts', async () => {
    const more = feed({ source: 'radio', perDay: 40, from: 7, until: 0, fields: () => dish('ceviche') })
    await inWorld([...steady(), ...loud(4, 0), ...more], async (serving) => {
      const { terms, rising, insights, risen } = await told(serving, '7d')
      expect(terms.items.map((item) => [item.name, ...figures(item)])).toContainEqual(['ceviche', 418, 418, 140])
      expect(rising.terms.map(({ term, volume, previous }) => [term, volume, previous])).toEqual([
        ['ceviche', 418, 140],
      ])
      expect(risen).toHaveLength(1)
      expect(insights.find(({ kind }) => kind === 'rising')?.text.en).toMatch(
        /^“ceviche” rises: from 140 to 418 mentions, /,
      )
      expect(insights.some(({ kind, text }) => kind === 'rising' && text.en.includes('causa'))).toBe(false)
      await proven(serving, insights)
    })
  })
})

describe('a source that died within the period, or within the one before', () => {
  it.each([3, 9])('lets nothing fall or rise, and is told: %s days ago', async (ended) => {
    const since = Math.round(now - ended * day - (0.5 * day) / 200)
    await inWorld([...steady(), ...loud(35, ended)], async (serving) => {
      const { terms, rising, insights, total, risen } = await told(serving, '7d')
      expect(terms.notCompared).toEqual([{ source: 'foro', reason: 'silent', since, until: null }])
      expect(total?.notCompared).toEqual(terms.notCompared)
      expect(figures(terms.all).slice(1)).toEqual([280, 280])
      expect(verdicts([terms.all, ...terms.items])).toEqual([
        ['*', 'steady'],
        ['causa', 'steady'],
        ['ceviche', 'steady'],
      ])
      expect([rising.terms, risen, insights.filter(isTrend)]).toEqual([[], [], []])
      expect(insights[0]?.text.en).toMatch(/foro \(silent since /)
      await proven(serving, insights)
    })
  })

  it('leaves little to compare, which is told to be few by what is compared', async () => {
    const rare = steady().map((one, at) => (at % 28 === 0 ? { ...one, ...dish('causa') } : { ...one, terms: [] }))
    await inWorld([...rare, ...loud(35, 9)], async (serving) => {
      const { items } = (await told(serving, '7d')).terms
      const causa = items.find(({ name }) => name === 'causa')
      expect([causa?.comparableVolume, causa?.previous, causa?.few]).toEqual([10, 10, true])
    })
  })

  it('is not told where it was gone before both', async () => {
    await inWorld([...steady(), ...loud(35, 20)], async (serving) => {
      const { terms, rising, total } = await told(serving, '7d')
      expect([terms.notCompared, rising.notCompared, total?.notCompared]).toEqual([[], [], []])
      expect(figures(terms.all)).toEqual([280, 280, 280])
    })
  })

  it('leaves nothing to compare with where it is the only one', async () => {
    await inWorld(loud(35, 3), async (serving) => {
      const { terms, rising, insights, total } = await told(serving, '7d')
      expect(terms.notCompared).toMatchObject([{ source: 'foro', reason: 'silent' }])
      expect([terms.all.previous, terms.all.change, total?.compared, rising.terms]).toEqual([null, null, null, []])
      expect(insights[0]?.text.en).toMatch(
        /no period before is known in full to compare them with\. Left out .* foro \(silent since /,
      )
    })
  })
})

describe('sources that go on as they do', () => {
  it('are all compared, with every mention', async () => {
    await inWorld([...steady(), ...loud(35, 0)], async (serving) => {
      const { terms, sources, rising, insights, total } = await told(serving, '7d')
      expect([terms.notCompared, rising.notCompared, total?.notCompared]).toEqual([[], [], []])
      for (const item of [terms.all, ...terms.items, ...sources.items]) expect(item.comparableVolume).toBe(item.volume)
      expect(insights[0]?.text.en).toMatch(
        / authors in the period \([^)]*\), against 1,680 in the one before: the difference is not clear\.$/,
      )
      expect(insights.filter(isTrend)).toEqual([])
    })
  })

  const asleep = (mentions: readonly Mention[]) =>
    mentions.filter(({ createdAt }) => (createdAt - 5 * hour) % day >= 8 * hour)

  it.each([
    ['1h', 2],
    ['1h', 8.5],
    ['1h', 12],
    ['6h', 1],
    ['6h', 9],
    ['24h', 6],
    ['7d', 6],
  ] as const)('are compared over %s at any hour, by night, when they sleep, too: %s', async (span, at) => {
    const time = now - day + at * hour
    const mentions = asleep(loud(35, 0)).filter(({ createdAt }) => createdAt < time)
    await inWorld(
      mentions,
      async (serving) => {
        const { terms, rising, total } = await told(serving, span)
        expect([terms.notCompared, rising.notCompared, total?.notCompared]).toEqual([[], [], []])
        expect([terms.all.previous, total?.compared?.before.mentions]).toEqual([expect.any(Number), terms.all.previous])
      },
      time,
    )
  })
})
