import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Engagement } from '../../schemas/engagement.js'
import { writeObserved } from '../../tests/support/observed-posts.js'
import { anEngagement } from '../../tests/support/records.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import type { Insight } from './insights/insight.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const now = Date.UTC(2025, 2, 30, 12)
/** Weeks apart, so that nothing of one is in a period of another. */
const at = (week: number, ...clock: [hours: number, minutes?: number]) =>
  Date.UTC(2025, 0, 6 + 7 * week, clock[0], clock[1] ?? 0)

const post = (postId: string, region: string, createdAt: number) =>
  scoredMention('neutral', { postId, region, createdAt, author: `a-${postId}`, text: `Ceviche ${postId}` })
const posts = [
  post('minutes', '04', at(0, 9)),
  post('month', '15', at(1, 9)),
  { ...post('nobody', '15', at(1, 9)), terms: [] },
  ...['l1', 'l2', 'l3', 'l4', 'l5'].map((id) => post(id, '15', at(4, 9))),
  post('cusco', '08', at(4, 9)),
  ...Array.from({ length: 9 }, (_, index) => post(`once${index}`, '15', at(6, 9))),
  post('taken', '15', at(7, 9)),
  // that nobody observes: of fewer nothing is said
  ...(
    [
      ['04', at(0, 10, 30)],
      ['15', at(1, 9)],
      ['08', at(4, 9)],
      ['15', at(7, 9)],
    ] as const
  ).flatMap(([region, time]) =>
    Array.from({ length: 12 }, (_, index) => post(`${region}-${time}-${index}`, region, time + index)),
  ),
]
const observed = (postId: string, observedAt: number, fields: Partial<Engagement>) =>
  anEngagement({ postId, observedAt, ...fields })
const observations: readonly Engagement[] = [
  // +100, +1, +1,000 at 10:30, 11:05 and 11:50
  ...[
    [10, 0, 7],
    [10, 30, 107],
    [11, 5, 108],
    [11, 50, 1_108],
  ].map(([hours = 0, minutes = 0, likes = 0]) => observed('minutes', at(0, hours, minutes), { likes })),
  ...Array.from({ length: 11 }, (_, step) =>
    observed('month', at(1, 12 + step), { likes: 10 * step, followers: 1_000 }),
  ),
  // reactions that have no denominator
  ...[13, 14].map((hours) => observed('nobody', at(1, hours), { likes: 60 * (hours - 12), followers: 0 })),
  ...[...['l1', 'l2', 'l3', 'l4', 'l5'].map((id) => [id, 500] as const), ['cusco', 10] as const].flatMap(
    ([id, gained]) => [observed(id, at(4, 10), { likes: 0 }), observed(id, at(4, 11), { likes: gained })],
  ),
  ...Array.from({ length: 9 }, (_, index) => observed(`once${index}`, at(6, 10, index), { likes: 11, views: 100 })),
  observed('taken', at(7, 10), { likes: 499, views: 500 }),
  observed('taken', at(7, 11), { likes: 99, views: 1_000 }),
]

let serving: Serving
beforeAll(async () => {
  serving = await startServing(posts, now)
  await writeObserved(serving.store, posts, observations, now)
})
afterAll(() => serving.close())

const get = async <Answer>(path: string): Promise<Answer> => {
  const answer = await fetch(`${serving.url}/api/v1/${path}`)
  expect([path, answer.status]).toEqual([path, 200])
  return (await answer.json()) as Answer
}
const told = async (from: number, until: number, region = '*'): Promise<Insight | undefined> =>
  (
    await get<{ readonly insights: readonly Insight[] }>(`insights?from=${from}&until=${until}&region=${region}`)
  ).insights.find(({ kind }) => kind === 'engagement')
const numbersOf = (insight: Insight | undefined) =>
  Object.fromEntries(insight?.numbers.map(({ name, value }) => [name, value]) ?? [])
type Total = Readonly<Record<string, number | null>>
interface Answer {
  readonly from: number
  readonly until: number
  readonly total: Total
  readonly points: readonly Total[]
}

describe('engagement of a period', () => {
  it('counts the observations within it to the minute, and nothing that came after it', async () => {
    const insight = await told(at(0, 10, 20), at(0, 11, 20), '04')
    expect(numbersOf(insight)['gained']).toBe(101)
    expect(insight?.text.en).toContain('gained 101 interactions between observations; nobody tells views')
  })

  it('in windows is widened to whole ones, which the answer says', async () => {
    const answer = await get<Answer>(`engagement?from=${at(0, 10, 20)}&until=${at(0, 11, 20)}&region=04`)
    expect([answer.from, answer.until]).toEqual([at(0, 10), at(0, 12)])
    expect(answer.points.map((point) => [point['start'], point['interactions']])).toEqual([
      [at(0, 10), 100],
      [at(0, 11), 1_001],
    ])
    expect(answer.total['interactions']).toBe(1_101)
  })

  it('has the same rate by followers however long it is, who count once a post', async () => {
    const rates = await Promise.all(
      [1, 15].map(async (days) => {
        const from = at(1, 5)
        const { total } = await get<Answer>(`engagement?from=${from}&until=${from + days * day}`)
        const { rate, below } = numbersOf(await told(from, from + days * day))
        return [total['engagementRateByFollowers'], rate, below]
      }),
    )
    expect(rates).toEqual([
      [0.1, 0.1, 1_000],
      [0.1, 0.1, 1_000],
    ])
  })

  it('has no part of what is followed by nobody in the rate by followers, in no window either', async () => {
    const { points } = await get<Answer>(`engagement?from=${at(1, 5)}&until=${at(1, 23)}`)
    expect(points.map((point) => [point['start'], point['engagementRateByFollowers']])).toEqual(
      Array.from({ length: 11 }, (_, step) => [at(1, 12 + step), step === 0 ? 0 : 0.01]),
    )
    const hours = await serving.store.query<Total>(
      "SELECT followedInteractions, followers FROM engagement_by_hour_view WHERE term = '*' AND region = '*' AND authorGroup = '*' AND start = fromUnixTimestamp64Milli({start:Int64})",
      { params: { start: at(1, 13) } },
    )
    expect(hours).toEqual([{ followedInteractions: 10, followers: 1_000 }])
  })

  it('is proven by posts of its own region', async () => {
    const insight = await told(at(4, 5), at(4, 23), '08')
    expect(numbersOf(insight)['gained']).toBe(10)
    expect(insight?.posts.shown.map(({ postId }) => postId)).toEqual(['cusco'])
  })

  it('has a sentence where each post was observed once: the rate is known, the gain is not', async () => {
    const insight = await told(at(6, 5), at(6, 23))
    expect(numbersOf(insight)).toEqual({ gained: null, rate: 0.11, above: 99, below: 900 })
    expect(insight?.text.en).toContain(
      'gained is not known: no reaction was observed twice; engagement rate by views: 11',
    )
    expect(insight?.text.es).toContain(
      '(99 interacciones, las que tenían al ser observadas por primera vez incluidas, y 900 vistas)',
    )
    expect(insight?.posts.shown.length).toBe(3)
  })

  it('says of a gain and of a rate what each counts, where platforms took back what was there before', async () => {
    const insight = await told(at(7, 5), at(7, 23))
    expect(numbersOf(insight)).toEqual({ gained: -400, rate: 0.099, above: 99, below: 1_000 })
    expect(insight?.text.en).toContain('lost 400 interactions between observations; engagement rate by views: 9.9')
    expect(insight?.text.en).toContain(
      '(99 interactions, those that posts had when first observed included, and 1,000 views)',
    )
    expect(insight?.posts.shown.map(({ postId }) => postId)).toEqual(['taken'])
  })

  it('of one term or group of authors is of its posts alone', async () => {
    const of = (query: string) => get<Answer>(`engagement?from=${at(1, 5)}&until=${at(1, 23)}&${query}`)
    const [ceviche, none, group, other] = await Promise.all(
      ['term=lomo%20saltado&kind=dish', 'term=ceviche&kind=dish', 'authorGroup=under10k', 'authorGroup=from1m'].map(of),
    )
    expect([ceviche, group].map((answer) => answer?.total['interactions'])).toEqual([100, 100])
    expect([none, other].map((answer) => [answer?.total['posts'], answer?.total['interactions']])).toEqual([
      [0, null],
      [0, null],
    ])
  })
})
