import { engagementContributions } from '../../processors/engagement/contribution.js'
import { engagementMetric } from '../../processors/engagement/engagement-metric.js'
import { postEngagements } from '../../processors/engagement/post-engagements.js'
import type { Engagement } from '../../schemas/engagement.js'
import type { Mention } from '../../schemas/mention.js'
import type { PostEngagement } from '../../schemas/post-engagement.js'
import { engagements } from '../../schemas/topics.js'
import { engagementMetricRow, postEngagementRow } from '../../sinks/clickhouse/engagement-rows.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { aRecord } from './stream-record.js'

const hour = 3_600_000

/** What the processor gives of a post that is told of first. */
function changesOf(mention: Mention, observations: readonly Engagement[], now: number): readonly PostEngagement[] {
  const { postId } = mention
  const heard = [
    { kind: 'mention' as const, mention },
    ...observations
      .filter((one) => one.postId === postId)
      .map((engagement) => ({ kind: 'observation' as const, engagement })),
  ]
  let state: Parameters<typeof postEngagements.onRecord>[0]
  return heard.flatMap((value) => {
    const [next, outcomes] = postEngagements.onRecord(
      state,
      aRecord(engagements, value, { key: postId, timestamp: now }),
    )
    state = next
    return outcomes.flatMap((outcome) => (outcome.kind === 'forward' ? [outcome.record.value] : []))
  })
}

/** The final results of hours, as the topology gives them. */
function hoursOf(changes: readonly PostEngagement[]) {
  const windows = new Map<string, { key: string; start: number; sums: ReturnType<typeof engagementMetric.initial> }>()
  for (const { key, engagement } of changes.flatMap(engagementContributions)) {
    const start = Math.floor(engagement.observedAt / hour) * hour
    const { sums = engagementMetric.initial() } = windows.get(`${start} ${key}`) ?? {}
    windows.set(`${start} ${key}`, { key, start, sums: engagementMetric.add(sums, { key, engagement }, 0) })
  }
  return [...windows.values()].map(({ key, start, sums }) =>
    engagementMetric.result(sums, { key, window: { start, end: start + hour }, isFinal: true, revision: 1 }),
  )
}

/** Writes what the topology makes of observations of posts, hour by hour. */
export async function writeObserved(
  store: AnalyticsStore,
  posts: readonly Mention[],
  observations: readonly Engagement[],
  now: number,
): Promise<void> {
  const changes = posts.flatMap((post) => changesOf(post, observations, now))
  await store.write({ table: 'post_engagements', rows: changes.map(postEngagementRow), token: 'changes' })
  await store.write({
    table: 'engagement_metrics',
    rows: hoursOf(changes).map(engagementMetricRow),
    token: 'hours',
  })
}
