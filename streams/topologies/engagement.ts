import { engagementContributions, termRegionAndGroup } from '../../processors/engagement/contribution.js'
import { engagementDecoder } from '../../processors/engagement/decoder.js'
import { engagementMetric, engagementRecordKey } from '../../processors/engagement/engagement-metric.js'
import { postEngagements as setBesideOthers } from '../../processors/engagement/post-engagements.js'
import { engagementMetrics, engagements, mentions, postEngagements } from '../../schemas/topics.js'
import { topology } from '../engine/builder.js'
import { deadLetter } from '../engine/outcome.js'
import { days, hours, minutes } from '../engine/time.js'
import { tumbling } from '../engine/window.js'

/** Observations come when a platform is asked, so both windows wait longer than those of trends. Days are those of Lima. */
const windows = {
  hour: tumbling({ size: hours(1), grace: minutes(15), offset: 0 }),
  day: tumbling({ size: days(1), grace: hours(2), offset: hours(5) }),
}

/**
 * What reactions posts get: each observation of a post's counters beside its post and the observations before it, and
 * what was gained by term, region, author group and window. docs/engagement.md has the rules.
 */
export const engagement = topology('engagement')
  .from(engagements, mentions)
  .decode(engagementDecoder, { otherwise: deadLetter })
  // A post that nobody observes or changes for a year is forgotten: old posts are observed too.
  .process(setBesideOthers, { expireAfter: days(365) })
  .to(postEngagements)
  .flatMapValues(engagementContributions)
  .keyBy(termRegionAndGroup)
  .windows(windows)
  .aggregate(engagementMetric)
  .to(engagementMetrics, { key: engagementRecordKey })
