import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { trendRows } from '../../sinks/clickhouse/rows.js'
import type { BoardEntries } from '../../sinks/live/board.js'
import { parseView } from '../../sinks/live/view.js'
import { type Serving, scoredMention, startServing, trendsOf } from '../../tests/support/serving.js'
import type { ComparedItem } from './comparison.js'
import type { RisingFigures, SeriesPoint } from './queries.js'

const hour = 3_600_000
const day = 24 * hour
const now = Date.UTC(2025, 3, 15, 5)
const word = { term: 'sismo', kind: 'word' } as const

/** Mentions of a source, evenly spread until now, each by another author. */
const feed = (source: string, perDay: number, days: number, text: (hoursAgo: number) => string) =>
  Array.from({ length: days * perDay }, (_, at) => {
    const ago = days * day - ((at + 0.5) * day) / perDay
    const name = `${source} ${at}`
    return scoredMention('neutral', {
      ...{ postId: name, author: name, source, terms: [], region: null },
      ...{ text: text(ago / hour), createdAt: Math.round(now - ago) },
    })
  })

/** A server of the mentions, and the windows of the word that the stream gives of them: none of minutes. */
async function serve(mentions: ReturnType<typeof feed>): Promise<Serving> {
  const serving = await startServing(mentions, now)
  const said = mentions.filter(({ text }) => text.includes(word.term)).map((one) => ({ ...one, terms: [word] }))
  const windows = trendsOf(said).filter(({ kind, window }) => kind === 'word' && window !== 'minute')
  await serving.store.write({ table: 'trends', rows: trendRows(windows), token: 'words' })
  return serving
}

async function asked<Answer>({ url }: Serving, path: string): Promise<Answer> {
  return (await (await fetch(`${url}/api/v1/${path}`)).json()) as Answer
}

describe('a word that many say from two hours ago on', () => {
  let serving: Serving
  beforeAll(async () => {
    serving = await serve(feed('radio', 2_000, 3, (ago) => (ago < 2 ? 'hubo un sismo' : 'nada pasa')))
  })
  afterAll(() => serving.close())

  it.each(['1h', '6h', '24h'])('rises over %s: what is held by minutes knows words as well', async (span) => {
    const { terms } = await asked<{ readonly terms: readonly RisingFigures[] }>(serving, `terms/rising?span=${span}`)
    // as much was said of it in the hour before the last
    expect(terms.map(({ term, previous }) => [term, previous])).toEqual(
      span === '1h' ? [] : expect.arrayContaining([['sismo', 0]]),
    )
  })
})

describe('a board of a word in one region', () => {
  it('counts the mentions there as a series of it does: trends has windows of words over all regions alone', async () => {
    const all = feed('radio', 40, 14, () => 'hay sismo').map((one, at) => ({ ...one, region: at % 2 ? '15' : '08' }))
    const serving = await serve(all)
    try {
      const client = { id: 'one', send: () => undefined, close: () => undefined }
      const board = await serving.hub.subscribe(parseView({ span: '7d', region: '15', term: word }), client)
      const data = ('data' in board ? board.data : {}) as Partial<BoardEntries>
      const { points } = await asked<{ readonly points: readonly SeriesPoint[] }>(
        serving,
        'trends?span=7d&region=15&term=sismo&kind=word',
      )
      const said = points.reduce((sum, { volume }) => sum + volume, 0)
      expect(said).toBeGreaterThan(100)
      expect(data.total?.mentions).toBe(said)
      expect(data.total?.compared?.before.mentions).toBeGreaterThan(100)
      expect(Object.keys(data).filter((key) => key.startsWith('bar/')).length).toBeGreaterThan(1)
    } finally {
      await serving.close()
    }
  })
})

describe('a board of a word, where a source is left out', () => {
  it('holds as many mentions of the word against those before as a comparison does', async () => {
    const radio = feed('radio', 40, 35, (ago) => (Math.floor(ago) % 2 === 0 ? 'hay sismo hoy' : 'nada'))
    const serving = await serve([...radio, ...feed('foro', 200, 4, () => 'sismo')])
    try {
      const [item] = (
        await asked<{ readonly items: readonly ComparedItem[] }>(serving, 'compare?span=7d&by=terms&terms=word:sismo')
      ).items
      const client = { id: 'one', send: () => undefined, close: () => undefined }
      const board = await serving.hub.subscribe(parseView({ span: '7d', term: word }), client)
      const { total } = ('data' in board ? board.data : {}) as Partial<BoardEntries>
      expect(item?.volume).toBeGreaterThan(900)
      expect([item?.comparableVolume, item?.previous]).toEqual([140, 140])
      expect([total?.compared?.now.mentions, total?.compared?.before.mentions]).toEqual([140, 140])
      expect(total?.notCompared).toMatchObject([{ source: 'foro' }])
    } finally {
      await serving.close()
    }
  })
})
