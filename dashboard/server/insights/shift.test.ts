import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Mention } from '../../../schemas/mention.js'
import type { Shift } from '../../../schemas/shift.js'
import { shiftRow } from '../../../sinks/clickhouse/rows.js'
import { aMention, aShift } from '../../../tests/support/records.js'
import { type Serving, startServing } from '../../../tests/support/serving.js'
import type { Insight } from './insight.js'

const quarter = 900_000
const hour = 4 * quarter
/** Noon in Lima. */
const now = Date.UTC(2025, 2, 12, 17)
const midnight = now - 12 * hour

const post = (postId: string, fields: Partial<Mention>): Mention =>
  aMention({ postId, author: `of ${postId}`, text: `texto ${postId}`, createdAt: now - 2 * hour, ...fields })
const dish = (term: string) => ({ terms: [{ term, kind: 'dish' as const }] })
const posts: readonly Mention[] = [
  ...['b1', 'b2'].map((postId, index) =>
    post(postId, { source: 'beta', createdAt: midnight - 8 * 60_000 - index * quarter }),
  ),
  ...['c1', 'c2', 'c3'].map((postId) => post(postId, { source: 'alfa', ...dish('causa') })),
  ...['r1', 'r2', 'r3', 'r4'].map((postId, index) =>
    post(postId, { source: 'alfa', ...dish('lomo saltado'), repostOf: index === 0 ? null : 'r1' }),
  ),
]
const told = (fields: Partial<Shift>): Shift =>
  aShift({ start: now - quarter, end: now, openedAt: now - 3 * hour, severity: 'high', state: 'updated', ...fields })

const silence = told({
  ...{ shiftId: 'silence', shift: 'silence', term: '*', kind: 'all', source: 'beta', openedAt: midnight },
  ...{ observed: 0, expected: 1.25, effect: -1, topAuthorShare: null },
})
const pushed = told({
  ...{ shiftId: 'pushed', term: 'anticucho', measure: 'shareOfVoice', observed: 0.457, expected: 0.101 },
  ...{ pushed: 1, topAuthorShare: 0.87, causes: ['author:0123abcd', 'region:15'], openedAt: now - hour },
})
const organic = told({
  ...{ shiftId: 'organic', term: 'causa', shift: 'level', region: '15', state: 'closed', evidence: ['c1', 'c2'] },
  ...{ pushed: 0.125, topAuthorShare: 0.2, causes: ['source:alfa'] },
})
const reposted = told({
  ...{ shiftId: 'reposts', term: 'lomo saltado', pushed: 0.75, causes: ['reposts'], topAuthorShare: 0.25 },
  ...{ evidence: ['r1'], severity: 'medium' },
})

let serving: Serving
beforeAll(async () => {
  serving = await startServing([...posts], now)
  const rows = [silence, pushed, organic, reposted].map((shift) => shiftRow(shift))
  await serving.store.write({ table: 'shifts', rows, token: 'shifts' })
})
afterAll(() => serving.close())

async function sentences(): Promise<readonly Insight[]> {
  const answer = await fetch(`${serving.url}/api/v1/insights?from=${now - 24 * hour}&until=${now}`)
  const { insights } = (await answer.json()) as { insights: readonly Insight[] }
  return insights.filter(({ kind }) => kind === 'shift')
}
const of = async (shift: Shift) => (await sentences()).find(({ id }) => id === `shift:${shift.shiftId}`)

describe('the sentence of a shift', () => {
  it('tells of a silence as of a source that fell silent, since when, and what was heard of it last', async () => {
    const insight = await of(silence)
    expect(insight?.text).toEqual({
      es: 'La fuente «beta» calló el 12 mar., 00:00 (lo último llegó el 11 mar., 23:52) y sigue en silencio: 0 en vez de 1.25 menciones por cuarto de hora. Es una fuente que dejó de llegar, no una caída de lo que se dice.',
      en: 'The source “beta” fell silent on 12 Mar, 00:00 (the last thing came on 11 Mar, 23:52) and still is: 0 instead of 1.25 mentions a quarter of an hour. It is a feed from which nothing came, no drop of what is said.',
    })
    expect(insight?.posts.shown.map(({ postId }) => postId)).toEqual(['b1', 'b2'])
    expect(insight?.numbers.find(({ name }) => name === 'lastHeard')?.value).toBe(midnight - 8 * 60_000)
  })

  it('tells that a term is pushed, by how much and by one account, whose name it does not tell', async () => {
    const insight = await of(pushed)
    expect(insight?.text).toEqual({
      es: 'En «anticucho», un pico de la cuota de voz desde el 12 mar., 11:00: 0.457 en vez de 0.101. Está impulsado: 100% de lo que se dice de más repite una cuenta o un texto. Se debe ante todo a una sola cuenta. Una sola cuenta dio 87%.',
      en: 'Of “anticucho”, a spike of the share of voice since 12 Mar, 11:00: 0.457 instead of 0.101. It is pushed: 100% of what is said beyond the usual repeats an account or a text. It is due above all to one account. One account gave 87% of it.',
    })
    expect(JSON.stringify([insight?.text, insight?.numbers, insight?.queries])).not.toContain('0123abcd')
  })

  it('tells kind, region, end, that it is organic and the source that it is due to', async () => {
    expect((await of(organic))?.text).toEqual({
      es: 'En «causa» (Lima), un nivel nuevo, más alto, de las menciones desde el 12 mar., 09:00 hasta el 12 mar., 12:00: 9 en vez de 2 por cuarto de hora. Es orgánico: solo 13% de lo que se dice de más repite una cuenta o un texto. Se debe ante todo a la fuente «alfa».',
      en: 'Of “causa” (Lima), a new, higher level of mentions from 12 Mar, 09:00 until 12 Mar, 12:00: 9 instead of 2 a quarter of an hour. It is organic: only 13% of what is said beyond the usual repeats an account or a text. It is due above all to the source “alfa”.',
    })
  })

  it('tells the part of reposts where it is due to them, as counting finds it', async () => {
    const insight = await of(reposted)
    expect(insight?.text.en).toContain('It is due above all to reposts. Reposts are 75% of what was said.')
    expect(insight?.text.es).toContain(
      'Se debe ante todo a republicaciones. Son republicaciones 75% de lo que se dijo.',
    )
    const numbers = new Map(insight?.numbers.map(({ name, value }) => [name, value]))
    expect([numbers.get('voices'), numbers.get('reposts')]).toEqual([4, 3])
    expect(insight?.derived['repostShare']).toBe(0.75)
  })

  it('puts those that go on first, the severe ones of them, and what is pushed behind what is not', async () => {
    expect((await sentences()).map(({ id }) => id)).toEqual([
      ...['shift:silence', 'shift:pushed', 'shift:reposts', 'shift:organic'],
    ])
  })

  it('is proved by queries that give its numbers again', async () => {
    for (const { numbers, queries } of await sentences())
      for (const { value, query, column } of numbers) {
        const { sql, params } = queries[query] ?? { sql: '', params: {} }
        const [row] = await serving.store.query<Record<string, number | string | null>>(sql, { params })
        const again = row?.[column] ?? null
        expect([column, again === null ? null : Number(again)]).toEqual([column, value])
      }
  })
})
