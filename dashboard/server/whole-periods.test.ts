import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Shift } from '../../schemas/shift.js'
import { shiftRow } from '../../sinks/clickhouse/rows.js'
import { initialStatus } from '../../sinks/live/status.js'
import { aShift } from '../../tests/support/records.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import type { ComparedItem } from './comparison.js'
import type { Insight } from './insights/insight.js'
import { saidIn } from './insights/sentences.js'
import { type Period, wholePart } from './period.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Twenty minutes past eleven in Lima: an hour and a day are under way. */
const now = Date.UTC(2025, 2, 12, 16, 20)
const topOfHour = now - 20 * minute

/** A feed as steady as can be: one mention each five minutes for two months, each of an author of its own. */
const steady = Array.from({ length: 62 * 288 }, (_, index) =>
  scoredMention('neutral', {
    ...{ postId: `p${index}`, author: `a${index}`, text: `texto ${index}`, createdAt: now - index * 5 * minute - 1 },
    terms: index % 2 === 0 ? [{ term: 'ceviche', kind: 'dish' }] : [],
  }),
)

let serving: Serving
beforeAll(async () => {
  serving = await startServing(steady, now)
})
afterAll(() => serving.close())

interface Answer extends Period {
  readonly before: { readonly from: number; readonly until: number }
  readonly all: ComparedItem
  readonly items: readonly ComparedItem[]
  readonly insights: readonly Insight[]
  readonly terms: readonly unknown[]
  readonly detail: string
}
const get = async (path: string): Promise<Answer> =>
  (await (await fetch(`${serving.url}/api/v1/${path}`)).json()) as Answer

describe('of a steady feed', () => {
  it.each(['1h', '6h', '24h', '7d', '30d'])('in %s nothing rises or falls, whatever is under way', async (span) => {
    const { all, from, until, before } = await get(`compare?span=${span}&terms=dish:ceviche`)
    expect([all.volume, all.change?.verdict]).toEqual([all.previous, 'steady'])
    // what was compared is told, and all of it is over
    expect(until).toBeLessThanOrEqual(now)
    expect(before).toEqual({ from: 2 * from - until, until: from })
    expect((await get(`terms/rising?span=${span}`)).terms).toEqual([])
  })

  it('sentences say the period that they are of, which ends with the last final hour', async () => {
    const { insights, until } = await get('insights?span=7d')
    expect(until).toBe(topOfHour)
    expect(insights[0]?.text.es).toContain('(5 mar. 2025, 11:00 – 12 mar. 2025, 11:00), frente a 2,016 en el anterior')
    expect(insights.filter(({ kind }) => kind === 'rising' || kind === 'falling')).toEqual([])
  })

  it('a term is told of alone, and held against everything', async () => {
    const { insights } = await get('insights?span=7d&term=ceviche&kind=dish')
    expect(insights[0]?.text.es).toContain('1,008 menciones de 1,008 autores')
    const named = new Set(steady.flatMap(({ postId, terms }) => (terms.length > 0 ? [postId] : [])))
    for (const { id, posts } of insights) {
      expect([id, posts.shown.every(({ postId }) => named.has(postId))]).toEqual([id, true])
    }
    expect(insights.map(({ kind }) => kind)).not.toContain('leader')
    expect((await get('insights?term=ceviche')).detail).toContain('belong together')
  })

  it('a shift is told as it was at the end of the period, by posts of the period', async () => {
    const shift = (revision: number, end: number, postId: string): Shift =>
      aShift({
        ...{ shiftId: 'open', term: 'ceviche', openedAt: topOfHour - hour, start: end - 15 * minute, end, revision },
        ...{ observed: 10 * revision, evidence: [postId], state: revision === 1 ? 'opened' : 'updated' },
      })
    // the first post of the feed is of the hour that is under way
    const rows = [shift(1, topOfHour, 'p30'), shift(2, now, 'p0')].map((each) => shiftRow(each))
    await serving.store.write({ table: 'shifts', rows, token: 'shifts' })
    const told = (await get('insights?span=7d')).insights.find(({ kind }) => kind === 'shift')
    expect(told?.numbers.find(({ name }) => name === 'observed')?.value).toBe(10)
    expect(told?.posts.shown.map(({ postId }) => postId)).toEqual(['p30'])
  })

  it('midnight is said as 00:00', () => {
    for (const locale of ['es-PE', 'en-GB'] as const)
      expect(saidIn(locale).instant(Date.UTC(2025, 2, 12, 5))).toContain('00:00')
  })

  it('half a day is held against the same half of the day before', async () => {
    const from = Date.UTC(2025, 2, 12, 5)
    const { all, until, before } = await get(`compare?from=${from}&until=${from + day}&terms=dish:ceviche`)
    expect([until, before]).toEqual([topOfHour, { from: from - day, until: topOfHour - day }])
    expect([all.volume, all.previous, all.change?.verdict]).toEqual([132, 132, 'steady'])
  })

  it('what has not begun is refused, with what to do', async () => {
    const answer = await get(`insights?from=${now + hour}&until=${now + day}`)
    expect(answer.detail).toContain('nothing of this period is there yet')
  })

  it('while it is read anew ends where the tables have got to', async () => {
    serving.hub.onStatus({ ...initialStatus, phase: 'backfilling', lastEventAt: now + 9 * hour })
    const { until } = await get('insights?span=7d')
    expect(until).toBe(topOfHour)
    serving.hub.onStatus({ ...initialStatus, phase: 'ended', lastEventAt: now - hour })
    expect((await get('insights?span=7d')).until).toBe(topOfHour)
  })
})

describe('a period that still runs', () => {
  const asked: Period = { window: 'hour', from: topOfHour, until: topOfHour + day }

  it('is taken up to the last final hour, or minute where there is none', () => {
    expect(wholePart(asked, topOfHour + day)).toEqual(asked)
    expect(wholePart(asked, topOfHour + 3 * hour)).toEqual({
      ...{ window: 'hour', from: topOfHour, until: topOfHour + 2 * hour },
      before: { from: topOfHour - day, until: topOfHour - day + 2 * hour },
    })
    expect(wholePart(asked, topOfHour + 9 * minute)).toMatchObject({ window: 'minute', until: topOfHour + 8 * minute })
    expect(wholePart(asked, topOfHour)).toBe(null)
  })
})
