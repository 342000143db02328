import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readSchemas } from '../../schemas/files.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import type { Shift } from '../../schemas/shift.js'
import { engagements, mentions, publicTopics, shifts } from '../../schemas/topics.js'
import { type EmbeddedStore, openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { shiftRow } from '../../sinks/clickhouse/rows.js'
import { choices } from '../../streams/engine/testing/choices.js'
import { TopologyTestDriver } from '../../streams/engine/testing/topology-test-driver.js'
import { projectPath } from '../../streams/project.js'
import { engagement, engagementShifts } from '../../streams/topologies/index.js'
import { memoryRegistry } from '../support/memory-registry.js'
import { newsMention, newsPosts } from '../support/news.js'
import { anEngagement, aShift } from '../support/records.js'
import { scratchFolder } from '../support/scratch.js'
import { expanded, type Rule, rules } from './grafana.js'

const quarter = 900_000
const hour = 4 * quarter
const now = Date.UTC(2025, 2, 12, 17)
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

const ruleOf = (uid: string): Rule => {
  const rule = rules.find((each) => each.uid === uid)
  if (rule === undefined) throw new Error(`there is no rule ${uid}`)
  return rule
}
/** What the condition of the rule sees at a time: rows whose value is above 0. */
async function firing(uid: string, at: number): Promise<readonly Record<string, unknown>[]> {
  const [query] = ruleOf(uid).data
  const from = at - (query?.relativeTimeRange.from ?? 0) * 1_000
  const rows = await store.query<Record<string, unknown>>(expanded(query?.model.rawSql ?? '', from, at))
  return rows.filter(({ value }) => Number(value) > 0)
}
const told = (fields: Partial<Shift>) => aShift({ start: now - quarter, end: now, openedAt: now - quarter, ...fields })
const tell = (token: string, ...shifts: readonly Shift[]) =>
  store.write({ table: 'shifts', rows: shifts.map(shiftRow), token })

describe('the alert rules', () => {
  it('reduce their query to its last value and hold it against a limit, and say what no data means', () => {
    for (const { data, condition, noDataState, execErrState, annotations } of rules) {
      expect(data.map(({ refId }) => refId)).toEqual(['A', 'B', 'C'])
      expect([data[1]?.model.expression, data[2]?.model.expression, condition]).toEqual(['A', 'B', 'C'])
      expect(['OK', 'Alerting']).toContain(noDataState)
      expect(execErrState).toBe('Error')
      expect(annotations.noData).toMatch(/^No data: /)
    }
  })

  it('ring for an engagement shift from the first evaluation after it was told until it is over, and not before', async () => {
    const minute = 60_000
    expect(await firing('pulso-engagement-shift', now)).toEqual([])
    const shift = told({ shiftId: 'e', measure: 'engagementRateByViews', severity: 'medium', effect: 0.8, revision: 1 })
    await tell('opened', shift, told({ shiftId: 'small', measure: 'engagementRateByViews', severity: 'low' }))
    expect(await firing('pulso-engagement-shift', now + minute)).toEqual([
      expect.objectContaining({ what: 'ceviche', measure: 'engagementRateByViews', shift: 'e' }),
    ])
    expect(await firing('pulso-spike', now + minute)).toEqual([])
    await tell('closed', { ...shift, revision: 2, state: 'closed' })
    expect(await firing('pulso-engagement-shift', now + 2 * minute)).toEqual([])
  })

  it('ring each for what it is named after', async () => {
    const silence = told({ shiftId: 'q', shift: 'silence', term: '*', kind: 'all', source: 'news', effect: -1 })
    const turn = told({ shiftId: 't', measure: 'netSentiment', shift: 'turn', severity: 'high', effect: -0.4 })
    await tell('others', silence, turn, told({ shiftId: 'h', severity: 'high', effect: 5, term: 'causa' }))
    const rung = async (uid: string) => (await firing(uid, now + quarter)).map(({ shift, what }) => `${shift} ${what}`)
    expect(await rung('pulso-silent-source')).toEqual(['q news'])
    expect(await rung('pulso-sentiment-turn')).toEqual(['t ceviche'])
    expect(await rung('pulso-spike')).toEqual(['h causa'])
  })
})

describe('an engagement shift that is planted in a real stream', () => {
  const minute = 60_000
  /** How long an interval stays open for what comes late. */
  const grace = 5 * minute
  const posts = newsPosts().slice(0, 1_300)
  const [begin, end] = [posts[0]?.created_at ?? 0, posts.at(-1)?.created_at ?? 0]
  const at = end - 72 * hour
  let serdes: RegisteredSerdes
  beforeAll(async () => {
    serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), publicTopics)
  })

  /** Two weeks of real posts, each observed once, ten minutes old: seen a thousand times, liked by about 3 % of those. */
  function told(times: (createdAt: number) => number): readonly Shift[] {
    const driver = new TopologyTestDriver([engagement, engagementShifts], {
      serdes,
      settings: { bufferedRecords: 100_000 },
    })
    for (const [index, post] of posts.entries()) {
      const mention = newsMention(post, ['ceviche', 'causa'].slice(index % 2, (index % 2) + 1), 'neutral')
      driver.pipe(mentions, { key: post.id, value: mention, timestamp: post.created_at })
      const observedAt = post.created_at + 10 * minute
      const likes = (20 + choices(Number(post.id.slice(-9)))(20)) * times(post.created_at)
      const value = anEngagement({ postId: post.id, source: 'news', observedAt, likes, views: 1_000 })
      driver.pipe(engagements, { key: post.id, value, timestamp: observedAt })
    }
    return driver.read(shifts).map(({ value }) => value)
  }
  const ofEngagement = ({ measure, severity }: Shift) => measure.startsWith('engagementRate') && severity !== 'low'

  it('rings the rule within two evaluations of when its interval closed, and not before', async () => {
    const all = told((createdAt) => (createdAt >= at && createdAt < at + 24 * hour ? 3 : 1))
    const first = all.find(ofEngagement)
    expect(first).toMatchObject({ state: 'opened', measure: 'engagementRateByViews' })
    const close = (first?.end ?? 0) + grace
    expect((first?.end ?? 0) - at).toBeGreaterThan(0)
    expect((first?.end ?? 0) - at).toBeLessThan(6 * hour)
    // what was told of earlier intervals stands in the table; the rule asks each minute
    await tell('earlier', ...all.filter((shift) => shift.end < (first?.end ?? 0)))
    expect(await firing('pulso-engagement-shift', close - minute)).toEqual([])
    await tell('planted', ...all.filter((shift) => shift.end === first?.end))
    const rung = await Promise.all([1, 2].map((turn) => firing('pulso-engagement-shift', close + turn * minute)))
    expect(rung.flat()).toContainEqual(
      expect.objectContaining({ measure: 'engagementRateByViews', shift: first?.shiftId }),
    )
  })

  it('of which there is none in the background, so that the rule is silent all of the time', async () => {
    expect(end - begin).toBeGreaterThan(12 * 24 * hour)
    expect(told(() => 1).filter(ofEngagement)).toEqual([])
  })
})
