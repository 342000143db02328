import type { Backend } from '../../streams/engine/ports/log.js'
import type { FetchedRecord } from '../../streams/engine/record.js'
import { type TopicPartition, topicName } from '../../streams/engine/topic.js'
import { closingKey } from './input.js'

const limit = { records: 20_000, bytes: 4 * 2 ** 20 }

/** Reads the results of a partition from its start to its end. */
async function* resultsOf(backend: Backend, at: TopicPartition): AsyncGenerator<FetchedRecord> {
  let { start: from } = await backend.log.bounds(at)
  for (;;) {
    const [fetched] = await backend.log.fetch([{ at, from }], limit)
    if (fetched === undefined) throw new Error(`nothing was said of ${at.topic}-${at.partition}`)
    for (const record of fetched.records) if (record.key === null || latin1(record.key) !== closingKey) yield record
    from = fetched.next
    if (fetched.atEnd) return
  }
}

/**
 * Compares two topics, partition by partition and record by record: equal keys and values, as often in one as in the
 * other, in any order between keys. A topic equals itself.
 * @returns the number of records
 * @throws Error that shows the first record which one of them lacks
 */
export async function compare(
  backend: Backend,
  partitions: readonly TopicPartition['partition'][],
  [one, other]: readonly [string, string],
): Promise<number> {
  let count = 0
  for (const partition of partitions) {
    if (one === other) {
      for await (const _ of resultsOf(backend, { topic: topicName(one), partition })) count += 1
      continue
    }
    const held = new Map<string, number>()
    const place = (name: string): TopicPartition => ({ topic: topicName(name), partition })
    for await (const record of resultsOf(backend, place(one))) {
      const text = textOf(record)
      held.set(text, (held.get(text) ?? 0) + 1)
      count += 1
    }
    for await (const record of resultsOf(backend, place(other))) {
      const text = textOf(record)
      const left = held.get(text)
      if (left === undefined) throw differs(other, one, record)
      if (left === 1) held.delete(text)
      else held.set(text, left - 1)
    }
    if (held.size === 0) continue
    for await (const record of resultsOf(backend, place(one)))
      if (held.has(textOf(record))) throw differs(one, other, record)
  }
  return count
}

const differs = (has: string, lacks: string, { key, value, partition, offset, timestamp }: FetchedRecord): Error =>
  new Error(
    `${has}-${partition} holds at offset ${offset} a record that ${lacks} lacks: key "${key && Buffer.from(key)}", ` +
      `timestamp ${timestamp}, value ${value && Buffer.from(value).toString('hex')}`,
  )

const textOf = ({ key, value }: FetchedRecord): string => `${latin1(key)} ${latin1(value)}`

const latin1 = (bytes: Uint8Array | null): string =>
  bytes === null ? 'null' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
