import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { engagementContributions } from '../../processors/engagement/contribution.js'
import { engagementMetric } from '../../processors/engagement/engagement-metric.js'
import { postEngagements } from '../../processors/engagement/post-engagements.js'
import type { EngagementMetric } from '../../schemas/engagement-metric.js'
import type { PostEngagement } from '../../schemas/post-engagement.js'
import { engagements } from '../../schemas/topics.js'
import { type EmbeddedStore, openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { engagementMetricRow, postEngagementRow } from '../../sinks/clickhouse/engagement-rows.js'
import { aMention, anEngagement } from '../../tests/support/records.js'
import { scratchFolder } from '../../tests/support/scratch.js'
import { aRecord } from '../../tests/support/stream-record.js'
import { standingRows, windowRows } from '../../tests/verify/oracle/engagement.js'

const start = Date.UTC(2024, 2, 1, 17)
const minute = 60_000
const count = fc.option(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9_000 })), { nil: null })
/** Observations of a dozen posts in three hours, in no order, some twice: the same in every run. */
const observations = fc
  .sample(
    fc.record({
      postId: fc.integer({ min: 0, max: 11 }).map((post) => `p${post + 10}`),
      observedAt: fc.nat(35).map((step) => start + step * 5 * minute),
      ...{ likes: count, comments: count, shares: count, views: count, reach: count, followers: count },
    }),
    { numRuns: 200, seed: 7 },
  )
  .map((fields) => anEngagement(fields))
const postOf = (postId: string) =>
  aMention({ postId, createdAt: start - 60 * minute, region: postId > 'p15' ? '15' : null })

/** Every change that the processor gives, posts told of in the middle. */
function changes(): readonly PostEngagement[] {
  const given: PostEngagement[] = []
  for (const postId of new Set(observations.map((each) => each.postId))) {
    const own = observations.filter((each) => each.postId === postId)
    const heard = [
      ...own.slice(0, 7).map((engagement) => ({ kind: 'observation' as const, engagement })),
      { kind: 'mention' as const, mention: postOf(postId) },
      ...own.slice(7).map((engagement) => ({ kind: 'observation' as const, engagement })),
    ]
    let state: Parameters<typeof postEngagements.onRecord>[0]
    for (const value of heard) {
      const record = aRecord(engagements, value, { key: postId, timestamp: start })
      const [next, outcomes] = postEngagements.onRecord(state, record)
      state = next
      for (const outcome of outcomes) if (outcome.kind === 'forward') given.push(outcome.record.value)
    }
  }
  return given
}

/** Results of hours, as the topology gives them. */
function results(of: readonly PostEngagement[]): readonly EngagementMetric[] {
  const hour = 60 * minute
  const windows = new Map<string, ReturnType<typeof engagementMetric.initial>>()
  for (const { key, engagement } of of.flatMap(engagementContributions)) {
    const id = `${Math.floor(engagement.observedAt / hour) * hour} ${key}`
    windows.set(id, engagementMetric.add(windows.get(id) ?? engagementMetric.initial(), { key, engagement }, 0))
  }
  return [...windows].map(([id, sums]) => {
    const at = Number(id.slice(0, id.indexOf(' ')))
    const key = id.slice(id.indexOf(' ') + 1)
    return engagementMetric.result(sums, { key, window: { start: at, end: at + hour }, isFinal: true, revision: 1 })
  })
}

const oracle = [...new Set(observations.map(({ postId }) => postId))].flatMap((postId) =>
  standingRows(
    postId,
    observations.filter((each) => each.postId === postId),
    postOf(postId),
  ),
)
const placeOf = ({ start: at, term, kind, region, authorGroup }: Partial<EngagementMetric>) =>
  [at, term, kind, region, authorGroup].join(' ')
const sorted = <Row extends object>(rows: readonly Row[]) =>
  [...rows].sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))

describe('the tables of engagement', () => {
  const scratch = scratchFolder()
  let store: EmbeddedStore
  beforeAll(async () => {
    store = await openEmbeddedStore({ dir: scratch.dir })
    await store.migrate()
    const given = changes()
    expect(given.filter(({ sign }) => sign < 0).length).toBeGreaterThan(100)
    await store.write({ table: 'post_engagements', rows: given.map(postEngagementRow), token: 'changes' })
    await store.write({ table: 'engagement_metrics', rows: results(given).map(engagementMetricRow), token: 'results' })
  })
  afterAll(async () => {
    await store.close()
    scratch.remove()
  })

  it('hold each observation that stands once, as plain code makes it of the raw ones', async () => {
    const rows = await store.query<Record<string, unknown>>(
      `SELECT * REPLACE (toUnixTimestamp64Milli(observedAt) AS observedAt, toUnixTimestamp64Milli(createdAt) AS createdAt,
         toUnixTimestamp64Milli(since) AS since, arrayMap(each -> each.1, terms) AS terms)
       FROM current_engagements ORDER BY postId, observedAt`,
    )
    const expected = [...oracle]
      .sort((a, b) => (`${a['postId']}${a['observedAt']}` < `${b['postId']}${b['observedAt']}` ? -1 : 1))
      .map(({ sign, terms, author, ...row }) => ({ ...row, terms: ['lomo saltado'] }))
    expect(rows).toEqual(expected)
  })

  it('have the windows of the stream, which are those of plain code', async () => {
    const rows = await store.query<EngagementMetric>(
      `SELECT * EXCEPT (revision, isFinal, outliersByRobustZ, outliersByIqr, outlierRule)
         REPLACE (toUnixTimestamp64Milli(start) AS start, toUnixTimestamp64Milli(end) AS end)
       FROM engagement_final WHERE observations > 0`,
    )
    expect(sorted(rows)).toEqual(sorted(windowRows(oracle).filter(({ window }) => window === 'hour')))
  })

  it('add the changes up to the same, hour by hour', async () => {
    const rows = await store.query<Partial<EngagementMetric>>(
      'SELECT * REPLACE (toUnixTimestamp64Milli(start) AS start) FROM engagement_by_hour_view',
    )
    const names = Object.keys(rows[0] ?? {}) as (keyof EngagementMetric)[]
    const expected = windowRows(oracle)
      .filter(({ window }) => window === 'hour')
      .map((row): Partial<EngagementMetric> => Object.fromEntries(names.map((name) => [name, row[name]])))
    expect(sorted(rows)).toEqual(sorted(expected))
  })
})
