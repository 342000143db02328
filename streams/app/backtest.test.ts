import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type EmbeddedStore, openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { shiftRow } from '../../sinks/clickhouse/rows.js'
import { aShift } from '../../tests/support/records.js'
import { scratchFolder } from '../../tests/support/scratch.js'
import { type Ask, backtest, backtestable } from './backtest.js'

const quarter = 900_000
const from = Date.UTC(2024, 2, 1)
const to = from + 14 * 86_400_000
const at = (intervals: number) => ({ start: from + intervals * quarter, end: from + (intervals + 1) * quarter })
const scratch = scratchFolder()
let store: EmbeddedStore
const ask: Ask = (sql, params) => store.query(sql, { params: { ...params } })
const spike = backtestable.get('spike') ?? ''

beforeAll(async () => {
  store = await openEmbeddedStore({ dir: scratch.dir })
  await store.migrate()
  const shifts = [
    aShift({ shiftId: 'a', severity: 'medium', ...at(8) }),
    aShift({ shiftId: 'a', severity: 'high', ...at(12), revision: 2, state: 'updated' }),
    aShift({ shiftId: 'a', severity: 'high', ...at(30), revision: 3, state: 'closed', effect: 4 }),
    aShift({ shiftId: 'b', severity: 'low', ...at(40) }),
    aShift({ shiftId: 'c', measure: 'netSentiment', shift: 'turn', ...at(50) }),
    aShift({ shiftId: 'd', ...at(-90) }),
  ]
  await store.write({ table: 'shifts', rows: shifts.map(shiftRow), token: 'shifts' })
})
afterAll(async () => {
  await store.close()
  scratch.remove()
})

describe('a rule on history', () => {
  it('is raised by the first telling that it asks for, until the shift is over, and says what it costs', async () => {
    expect(await backtest(ask, spike, from, to)).toEqual({
      alerts: [
        {
          ...{ shiftId: 'a', what: 'ceviche', region: '*', measure: 'mentions', shift: 'spike', severity: 'high' },
          ...{ raisedAt: at(12).end, until: at(30).end, effect: 4 },
        },
      ],
      perWeek: 0.5,
      shifts: 3,
      caught: [
        { shift: 'spike', severity: 'high', told: 1, raised: 1 },
        { shift: 'turn', severity: 'high', told: 1, raised: 0 },
        { shift: 'spike', severity: 'low', told: 1, raised: 0 },
      ],
    })
  })

  it('ends where it would have ended live: at the first telling that is no longer what it asks for', async () => {
    const silence = aShift({ shiftId: 'e', shift: 'silence', term: '*', kind: 'all', effect: -1 })
    const week = at(7 * 96 * 3)
    const [begin, back, end] = [10, 20, 40].map((each) => ({
      ...{ start: week.start + each * quarter, end: week.end + each * quarter },
    }))
    const told = [
      { ...silence, ...begin },
      { ...silence, ...back, revision: 2, state: 'updated', shift: 'drop' } as const,
      { ...silence, ...end, revision: 3, state: 'closed', shift: 'drop' } as const,
    ]
    await store.write({ table: 'shifts', rows: told.map(shiftRow), token: 'silence' })
    const given = await backtest(ask, backtestable.get('silent-source') ?? '', week.start, week.start + 7 * 86_400_000)
    expect(given.alerts.map(({ raisedAt, until }) => [raisedAt, until])).toEqual([[begin?.end, back?.end]])
  })

  it('raises nothing where nothing was told', async () => {
    expect(await backtest(ask, spike, to, to + 86_400_000)).toEqual({
      ...{ alerts: [], perWeek: 0, shifts: 0, caught: [] },
    })
  })

  it('is each of those that ask for shifts', () => {
    expect([...backtestable.keys()]).toEqual(['engagement-shift', 'sentiment-turn', 'spike', 'silent-source'])
  })
})
