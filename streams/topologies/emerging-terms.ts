import { candidates, ofCandidate } from '../../processors/emerging/candidates.js'
import { emergingTerm, fewestPosts, hasEnoughPosts } from '../../processors/emerging/emerging-term.js'
import { emergingRecordKey, novelty, ofTerm } from '../../processors/emerging/novelty.js'
import type { Mention } from '../../schemas/mention.js'
import { emergingTerms as emergingTermsTopic, mentions } from '../../schemas/topics.js'
import { topology } from '../engine/builder.js'
import { deadLetter, drop, forward } from '../engine/outcome.js'
import { withValue } from '../engine/record.js'
import { days, seconds } from '../engine/time.js'
import { type Decoder, every } from '../engine/topology.js'
import { knownWords } from './text-analyser.js'
import { trendWindows } from './trend-windows.js'

const { hour, day } = trendWindows

const written: Decoder<Mention> = {
  name: 'mention',
  decode: (value, record) => (value === null ? drop('null-value') : forward(withValue(record, value as Mention))),
}

/**
 * Words, pairs of words and hashtags that are new or suddenly frequent, spellings joined, near-duplicates and reposts
 * counted once, with how much of each is pushed. docs/emerging-terms.md has the rules.
 */
export const emergingTerms = topology('emerging-terms')
  .from(mentions)
  .decode(written, { otherwise: deadLetter })
  .flatMapValues(candidates(knownWords))
  .keyBy(() => 'all', { name: 'together', partitions: 1 })
  .windows({ hour, day })
  .aggregateFrequent(emergingTerm, { atLeast: fewestPosts, updates: every(seconds(10)), each: ofCandidate })
  .filter(hasEnoughPosts)
  .keyBy(ofTerm)
  .process(novelty, { expireAfter: days(60) })
  .to(emergingTermsTopic, { key: emergingRecordKey })
