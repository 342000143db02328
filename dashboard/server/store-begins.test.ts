import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Total } from '../../sinks/live/board.js'
import { parseView, type Span } from '../../sinks/live/view.js'
import { TestClient } from '../../tests/support/live.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import type { ComparedItem } from './comparison.js'
import type { Insight } from './insights/insight.js'
import type { Rising } from './queries.js'

const hour = 3_600_000
const day = 24 * hour
/** Midnight of Lima. */
const now = Date.UTC(2025, 3, 15, 5)
const begins = now - 35 * day + hour / 2
/** Thirty-five days are there: fewer than twice thirty, or twice a year. */
const mentions = Array.from({ length: 35 * 24 }, (_, index) =>
  scoredMention(index % 3 === 0 ? 'negative' : 'positive', {
    ...{ postId: `m${index}`, author: `a${index}`, source: 'radio', text: `texto ${index}` },
    createdAt: begins + index * hour,
  }),
)

let serving: Serving
beforeAll(async () => {
  serving = await startServing(mentions, now)
})
afterAll(() => serving.close())

const get = async <Answer>(path: string): Promise<Answer> =>
  (await (await fetch(`${serving.url}/api/v1/${path}`)).json()) as Answer
async function told(span: Span) {
  const client = new TestClient('board')
  client.replica.apply(await serving.hub.subscribe(parseView({ span }), client))
  serving.hub.leave('board')
  const compare = await get<Pick<Rising, 'storeBegins'> & { readonly all: ComparedItem }>(
    `compare?by=aspects&span=${span}`,
  )
  const rising = await get<Rising>(`terms/rising?span=${span}`)
  const { insights } = await get<{ readonly insights: readonly Insight[] }>(`insights?span=${span}`)
  const digest = await (await fetch(`${serving.url}/api/v1/digest?lang=es&span=${span}`)).text()
  return { compare, rising, insights, digest, total: client.replica.data.get('total') as Total }
}

describe('a period of which the store has no whole one before', () => {
  it.each(['30d', '52w'] as const)(
    'is compared with nothing, and why is told wherever it would be: %s',
    async (span) => {
      const { compare, rising, insights, digest, total } = await told(span)
      expect([compare.all.previous, compare.all.change, rising.terms, total.compared]).toEqual([null, null, [], null])
      expect([compare.storeBegins, rising.storeBegins, total.storeBegins]).toEqual([begins, begins, begins])
      const [first] = insights
      expect(first?.text.en).toMatch(
        /; they are not compared with the period before, which begins on \d+ [A-Z][a-z]+ 202\d: the oldest mention that is kept is of 11 Mar 2025\.$/,
      )
      const es =
        /no se comparan con el periodo anterior, que empieza el .* 202\d: lo más antiguo que se guarda es del 11 mar\.? 2025\.$/
      expect(first?.text.es).toMatch(es)
      expect(digest).toContain('lo más antiguo que se guarda es del 11 mar')
      // the number is proved as all are
      const proof = first?.numbers.find(({ name }) => name === 'storeBegins')
      const { sql = '', params = {} } = first?.queries[proof?.query ?? -1] ?? {}
      const [row] = await serving.store.query<{ readonly at: number | string }>(sql, { params })
      expect([proof?.value, Number(row?.at)]).toEqual([begins, begins])
    },
  )
})

describe('a period of which the store has the one before', () => {
  it('is compared with it', async () => {
    const { compare, rising, insights, total } = await told('7d')
    expect([compare.storeBegins, rising.storeBegins, total.storeBegins]).toEqual([null, null, null])
    expect([compare.all.previous, total.compared?.before.mentions]).toEqual([168, 168])
    expect(insights[0]?.text.en).toContain('against 168 in the one before')
  })
})
