import type { Instance } from '../../../streams/app/instance.js'
import { type Compared, numbered, numbering, RowComparison } from '../comparison.js'
import type { Expected } from '../oracle/oracle.js'
import { cellOf, numberOf, queried } from '../reading.js'
import { key } from './figures.js'
import type { RankOf } from './places.js'

/** Late records and dead letters, row by row. */
export async function compareLetters(
  instance: Instance,
  { late, deadLetters }: Expected,
  rankOf: RankOf,
): Promise<readonly Compared[]> {
  const expectedLate = numbered(late, ({ stage, contribution, windowStart, windowEnd }) =>
    key(
      stage,
      contribution.term,
      contribution.kind,
      contribution.region,
      contribution.change.mention.createdAt,
      contribution.streamTime,
      windowStart,
      windowEnd,
    ),
  )
  const rows = new RowComparison('table late_records', ['reason'], expectedLate, () => ['window-closed'])
  const number = numbering()
  const times = ['timestamp', 'streamTime', 'windowStart', 'windowEnd'].map((name) => `toUnixTimestamp64Milli(${name})`)
  for (const [stage, term, ...found] of await queried(
    instance,
    `SELECT stage, key, ${times.join(', ')}, reason FROM pulso.late_records`,
  )) {
    const reason = found.pop()
    rows.take(number(key(stage, term, ...found.map(numberOf))), [cellOf(reason)])
  }

  const expectedDead = new Map(
    deadLetters.map((letter) => [
      key(letter.placed.event.topic, letter.placed.partition, letter.placed.offset),
      letter,
    ]),
  )
  const columns = ['stage', 'reason', 'timestamp', 'key', 'replays', 'garbage']
  const dead = new RowComparison('table dead_letters', columns, expectedDead, ({ placed, reason }) => [
    'consumer-trends.1',
    reason,
    placed.timestamp,
    placed.key,
    0,
    'garbage' in placed.event ? placed.event.garbage : null,
  ])
  const sql = `SELECT topic, partition, offset, stage, reason, toUnixTimestamp64Milli(timestamp), key, replays,
    if(reason = 'undecodable' AND bytes = length(value), value, NULL) FROM pulso.dead_letters`
  for (const [topic, partition, offset, stage, reason, timestamp, letterKey, replays, garbage] of await queried(
    instance,
    sql,
  ))
    dead.take(key(topic, partition, rankOf(String(topic), numberOf(partition), numberOf(offset))), [
      cellOf(stage),
      cellOf(reason),
      numberOf(timestamp),
      cellOf(letterKey),
      numberOf(replays),
      cellOf(garbage),
    ])
  return [rows.end(), dead.end()]
}
