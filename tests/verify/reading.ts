import type { Instance, ShownRecord } from '../../streams/app/instance.js'
import { partition, topicName } from '../../streams/engine/topic.js'
import type { Cell } from './comparison.js'

/** Topics that the input is sent to. */
export const inputTopics = ['posts', 'reviews', 'deletions'] as const

const recordsAtATime = 10_000

/** Rows of a query. */
export async function queried(
  instance: Instance,
  sql: string,
  params: Readonly<Record<string, string>> = {},
): Promise<readonly (readonly unknown[])[]> {
  const bytes = await instance.query(sql, 'JSONCompactEachRow', params)
  const lines = Buffer.from(bytes).toString('utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

/** A cell as ClickHouse writes it: whole numbers of 64 bits may come as texts. */
export const numberOf = (cell: unknown): number => Number(cell)

/** A cell that is compared as it is. */
export function cellOf(cell: unknown): Cell {
  if (cell === null || typeof cell === 'string' || typeof cell === 'boolean' || typeof cell === 'number') return cell
  return JSON.stringify(cell)
}

/** Every record of a topic, decoded, partition by partition. */
export async function* shown(instance: Instance, topic: string): AsyncGenerator<ShownRecord> {
  for (const { partition: index, start, end } of await instance.positions(topic)) {
    let from = start
    while (from < end) {
      const page = await instance.show(topic, [{ partition: index, from }], recordsAtATime)
      for (const record of page.records) if (record.offset < end) yield record
      from = advanced(topic, from, page.next[0]?.from)
    }
  }
}

export interface RawRecord {
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly value: Uint8Array | null
  readonly timestamp: number
}

/** Every record of a topic, its value left as it is. */
export async function* raw(instance: Instance, topic: string): AsyncGenerator<RawRecord> {
  for (const { partition: index, start, end } of await instance.positions(topic)) {
    const at = { topic: topicName(topic), partition: partition(index) }
    let from = start
    while (from < end) {
      const [page] = await instance.fetch([{ at, from }], { records: recordsAtATime, bytes: 16 * 1024 * 1024 })
      for (const { offset, key, value, timestamp } of page?.records ?? [])
        yield { partition: index, offset, key: Buffer.from(key ?? []).toString('utf8'), value, timestamp }
      from = advanced(topic, from, page?.next)
    }
  }
}

function advanced(topic: string, from: number, next: number | undefined): number {
  if (next === undefined || next <= from) throw new Error(`topic ${topic} gives nothing from offset ${from} on`)
  return next
}

/** Counters of a running engine by name and labels, as `/metrics` shows them. */
export async function counters(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const found = text.matchAll(/^(pulso_records_\w+\{[^}]*\}) (\S+)$/gm)
  return new Map(Array.from(found, ([, name = '', value]) => [name, Number(value)]))
}
