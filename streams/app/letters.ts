import type { DeadLetter } from '../../schemas/dead-letter.js'
import type { Instance, PartitionPosition } from './instance.js'
import { deadLetterReplays } from './topics.js'

/** A dead letter and its place in the topic of dead letters. */
export interface Letter {
  /** Partition and offset of the letter itself, as `2@17`. */
  readonly id: string
  /** Key of the letter in its topic: where the record or the line stood. */
  readonly key: string
  readonly value: DeadLetter
  readonly replayed: boolean
}

/** All dead letters that there are now, partition by partition, oldest first; not those that come meanwhile. */
export async function* listLetters(instance: Instance): AsyncGenerator<Letter> {
  const replayed = await replayedIds(instance)
  for await (const { partition: index, offset: at, key, value } of allOf(instance, 'dead-letters')) {
    const id = `${index}@${at}`
    if (isDeadLetter(value)) yield { id, key: key ?? '', value, replayed: replayed.has(id) }
  }
}

/** The dead letter of that id; null when there is none. @param id as `2@17` */
export async function findLetter(instance: Instance, id: string): Promise<Letter | null> {
  const [, index, at] = /^(\d{1,4})@(\d{1,15})$/.exec(id) ?? []
  const position = (await instance.positions('dead-letters')).find(({ partition }) => partition === Number(index))
  if (position === undefined || Number(at) < position.start || Number(at) >= position.end) return null
  const { records } = await instance.show('dead-letters', [{ partition: position.partition, from: Number(at) }], 1)
  const [record] = records
  if (record === undefined || record.offset !== Number(at) || !isDeadLetter(record.value)) return null
  return { id, key: record.key ?? '', value: record.value, replayed: (await replayedIds(instance)).has(id) }
}

async function replayedIds(instance: Instance): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for await (const { key } of allOf(instance, deadLetterReplays.name)) if (key !== null) ids.add(key)
  return ids
}

async function* allOf(instance: Instance, topic: string) {
  for (const position of await instance.positions(topic)) yield* partitionOf(instance, topic, position)
}

async function* partitionOf(instance: Instance, topic: string, { partition: index, start, end }: PartitionPosition) {
  for (let from = start; from < end; ) {
    const shown = await instance.show(topic, [{ partition: index, from }], 200)
    for (const record of shown.records) if (record.offset < end) yield record
    const next = shown.next[0]?.from ?? end
    if (next === from) return
    from = next
  }
}

const isDeadLetter = (value: unknown): value is DeadLetter =>
  typeof value === 'object' && value !== null && 'reason' in value && 'detail' in value && 'bytes' in value
