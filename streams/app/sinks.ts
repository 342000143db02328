import type { RegisteredSerdes } from '../../schemas/serdes.js'
import { deadLetters, late, mentions, shifts, trends } from '../../schemas/topics.js'
import { NewestRows } from '../../sinks/clickhouse/newest-rows.js'
import { deadLetterRow, lateRow, mentionRow, shiftRow } from '../../sinks/clickhouse/rows.js'
import type { Row } from '../engine/ports/analytics.js'
import type { OutgoingRecord } from '../engine/ports/log.js'
import { type FetchedRecord, noHeaders } from '../engine/record.js'
import type { Topic, TopicName } from '../engine/topic.js'
import type { BlockBuilder, SinkMapping } from '../runtime/sink-runner.js'

/** Which topic goes into which table. */
export function sinkMappings(serdes: RegisteredSerdes): ReadonlyMap<TopicName, SinkMapping> {
  return new Map<TopicName, SinkMapping>([
    [mentions.name, ofRows(serdes, mentions, 'mentions', mentionRow)],
    [trends.name, trendMapping(serdes)],
    [shifts.name, ofRows(serdes, shifts, 'shifts', shiftRow)],
    [late.name, ofRows(serdes, late, 'late_records', lateRow)],
    [deadLetters.name, ofRows(serdes, deadLetters, 'dead_letters', deadLetterRow)],
  ])
}

/** A row for each record. */
function ofRows<Value>(
  serdes: RegisteredSerdes,
  topic: Topic<Value>,
  table: string,
  row: (value: Value) => Row,
): SinkMapping {
  const serde = serdes.forTopic(topic)
  return {
    table,
    begin: () => {
      const rows: Row[] = []
      const add = (value: Uint8Array) => rows.push(row(serde.decode(value)))
      return {
        ...taking(serdes, table, add),
        block: (token) => (rows.length === 0 ? null : { table, rows, token }),
      }
    },
  }
}

/** The newest result of each window in the block, decoded into columns: there are millions of them. */
function trendMapping(serdes: RegisteredSerdes): SinkMapping {
  const table = 'trends'
  const serde = serdes.forTopic(trends)
  return {
    table,
    begin: () => {
      const rows = serdes.columnsOf(trends)
      const newest = new NewestRows(rows, ['term', 'kind', 'region', 'window', 'start'], 'revision', 'isFinal')
      const add = (value: Uint8Array) => {
        if (!rows.read(value)) rows.append({ ...serde.decode(value) })
        newest.settleLast()
      }
      return {
        ...taking(serdes, table, add),
        block: (token) => (rows.length === 0 ? null : { table, token, length: rows.length, columns: rows.columns() }),
      }
    },
  }
}

/** Hands on the values of records; those that cannot be taken become dead letters. */
function taking(
  serdes: RegisteredSerdes,
  table: string,
  take: (value: Uint8Array) => void,
): Pick<BlockBuilder, 'add' | 'rejected'> {
  const rejected: OutgoingRecord[] = []
  const add = (records: readonly FetchedRecord[]) => {
    for (const record of records) {
      if (record.value === null) continue
      try {
        take(record.value)
      } catch (error) {
        rejected.push(letter(serdes, table, record, error))
      }
    }
  }
  return { add, rejected }
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
