import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { topTerms } from '../../schemas/grafana/sql.js'
import { metrics, noCounts, registry } from '../../schemas/metrics.js'
import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import { surveyAnswerRow } from '../../sinks/clickhouse/rows.js'
import type { TopTerm } from '../../sinks/live/board.js'
import { parseView } from '../../sinks/live/view.js'
import { TestClient } from '../../tests/support/live.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import type { ComparedItem } from './comparison.js'
import type { SurveyFigures } from './surveys.js'

const hour = 3_600_000
const now = Date.UTC(2025, 2, 12, 17)

/** In one hour, of each term one without a sentiment and, of ten, three positive for each negative; reposts beside. */
const of = (term: string, scored: number, region: string) =>
  Array.from({ length: scored + 3 }, (_, index) => ({
    ...scoredMention(index % 4 === 0 ? 'negative' : 'positive', {
      ...{ postId: `${term}:${index}`, author: `a${index}`, createdAt: now - 2 * hour + index, region, text: term },
      ...{ terms: [{ term, kind: 'dish' }], repostOf: index > scored ? 'x:1' : null },
    }),
    ...(index === scored ? { sentiment: null } : {}),
  }))
const mentions = [...of('nueve', 9, '08'), ...of('diez', 10, '08'), ...of('tres', 3, '17'), ...of('cuatro', 4, '18')]
const counts = (positive: number, negative: number) => ({ ...noCounts, positive, negative })
const expected = { nueve: null, diez: metrics.balance.of(counts(7, 3)), tres: null, cuatro: null }

const open = (person: number): SurveyAnswer => ({
  ...{ answerId: `s1:${person}`, revision: 1, sign: 1, surveyId: 's1', questionId: 'q', question: '¿Qué tal?' },
  ...{ kind: 'open', choices: [], score: null, text: 'Rico', source: 'panel', author: `p${person}` },
  ...{ answeredAt: now - hour, language: null, region: null, weight: 1, terms: [], sentiment: 'positive' },
  ...{ confidence: 0.75, sure: true, model: 'test@1', simulated: false, aspects: [] },
})

let serving: Serving
beforeAll(async () => {
  serving = await startServing(mentions, now)
  await serving.store.write({ table: 'survey_answers', rows: [open(1), open(2)].map(surveyAnswerRow), token: 's' })
})
afterAll(() => serving.close())
const get = async <Answer>(path: string): Promise<Answer> =>
  (await (await fetch(`${serving.url}/api/v1/${path}`)).json()) as Answer
type Told = { readonly balance: number | null; readonly positiveShare?: number | null }

describe('a balance of too few', () => {
  it('is none in any of the ways in which it is told, and one where there are enough', async () => {
    expect(expected.diez).toBe(0.4)
    const { terms } = await get<{ readonly terms: readonly (Told & { readonly term: string })[] }>('terms/top?span=24h')
    const { items } = await get<{ readonly items: readonly ComparedItem[] }>('compare?span=24h&kinds=dish')
    const sql = topTerms
      .replaceAll(/\$__timeFilter\((\S+)\)/g, (_, column) => `${column} > toDateTime(0)`)
      .replaceAll(/\$\{\w+:sqlstring\}/g, "'*'")
      .replaceAll('$__fromTime', 'toDateTime(0)')
      .replaceAll('$__toTime', `toDateTime(${now / 1000})`)
    const panel = await serving.store.query<Told & { readonly term: string }>(sql)
    const client = new TestClient('board')
    client.replica.apply(await serving.hub.subscribe(parseView({ span: '24h' }), client))
    for (const [term, balance] of Object.entries(expected)) {
      const top = terms.find((one) => one.term === term)
      const compared = items.find(({ name }) => name === term)
      const shown = [...client.replica.data]
        .filter(([key]) => key.startsWith('top/'))
        .map(([, value]) => value as TopTerm)
        .find((one) => one.term === term)
      const { points } = await get<{ readonly points: readonly Told[] }>(`trends?span=24h&kind=dish&term=${term}`)
      const found = {
        top: top?.balance,
        compared: compared?.balance,
        interval: compared?.balanceInterval === null ? null : balance,
        trends: points[0]?.balance,
        panel: panel.find((one) => one.term === term)?.balance,
        board: shown === undefined ? undefined : metrics.balance.of(shown),
      }
      expect([term, found]).toEqual([
        term,
        ...[{ top: balance, compared: balance, interval: balance, trends: balance, panel: balance, board: balance }],
      ])
      const shares = [top?.positiveShare, compared?.positiveShare, points[0]?.positiveShare]
      const share = term === 'diez' ? 0.7 : null
      expect([term, ...shares]).toEqual([term, share, share, share])
    }
    serving.hub.leave('board')
  })

  it('is none of a survey that two answered', async () => {
    const { answers, voices } = await get<SurveyFigures>('surveys/s1')
    expect(answers[0]).toMatchObject({ sample: 2, few: true, balance: null, balanceInterval: null })
    expect(voices[0]).toMatchObject({ voice: 'survey', sample: 2, balance: null, balanceInterval: null })
  })
})

describe('mentions by inhabitants', () => {
  it('are told from five on', async () => {
    const { items } = await get<{ readonly items: readonly ComparedItem[] }>('compare?span=24h&by=regions')
    const told = items.map(({ name, volume, perHundredThousand, perHundredThousandInterval: range }) => [
      ...[name, volume, perHundredThousand === null, range === null],
    ])
    expect(told).toEqual([
      ['08', 21, false, false],
      ['18', 5, false, false],
      ['17', 4, true, true],
    ])
  })
})

describe('the registry', () => {
  it('says in words and in its formula from how many on each is told', () => {
    for (const [name, least] of [
      ['balance', 10],
      ['positiveShare', 10],
      ['perHundredThousand', 5],
    ] as const) {
      const metric = registry[name]
      expect([name, metric?.formula]).toEqual([name, expect.stringContaining(`≥ ${least}`)])
      expect([name, metric?.nullWhen?.en]).toEqual([name, expect.stringContaining(String(least))])
      expect([name, metric?.nullWhen?.es]).toEqual([name, expect.stringContaining(String(least))])
    }
  })

  it('has as many authors of mentions as said them, beside those who repost', async () => {
    const { all } = await get<{ readonly all: ComparedItem }>('compare?span=24h&kinds=dish')
    expect([all.volume, all.authors, all.mentionAuthors]).toEqual([30, 13, 11])
  })
})
