import { announce, shiftRecordKey, together } from '../../processors/shifts/announce.js'
import { interval, intervalSize } from '../../processors/shifts/interval.js'
import { ofShard, toShards, watchShard } from '../../processors/shifts/shard.js'
import { heardDecoder, ofSeries, signals } from '../../processors/shifts/signal.js'
import { mentions, postEngagements, shifts } from '../../schemas/topics.js'
import { topology } from '../engine/builder.js'
import { deadLetter, forward } from '../engine/outcome.js'
import { minutes } from '../engine/time.js'
import { finalOnly } from '../engine/topology.js'
import { tumbling } from '../engine/window.js'

/**
 * Which figures of which series have shifted: talk, authors, share of voice, sentiment and engagement rate of everything,
 * of each source, region and term, by quarters of an hour. docs/shifts.md has the rules.
 */
export const engagementShifts = topology('engagement-shifts')
  .from(mentions, postEngagements)
  .decode(heardDecoder, { otherwise: deadLetter })
  .flatMapValues(signals)
  .keyBy(ofSeries)
  .window(tumbling({ size: intervalSize, grace: minutes(5), offset: 0 }))
  .aggregate(interval, { updates: finalOnly })
  // A row has the time of the start of its interval: all that is heard of an interval comes before its timer.
  .flatMap('toShards', (record) => {
    const { start } = record.value
    return toShards(record.value).map((value) => forward({ ...record, value, timestamp: start, streamTime: start }))
  })
  .keyBy(ofShard)
  .process(watchShard, { expireAfter: null })
  .keyBy(together, { partitions: 1 })
  .process(announce, { expireAfter: null })
  .to(shifts, { key: shiftRecordKey })
