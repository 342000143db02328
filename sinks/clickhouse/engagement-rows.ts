import type { EngagementMetric } from '../../schemas/engagement-metric.js'
import type { PostEngagement } from '../../schemas/post-engagement.js'
import type { Row } from '../../streams/engine/ports/analytics.js'

/** A row of `post_engagements`: the author stands in `mentions`. */
export const postEngagementRow = ({ terms, author: _, ...fields }: PostEngagement): Row => ({
  ...fields,
  terms: terms.map(({ term, kind }) => [term, kind]),
})

/** A row of `engagement_metrics`. */
export const engagementMetricRow = (metric: EngagementMetric): Row => ({ ...metric })
