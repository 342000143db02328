import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Mention } from '../../schemas/mention.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import type { ComparedItem } from './comparison.js'
import type { Insight } from './insights/insight.js'
import type { RisingFigures } from './queries.js'

const hour = 3_600_000
const day = 24 * hour
const now = Date.UTC(2025, 2, 12, 17)
const week = 7 * day

const dish = (term: string) => [{ term, kind: 'dish' }] as const
/** Two weeks and more alike: each day 60 mentions of as many accounts, of which a half names ceviche and a sixth causa. */
const usual: readonly Mention[] = Array.from({ length: 60 * 22 }, (_, index) =>
  scoredMention((['negative', 'neutral', 'positive'] as const)[index % 3] ?? 'neutral', {
    ...{ postId: `p${index}`, author: `a${index}`, text: `texto ${index}` },
    createdAt: now - index * (day / 60) - 10 * 60_000,
    terms: index % 2 === 0 ? dish('ceviche') : index % 6 === 1 ? dish('causa') : [],
    region: null,
    aspects: [{ aspect: index % 2 === 0 ? 'food' : 'service', label: 'neutral', confidence: 0.5 }],
  }),
)
/** Three hundred mentions of causa this week, all bad and from Tacna. @param accounts so many say them */
const pushed = (accounts: number): readonly Mention[] =>
  Array.from({ length: 300 }, (_, index) =>
    scoredMention('negative', {
      ...{ postId: `x${index}`, author: `pusher${index % accounts}`, text: `causa ${index}`, terms: dish('causa') },
      ...{ createdAt: now - hour - 1 - index * (hour / 2), region: '23' },
      aspects: [{ aspect: 'food', label: 'negative', confidence: 0.5 }],
    }),
  )

const asked = async <Answer>({ url }: Serving, path: string): Promise<Answer> =>
  (await (await fetch(`${url}/api/v1/${path}`)).json()) as Answer
const compared = (serving: Serving, query: string) =>
  asked<{ readonly all: ComparedItem; readonly items: readonly ComparedItem[] }>(serving, `compare?span=7d&${query}`)
const insightsOf = async (serving: Serving) =>
  (await asked<{ readonly insights: readonly Insight[] }>(serving, 'insights?span=7d')).insights

describe.each([
  ['three hundred accounts', 300],
  ['one account', 1],
])('what %s push', (_, accounts) => {
  const byOne = accounts === 1
  const told = (verdict: string) => (byOne ? 'oneAuthor' : verdict)
  let serving: Serving
  let insights: readonly Insight[]
  beforeAll(async () => {
    serving = await startServing([...usual, ...pushed(accounts)], now)
    insights = await insightsOf(serving)
  })
  afterAll(() => serving.close())

  it('rises, and lets the rest fall and the mood turn, by verdicts that say whether one account moves them', async () => {
    const { all, items } = await compared(serving, 'terms=dish:ceviche&terms=dish:causa')
    const verdicts = Object.fromEntries(items.map(({ name, change }) => [name, change?.verdict]))
    expect(verdicts).toEqual({ causa: told('rising'), ceviche: told('shareFalling') })
    expect([all.change?.verdict, all.balanceChange?.verdict]).toEqual([told('rising'), told('worse')])
    const aspects = (await compared(serving, 'by=aspects')).items
    expect(aspects.find(({ name }) => name === 'food')?.balanceChange?.verdict).toBe(told('worse'))
    const regions = (await compared(serving, 'by=regions')).items
    expect(regions.find(({ name }) => name === '23')?.change?.verdict).toBe(told('rising'))
  })

  it('is marked in the list of what rises, of the API and of the live board', async () => {
    const { terms } = await asked<{ readonly terms: readonly RisingFigures[] }>(serving, 'terms/rising?span=7d')
    expect(terms.map(({ term, oneAuthor }) => [term, oneAuthor])).toEqual([['causa', byOne]])
  })

  it('is said in sentences that name the account as what moves them, or hold without any', () => {
    const kinds = ['volume', 'rising', 'share', 'mood', 'moodShift', 'aspectShift', 'aspects', 'leader', 'region']
    for (const kind of kinds) {
      const found = insights.filter((one) => one.kind === kind)
      expect([kind, found.length > 0]).toEqual([kind, true])
      for (const { text } of found.slice(0, 1)) {
        expect([kind, text.es.includes('una sola cuenta'), text.es]).toEqual([kind, byOne, text.es])
        expect([kind, text.en.includes('one account'), text.en]).toEqual([kind, byOne, text.en])
      }
    }
  })

  it('is left out where the period before is not known in full, too', async () => {
    const found = await asked<{
      readonly from: number
      readonly until: number
      readonly insights: readonly Insight[]
    }>(serving, 'insights?span=30d')
    expect(found.insights[0]?.text.es).toContain('lo más antiguo que se guarda es del 18 feb. 2025')
    const left = found.insights.flatMap(({ id, numbers }) =>
      numbers.flatMap(({ name, value }) => (name === 'mentionsWithout' ? [{ id, value }] : [])),
    )
    expect(left.length > 0).toBe(byOne)
    for (const { id, value } of left) {
      const term = /:dish (\w+):/.exec(id)?.[1] ?? null
      const region = /^region:(\d\d)/.exec(id)?.[1] ?? null
      const kept = usual.filter(
        (one) =>
          one.createdAt >= found.from &&
          one.createdAt < found.until &&
          (term === null || one.terms.some((each) => each.term === term)) &&
          (region === null || one.region === region),
      )
      expect([id, value]).toEqual([id, kept.length])
    }
  })

  it('is proven by queries that leave the account out', async () => {
    for (const { kind, queries, numbers } of insights) {
      for (const { name, value, query, column } of numbers) {
        const { sql = '', params = {} } = queries[query] ?? {}
        const [row] = await serving.store.query<Record<string, unknown>>(sql, { params })
        expect([kind, name, row?.[column] === null ? null : Number(row?.[column])]).toEqual([kind, name, value])
        if (name !== 'mentionsWithout') continue
        const id = insights.find((one) => one.queries === queries)?.id ?? ''
        const term = /:dish (\w+):/.exec(id)?.[1] ?? null
        const aspect = /^aspectShift:(\w+)/.exec(id)?.[1] ?? null
        const region = /^region:(\d\d)/.exec(id)?.[1] ?? null
        const left = usual.filter(
          (one) =>
            one.createdAt >= now - hour - week &&
            one.createdAt < now - hour &&
            (term === null || one.terms.some((each) => each.term === term)) &&
            (aspect === null || one.aspects.some((each) => each.aspect === aspect)) &&
            (region === null || one.region === region),
        )
        expect([id, value]).toEqual([id, left.length])
      }
    }
    const without = insights.flatMap(({ numbers }) => numbers.filter(({ name }) => name.endsWith('Without')))
    expect(without.length > 0).toBe(byOne)
  })
})
