import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { heardSources } from '../../schemas/grafana/heard-sources.js'
import type { Mention } from '../../schemas/mention.js'
import { type EmbeddedStore, openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { mentionRow } from '../../sinks/clickhouse/rows.js'
import { hearings } from '../../sinks/live/heard-sources.js'
import { scratchFolder } from '../support/scratch.js'
import { scoredMention } from '../support/serving.js'
import { seeded } from '../support/simulated.js'
import { expanded, panels } from './grafana.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Midnight of Lima. */
const now = Date.UTC(2025, 3, 15, 5)
const week = 7 * day

const scratch = scratchFolder()
let store: EmbeddedStore
beforeAll(async () => {
  store = await openEmbeddedStore({ dir: scratch.dir })
  await store.migrate()
})
afterAll(async () => {
  await store.close()
  scratch.remove()
})

const write = (token: string, mentions: readonly Mention[]) =>
  store.write({ table: 'mentions', rows: mentions.map((one) => mentionRow(one)), token })
const said = (source: string, term: string, at: number, fields: Partial<Mention> = {}): Mention =>
  scoredMention('positive', {
    ...{ postId: `${source}:${term}:${at}`, author: `${source}:${at}`, source, createdAt: at, text: 'x' },
    ...{
      terms: [{ term, kind: 'dish' }],
      aspects: [{ aspect: 'food', label: 'positive', confidence: 0.5 }],
      ...fields,
    },
  })
/** One in the middle of each hour. */
const hourly = (source: string, term: string, from: number, until: number, fields: Partial<Mention> = {}) =>
  Array.from({ length: (until - from) / hour }, (_, at) => said(source, term, from + at * hour + 30 * minute, fields))

const sql = panels.find(({ title }) => title === 'Aspects')?.targets[0]?.rawSql ?? ''
const table = (from: number, to: number, term: string) =>
  store.query<Record<string, unknown>>(expanded(sql, from, to, { term, region: '*' }))
const compared = async (from: number, to: number, term: string) =>
  (await table(from, to, term)).map(({ volume, volume_compared, volume_before, note }) => [
    ...[volume, volume_compared, volume_before].map((figure) => (figure === null ? null : Number(figure))),
    note,
  ])

describe('the table of aspects', () => {
  beforeAll(() =>
    write('feeds', [
      ...hourly('radio', 'causa', now - 35 * day, now),
      ...hourly('foro', 'causa', now - 2 * day, now, {
        aspects: [{ aspect: 'food', label: 'negative', confidence: 0.5 }],
      }),
      ...hourly('foro', 'ceviche', now - 2 * day, now),
    ]),
  )

  it('compares the sources that were heard in both periods, and tells of all in the one that is shown', async () => {
    expect(await compared(now - week, now, 'causa')).toEqual([[168 + 48, 168, 168, '']])
    const [row] = await table(now - week, now, 'causa')
    expect([row?.['balance_compared'], row?.['balance_before']]).toEqual([1, 1])
    expect(row?.['balance']).toBeLessThan(1)
    // what radio says of it is nothing, in both
    expect(await compared(now - week, now, 'ceviche')).toEqual([[48, 0, 0, '']])
  })

  it('says so where no source was heard in both', async () => {
    await write('alone', hourly('solo', 'pisco', now - 400 * day, now - 398 * day))
    expect(await compared(now - 400 * day, now - 398 * day, 'pisco')).toEqual([
      [48, null, null, 'not compared: no source was heard in both periods'],
    ])
  })

  it.each([
    ['half an hour at its beginning', now - 3 * day + 5 * minute, now - 3 * day + 35 * minute],
    ['an hour and a half that holds no whole one', now - 3 * day - 50 * minute, now - 3 * day + 40 * minute - 1],
    ['a minute', now - 3 * day + 9 * minute, now - 3 * day + 10 * minute],
  ])('compares the last hour that was over where what is shown has no whole one: %s', async (_, from, to) => {
    const rows = await compared(from, to, 'causa')
    expect(rows).toEqual([[1, 1, 1, 'too few to say; the hour of 23:00']])
  })

  it('tells nothing of what is to come', async () => {
    const later = Math.floor(Date.now() / hour) * hour + day
    await write('late', hourly('radio', 'ají', later - day - 2 * hour, later - day))
    expect(await table(later, later + day, 'ají')).toEqual([])
  })
})

describe('the sources that Grafana compares', () => {
  const at = now - 200 * day

  it('are those of the board, in whatever rhythm they speak and fall silent', async () => {
    const number = seeded(7)
    const feeds = Array.from({ length: 160 }, (_, index) => {
      const [begin, end] = [at - number() * 40 * day, at - (number() < 0.5 ? 0 : number() * 20 * day)]
      const [gapFrom, sleeps] = [at - number() * 20 * day, number() < 0.3]
      const gapUntil = gapFrom + (number() < 0.5 ? 0 : number() * 6 * day)
      const every = hour * 0.5 * 40 ** number()
      const times: number[] = []
      for (let time = begin; time < end; time += every * -Math.log(1 - number())) {
        const ofDay = Math.floor((time % day) / hour)
        if ((time < gapFrom || time >= gapUntil) && !(sleeps && ofDay < 9)) times.push(Math.floor(time))
      }
      return times.map((time) => said(`feed ${index}`, 'olluco', time))
    })
    const atOnce = Array.from({ length: 50 }, (_, index) => said('at once', 'olluco', at - 3 * hour + index * minute))
    await write('many', [...feeds.flat(), ...atOnce])
    let [heard, apart] = [0, 0]
    for (const length of [6 * hour, day, week, 10 * day]) {
      const [from, before] = [at - length, at - 2 * length]
      const periods = { window: 'hour', now: { from, until: at }, before: { from: before, until: from } } as const
      const oracle = await hearings(store, [], periods)
      const wanted = [...oracle].filter(([, { kind }]) => kind === 'heard').map(([source]) => source)
      const found = await store.query<{ readonly feed: string }>(
        heardSources({
          ...{ from: `${from}`, until: `${at}` },
          ...{ beforeFrom: `${before}`, beforeUntil: `${from}` },
        }),
      )
      expect(found.map(({ feed }) => feed).sort()).toEqual(wanted.sort())
      heard += wanted.length
      apart += oracle.size - wanted.length
    }
    expect([heard > 50, apart > 50]).toEqual([true, true])
  })
})
