import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { initialStatus } from '../../sinks/live/status.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import type { ComparedItem } from './comparison.js'
import type { Insight } from './insights/insight.js'
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
