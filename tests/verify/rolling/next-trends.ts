import { contributions, termAndRegion } from '../../../processors/contribution.js'
import { mentionDecoder } from '../../../processors/mention.js'
import { revisions } from '../../../processors/revisions.js'
import { sentiment } from '../../../processors/sentiment.js'
import { trend, trendRecordKey } from '../../../processors/trend.js'
import type { Mention } from '../../../schemas/mention.js'
import { deletions, mentions, posts, reviews, trends } from '../../../schemas/topics.js'
import { voiceForm } from '../../../schemas/voice.js'
import { topology } from '../../../streams/engine/builder.js'
import { deadLetter } from '../../../streams/engine/outcome.js'
import { ms } from '../../../streams/engine/time.js'
import { tokens } from '../../../streams/engine/topology.js'
import { analyse } from '../../../streams/topologies/text-analyser.js'
import { trendWindows } from '../../../streams/topologies/trend-windows.js'

/** A field of mentions that the version before does not have. */
export const wordCount = { name: 'wordCount', type: ['null', 'int'], default: null, doc: 'Words of the text.' } as const

const countWords = (mention: Mention): Mention => {
  const counted: Mention & { readonly wordCount: number } = { ...mention, wordCount: mention.text.split(/\s+/).length }
  return counted
}

/** `consumer-trends` as a next version might have it: with one step more, which fills a new field of mentions. */
export const consumerTrends = topology('consumer-trends')
  .from(posts, reviews)
  .with(deletions)
  .decode(mentionDecoder(analyse), { otherwise: deadLetter })
  .mapInBatches(sentiment, { atMost: tokens(1024), within: ms(50) })
  .process(revisions, { expireAfter: null })
  .map('count-words', countWords)
  .to(mentions)
  .flatMapValues(contributions)
  .keyBy(termAndRegion, { form: voiceForm })
  .windows(trendWindows)
  .aggregate(trend)
  .to(trends, { key: trendRecordKey })
