import { emergingFrom, isEmerging, together, uncommonWords, wordTrend } from '../../processors/emerging-words.js'
import { trendRecordKey } from '../../processors/trend.js'
import type { Mention } from '../../schemas/mention.js'
import { mentions, trends } from '../../schemas/topics.js'
import { wordsVoiceForm } from '../../schemas/voice.js'
import { topology } from '../engine/builder.js'
import { deadLetter, drop, forward } from '../engine/outcome.js'
import { withValue } from '../engine/record.js'
import { seconds } from '../engine/time.js'
import { type Decoder, every } from '../engine/topology.js'
import { commonWords } from './text-analyser.js'
import { trendWindows } from './trend-windows.js'

const { hour, day } = trendWindows

const written: Decoder<Mention> = {
  name: 'mention',
  decode: (value, record) => (value === null ? drop('null-value') : forward(withValue(record, value as Mention))),
}

/** Words that nobody thought of putting into a vocabulary, once enough people use them within an hour or a day. */
export const emergingWords = topology('emerging-words')
  .from(mentions)
  .decode(written, { otherwise: deadLetter })
  .flatMapValues(uncommonWords(commonWords))
  .keyBy(together, { partitions: 1, form: wordsVoiceForm })
  .windows({ hour, day })
  .aggregateFrequent(wordTrend, { atLeast: emergingFrom.mentions, updates: every(seconds(10)) })
  .filter(isEmerging)
  .to(trends, { key: trendRecordKey })
