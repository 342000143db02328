import type { RegisteredSerdes } from '../../schemas/serdes.js'
import { deadLetters, late, mentions, shifts, trends } from '../../schemas/topics.js'
import { deadLetterRow, lateRow, mentionRow, shiftRow, trendRows } from '../../sinks/clickhouse/rows.js'
import type { Row } from '../engine/ports/analytics.js'
import type { OutgoingRecord } from '../engine/ports/log.js'
import { type FetchedRecord, noHeaders } from '../engine/record.js'
import type { Topic, TopicName } from '../engine/topic.js'
import type { SinkMapping } from '../runtime/sink-runner.js'

/** Which topic goes into which table. */
export function sinkMappings(serdes: RegisteredSerdes): ReadonlyMap<TopicName, SinkMapping> {
  const eachOf =
    <Value>(row: (value: Value) => Row) =>
    (values: readonly Value[]) =>
      values.map(row)
  return new Map<TopicName, SinkMapping>([
    [mentions.name, mapping(serdes, mentions, 'mentions', eachOf(mentionRow))],
    [trends.name, mapping(serdes, trends, 'trends', trendRows)],
    [shifts.name, mapping(serdes, shifts, 'shifts', eachOf(shiftRow))],
    [late.name, mapping(serdes, late, 'late_records', eachOf(lateRow))],
    [deadLetters.name, mapping(serdes, deadLetters, 'dead_letters', eachOf(deadLetterRow))],
  ])
}

function mapping<Value>(
  serdes: RegisteredSerdes,
  topic: Topic<Value>,
  table: string,
  rowsOf: (values: readonly Value[]) => readonly Row[],
): SinkMapping {
  const serde = serdes.forTopic(topic)
  return {
    table,
    rows: (records) => {
      const values: Value[] = []
      const rejected: OutgoingRecord[] = []
      for (const record of records) {
        if (record.value === null) continue
        try {
          values.push(serde.decode(record.value))
        } catch (error) {
          rejected.push(letter(serdes, table, record, error))
        }
      }
      return { rows: rowsOf(values), rejected }
    },
  }
}

/** A record of an output topic that is none of ours: somebody else wrote it. */
function letter(serdes: RegisteredSerdes, table: string, record: FetchedRecord, error: unknown): OutgoingRecord {
  const value = serdes.forTopic(deadLetters).encode({
    stage: `clickhouse.${table}`,
    reason: 'undecodable',
    detail: error instanceof Error ? error.message : String(error),
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    file: null,
    line: null,
    timestamp: record.timestamp,
    key: record.key,
    value: record.value,
    bytes: record.value?.length ?? 0,
    replays: 0,
  })
  const key = Buffer.from(`${record.topic}-${record.partition}-${record.offset}`)
  return { topic: deadLetters.name, key, value, timestamp: record.timestamp, headers: noHeaders }
}
