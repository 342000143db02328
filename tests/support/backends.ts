import { randomUUID } from 'node:crypto'
import { batchesOf } from '../../streams/engine/outgoing-records.js'
import type { Backend, Log, OutgoingRecord } from '../../streams/engine/ports/log.js'
import type { SchemaRegistry } from '../../streams/engine/ports/registry.js'
import { type FetchedRecord, noHeaders } from '../../streams/engine/record.js'
import { offset, partition, type TopicPartition, topic, topicName } from '../../streams/engine/topic.js'

/** A place that keeps a log, state and schemas. Its clients see what each other writes. */
export interface BackendPlace {
  /** Another client of the place, as another thread or worker would open it. */
  open(): Promise<Backend & { readonly registry: SchemaRegistry }>
  /** Closes all clients; what was written stays. */
  closeAll(): Promise<void>
  /** Takes everything away. */
  remove(): Promise<void>
}

let made = 0
/** Test files share a broker, and may share a process. */
const file = randomUUID().slice(0, 8)

/** A topic that nobody else uses. */
export const newTopic = (options: Parameters<typeof topic>[2] = {}) =>
  topic<Uint8Array>(`topic-${file}-${++made}`, 'bytes', options)

/** A group that nobody else uses. */
export const newGroup = () => `group-${file}-${++made}`

const utf8 = new TextEncoder()
export const bytes = (text: string): Uint8Array => utf8.encode(text)
export const text = (value: Uint8Array | null): string | null => (value === null ? null : Buffer.from(value).toString())

export const partitionOf = (name: string, index = 0): TopicPartition => ({
  topic: topicName(name),
  partition: partition(index),
})

/** A record for the topic's partition 0, unless the fields say otherwise. */
export const outgoing = (name: string, value: string, fields: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  topic: topicName(name),
  partition: partition(0),
  key: null,
  value: bytes(value),
  timestamp: 1_600_000_000_000,
  headers: noHeaders,
  ...fields,
})

/** Such records for a commit. */
export const outgoingBatches = (...records: readonly OutgoingRecord[]) => batchesOf(records, () => 1)

/** Everything that the partition holds now. */
export async function readAll(log: Log, at: TopicPartition, limit = { records: 1_000, bytes: 1e6 }) {
  const records: FetchedRecord[] = []
  let { start: from } = await log.bounds(at)
  for (;;) {
    const [fetched] = await log.fetch([{ at, from }], limit)
    if (fetched === undefined) throw new Error('a fetch of one partition gave none')
    records.push(...fetched.records)
    from = offset(fetched.next)
    if (fetched.atEnd) return records
  }
}

export const valuesOf = async (log: Log, at: TopicPartition) => (await readAll(log, at)).map(({ value }) => text(value))
