import { announce } from '../../processors/shifts/announce.js'
import { type IntervalRow, intervalSize } from '../../processors/shifts/interval.js'
import { shardOf, termKey, totalKey } from '../../processors/shifts/series.js'
import { type ShardReport, toShards, watchShard } from '../../processors/shifts/shard.js'
import type { Shift } from '../../schemas/shift.js'
import { shifts as shiftTopic } from '../../schemas/topics.js'
import { aRecord } from '../../tests/support/stream-record.js'
import { type Cell, firstMonday, type World } from './world.js'

const rowOf = (key: string, start: number, { mentions, authors, ...cell }: Cell): IntervalRow => ({
  ...{ key, start, mentions, authors, voices: mentions, topAuthor: null, parts: [], sample: [], gained: [] },
  ...{ positive: cell.positive, neutral: cell.neutral, negative: cell.negative },
  ...{ viewedInteractions: cell.interactions, viewedViews: cell.views, reachedInteractions: 0, reachedReach: 0 },
})

const sumOf = (cells: readonly Cell[]): Cell =>
  cells.reduce((sum, cell) => ({
    mentions: sum.mentions + cell.mentions,
    authors: sum.authors + cell.authors,
    positive: sum.positive + cell.positive,
    neutral: sum.neutral + cell.neutral,
    negative: sum.negative + cell.negative,
    interactions: sum.interactions + cell.interactions,
    views: sum.views + cell.views,
  }))

/** What the processors of the topology tell of the stream, interval by interval. */
export const shiftsOf = ({ cells, shares }: World): readonly Shift[] =>
  shiftsOfRows(
    cells.map((interval, index) => {
      const start = firstMonday + index * intervalSize
      const rows = shares
        .slice(0, -1)
        .map((_, term) => rowOf(termKey(`term ${term}`, 'dish'), start, interval[term] as Cell))
      return [rowOf(totalKey, start, sumOf(interval)), ...rows].filter(({ mentions }) => mentions > 0)
    }),
  )

/** What they tell of the rows of each interval, from the first Monday on. */
export function shiftsOfRows(intervals: readonly (readonly IntervalRow[])[]): readonly Shift[] {
  const states = new Map<string, Parameters<typeof watchShard.onRecord>[0]>()
  let announcing: Parameters<typeof announce.onRecord>[0]
  const given: Shift[] = []
  const { onTimer } = watchShard
  const tell = announce.onTimer
  if (onTimer === undefined || tell === undefined) throw new Error('the processors have timers')
  // groups that watch no series have nothing to say
  const groups = new Set(intervals.flatMap((rows) => rows.map(({ key }) => shardOf(key))))
  for (const [index, rows] of intervals.entries()) {
    const start = firstMonday + index * intervalSize
    for (const value of rows.flatMap(toShards).filter(({ shard }) => groups.has(shard))) {
      const key = String(value.shard)
      states.set(key, watchShard.onRecord(states.get(key), aRecord(shiftTopic, value, { key, timestamp: start }))[0])
    }
    for (const [key, state] of states) {
      const [next, outcomes] = onTimer(state, { ...aRecord(shiftTopic, null, { key, timestamp: start + 1 }), key })
      states.set(key, next)
      for (const outcome of outcomes) {
        if (outcome.kind !== 'forward') continue
        announcing = announce.onRecord(announcing, { ...outcome.record, value: outcome.record.value as ShardReport })[0]
      }
    }
    const [next, outcomes] = tell(announcing, {
      ...aRecord(shiftTopic, null, { key: 'all', timestamp: start + 2 }),
      key: 'all',
    })
    announcing = next
    for (const outcome of outcomes) if (outcome.kind === 'forward') given.push(outcome.record.value)
  }
  return given
}
