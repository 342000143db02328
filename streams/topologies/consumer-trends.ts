import { contributions, termAndRegion } from '../../processors/contribution.js'
import { mentionDecoder } from '../../processors/mention.js'
import { revisions } from '../../processors/revisions.js'
import { sentiment } from '../../processors/sentiment.js'
import { trend, trendRecordKey } from '../../processors/trend.js'
import { deletions, mentions, posts, reviews, trends } from '../../schemas/topics.js'
import { voiceForm } from '../../schemas/voice.js'
import { topology } from '../engine/builder.js'
import { deadLetter } from '../engine/outcome.js'
import { ms } from '../engine/time.js'
import { tokens } from '../engine/topology.js'
import { analyse } from './text-analyser.js'
import { trendWindows } from './trend-windows.js'

/**
 * What people say about food in Peru: each post and review with its language, terms, region and sentiment, and how
 * often each term is named, by whom and in which mood. docs/consumer-trends.md has the rules.
 */
export const consumerTrends = topology('consumer-trends')
  .from(posts, reviews)
  .with(deletions)
  .decode(mentionDecoder(analyse), { otherwise: deadLetter })
  .mapInBatches(sentiment, { atMost: tokens(1024), within: ms(50) })
  // What is known of a post is kept as long as the post itself: without limit.
  .process(revisions, { expireAfter: null })
  .to(mentions)
  .flatMapValues(contributions)
  .keyBy(termAndRegion, { form: voiceForm })
  .windows(trendWindows)
  .aggregate(trend)
  .to(trends, { key: trendRecordKey })
