import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Shift } from '../../schemas/shift.js'
import { shiftRow } from '../../sinks/clickhouse/rows.js'
import type { ShiftFigures } from '../../sinks/live/shift-figures.js'
import { aMention, aShift } from '../../tests/support/records.js'
import { type Serving, startServing } from '../../tests/support/serving.js'

const quarter = 900_000
const hour = 4 * quarter
/** Noon in Lima. */
const now = Date.UTC(2025, 2, 12, 17)
const posts = ['p1', 'p2'].map((postId) => aMention({ postId, text: `<b>${postId}</b>`, createdAt: now - hour }))
const gone = aMention({ postId: 'p3', createdAt: now - hour })

const told = (fields: Partial<Shift>): Shift =>
  aShift({ start: now - quarter, end: now, openedAt: now - hour, ...fields })
const given = [
  told({ shiftId: 'a', revision: 1, severity: 'low', start: now - hour, end: now - 3 * quarter }),
  told({ shiftId: 'a', revision: 2, state: 'updated', severity: 'high', evidence: ['p1', 'p3', 'p2'] }),
  told({ shiftId: 'b', severity: 'medium', term: 'causa', causes: ['ceviche'] }),
  told({ shiftId: 'c', severity: 'high', state: 'closed', term: '*', kind: 'all', source: 'file', shift: 'silence' }),
  told({ shiftId: 'd', openedAt: now - 40 * 24 * hour, start: now - 39 * 24 * hour, end: now - 38 * 24 * hour }),
]

let serving: Serving
const get = async (query: string): Promise<readonly ShiftFigures[]> => {
  const response = await fetch(`${serving.url}/api/v1/shifts?${query}`)
  expect(response.status).toBe(200)
  const { shifts } = (await response.json()) as { shifts: readonly ShiftFigures[] }
  return shifts
}

beforeAll(async () => {
  serving = await startServing([...posts, gone, { ...gone, sign: -1 }], now)
  await serving.store.write({ table: 'shifts', rows: given.map(shiftRow), token: 'shifts' })
})
afterAll(() => serving.close())

describe('the API of shifts', () => {
  const period = `from=${now - 24 * hour}&until=${now + hour}`

  it('gives each as it was told last, open ones first and the most severe of them', async () => {
    const shifts = await get(period)
    expect(shifts.map(({ shiftId, state, severity }) => [shiftId, state, severity])).toEqual([
      ['a', 'updated', 'high'],
      ['b', 'opened', 'medium'],
      ['c', 'closed', 'high'],
    ])
    expect(shifts[0]).toMatchObject({ openedAt: now - hour, until: now, term: 'ceviche', source: null })
    expect(shifts[1]?.causes).toEqual(['ceviche'])
  })

  it('shows them by posts that still stand, in their order', async () => {
    expect((await get(period))[0]?.posts).toEqual([
      { postId: 'p1', text: '<b>p1</b>' },
      { postId: 'p2', text: '<b>p2</b>' },
    ])
  })

  it('keeps to the period, the term, the region and what is open', async () => {
    const ids = async (query: string) => (await get(query)).map(({ shiftId }) => shiftId)
    expect(await ids(`${period}&term=causa&kind=dish`)).toEqual(['b'])
    expect(await ids(`${period}&region=15`)).toEqual([])
    expect(await ids(`${period}&state=open`)).toEqual(['a', 'b'])
    expect(await ids(`from=${now - 60 * 24 * hour}&until=${now - 30 * 24 * hour}`)).toEqual(['d'])
  })
})
