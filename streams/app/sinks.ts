import { enlarged } from '../../schemas/field-column.js'
import type { RegisteredSerdes } from '../../schemas/serdes.js'
import {
  deadLetters,
  emergingTerms,
  engagementMetrics,
  late,
  mentions,
  postEngagements,
  shifts,
  surveyAnswers,
  trends,
} from '../../schemas/topics.js'
import { engagementMetricRow, postEngagementRow } from '../../sinks/clickhouse/engagement-rows.js'
import { NewestRows } from '../../sinks/clickhouse/newest-rows.js'
import { deadLetterRow, emergingTermRow, lateRow, shiftRow, surveyAnswerRow } from '../../sinks/clickhouse/rows.js'
import type { Row } from '../engine/ports/analytics.js'
import type { OutgoingRecord, RecordBatch } from '../engine/ports/log.js'
import { type FetchedRecord, noHeaders } from '../engine/record.js'
import type { Topic, TopicName } from '../engine/topic.js'
import type { BlockBuilder, SinkMapping } from '../runtime/sink-runner.js'

/** Which topic goes into which table. */
export function sinkMappings(serdes: RegisteredSerdes): ReadonlyMap<TopicName, SinkMapping> {
  return new Map<TopicName, SinkMapping>([
    [mentions.name, mentionMapping(serdes)],
    [trends.name, trendMapping(serdes)],
    [postEngagements.name, ofRows(serdes, postEngagements, 'post_engagements', postEngagementRow)],
    [engagementMetrics.name, ofRows(serdes, engagementMetrics, 'engagement_metrics', engagementMetricRow)],
    [surveyAnswers.name, ofRows(serdes, surveyAnswers, 'survey_answers', surveyAnswerRow)],
    [emergingTerms.name, ofRows(serdes, emergingTerms, 'emerging_terms', emergingTermRow)],
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
      const add: Take = (bytes, start, end) => rows.push(row(serde.decode(bytes.subarray(start, end))))
      return {
        ...taking(serdes, table, add),
        block: (token) => (rows.length === 0 ? null : { table, rows, token }),
      }
    },
  }
}

/** Fields of mentions whose texts seldom come twice. */
const plain = new Set(['postId', 'author', 'text', 'repostOf', 'url'])
/** Columns of a mention's sentiment, and its fields. */
const scores = ['confidence', 'negative', 'neutral', 'positive', 'sure', 'model']

/** Where records stand in their topic. */
class Places {
  #partitions = new Int32Array(0)
  #offsets = new Float64Array(0)
  #length = 0

  reserve(places: number): void {
    if (places <= this.#partitions.length) return
    this.#partitions = enlarged(this.#partitions, new Int32Array(places))
    this.#offsets = enlarged(this.#offsets, new Float64Array(places))
  }

  add(partition: number, offset: number): void {
    if (this.#length === this.#partitions.length) this.reserve(Math.max(1024, 2 * this.#length))
    this.#partitions[this.#length] = partition
    this.#offsets[this.#length++] = offset
  }

  columns() {
    return {
      partition: this.#partitions.subarray(0, this.#length),
      offset: this.#offsets.subarray(0, this.#length),
    }
  }
}

/** A row for each mention, decoded into columns. The score of the sentiment stands beside the others. */
function mentionMapping(serdes: RegisteredSerdes): SinkMapping {
  const table = 'mentions'
  const serde = serdes.forTopic(mentions)
  const named = new Map([
    ['sentiment.label', 'sentiment'],
    ...scores.map((name) => [`sentiment.${name}`, name] as const),
  ])
  return {
    table,
    begin: (records) => {
      const rows = serdes.columnsOf(mentions, plain)
      rows.reserve(records)
      const places = new Places()
      places.reserve(records)
      const add: Take = (bytes, start, end, batch, index) => {
        if (!rows.read(bytes, start, end)) rows.append({ ...serde.decode(bytes.subarray(start, end)) })
        places.add(batch.partition, batch.offset(index))
      }
      const columns = () => ({
        ...Object.fromEntries(
          Object.entries(rows.columns()).map(([name, column]) => [named.get(name) ?? name, column]),
        ),
        ...places.columns(),
      })
      return {
        ...taking(serdes, table, add),
        block: (token) => (rows.length === 0 ? null : { table, token, length: rows.length, columns: columns() }),
      }
    },
  }
}

/** Tables have aspects by roll-ups of mentions, corrected by what comes late: `aspects_by_hour`, `aspects_by_day`. */
const withoutColumn = new Set(['aspects'])

/** The newest result of each window in the block, decoded into columns: there are millions of them. */
function trendMapping(serdes: RegisteredSerdes): SinkMapping {
  const table = 'trends'
  const serde = serdes.forTopic(trends)
  return {
    table,
    begin: (records) => {
      const rows = serdes.columnsOf(trends, new Set(), withoutColumn)
      rows.reserve(records)
      const newest = new NewestRows(rows, ['term', 'kind', 'region', 'window', 'start'], 'revision', 'isFinal')
      const add: Take = (bytes, start, end) => {
        if (!rows.read(bytes, start, end)) rows.append({ ...serde.decode(bytes.subarray(start, end)) })
        newest.settleLast()
      }
      return {
        ...taking(serdes, table, add),
        block: (token) => (rows.length === 0 ? null : { table, token, length: rows.length, columns: rows.columns() }),
      }
    },
  }
}

/** Takes the value that lies there in the bytes, of the record of that index in the batch. */
type Take = (bytes: Uint8Array, start: number, end: number, batch: RecordBatch, index: number) => void

/** Hands on the values of records; those that cannot be taken become dead letters. */
function taking(serdes: RegisteredSerdes, table: string, take: Take): Pick<BlockBuilder, 'add' | 'rejected'> {
  const rejected: OutgoingRecord[] = []
  const add = (batch: RecordBatch, count: number) => {
    const { bytes, starts, ends } = batch
    for (let index = 0; index < count; index++) {
      const start = starts[index] as number
      if (start < 0) continue
      try {
        take(bytes, start, ends[index] as number, batch, index)
      } catch (error) {
        rejected.push(letter(serdes, table, batch.record(index), error))
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
