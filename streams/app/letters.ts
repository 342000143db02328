import { readJsonLine } from '../../connectors/json-lines.js'
import { type Mapping, mapFields } from '../../connectors/mapping.js'
import type { DeadLetter } from '../../schemas/dead-letter.js'
import { offset, partition, topicName } from '../engine/topic.js'
import { readyFor } from './ingest.js'
import type { IncomingRecord, Instance } from './instance.js'
import { deadLetterReplays } from './topics.js'

/** A dead letter and its place in the topic of dead letters. */
export interface Letter {
  /** Partition and offset of the letter itself, as `2@17`. */
  readonly id: string
  readonly value: DeadLetter
  readonly replayed: boolean
}

export const replaysHeader = 'pulso-replays'

/** All dead letters, partition by partition, oldest first. */
export async function* listLetters(instance: Instance): AsyncGenerator<Letter> {
  const replayed = await replayedIds(instance)
  for await (const { partition: index, offset: at, value } of allOf(instance, 'dead-letters')) {
    const id = `${index}@${at}`
    if (isDeadLetter(value)) yield { id, value, replayed: replayed.has(id) }
  }
}

export interface ReplayOutcome {
  readonly replayed: number
  readonly left: readonly { readonly id: string; readonly problem: string }[]
}

/**
 * Sends the selected letters again: a record that was in the log with the bytes it had, a line of a file read anew with
 * the mapping. A letter is marked in the same step as its record is appended, so that it is sent once.
 */
export async function replayLetters(
  instance: Instance,
  options: {
    readonly mapping: Mapping
    readonly selects: (letter: Letter) => boolean
    readonly maxValueBytes: number
  },
): Promise<ReplayOutcome> {
  let replayed = 0
  const left: { id: string; problem: string }[] = []
  for await (const letter of listLetters(instance)) {
    if (!options.selects(letter)) continue
    const record = await recordOf(instance, letter, options.mapping, options.maxValueBytes)
    if (typeof record === 'string') {
      left.push({ id: letter.id, problem: record })
      continue
    }
    await instance.append([
      { ...record, headers: { [replaysHeader]: Buffer.from(String(letter.value.replays + 1)) } },
      {
        topic: deadLetterReplays.name,
        key: letter.id,
        value: { kind: 'value', value: letter.value.topic },
        timestamp: letter.value.timestamp,
      },
    ])
    replayed += 1
  }
  return { replayed, left }
}

/** The record to send, or why there is none. */
async function recordOf(
  instance: Instance,
  letter: Letter,
  mapping: Mapping,
  maxValueBytes: number,
): Promise<IncomingRecord | string> {
  const { value } = letter
  if (value.file !== null) {
    if (value.value === null || value.bytes > value.value.length) {
      return `of ${value.bytes} bytes only the first ${value.value?.length ?? 0} were kept: replay ${value.file} itself`
    }
    const line = { number: value.line ?? 0, bytes: value.value, length: value.value.length }
    const item = readJsonLine(line, maxValueBytes)
    if (item.kind === 'refused') return item.detail
    const ready = readyFor(value.topic, mapFields(item.fields, mapping))
    return typeof ready === 'string' ? ready : ready.at(ready.time)
  }
  return originalOf(instance, value)
}

/** The record as it stands in the log; the copy in the letter may be cut. */
async function originalOf(instance: Instance, letter: DeadLetter): Promise<IncomingRecord | string> {
  const { topic, key, timestamp } = letter
  const whole = letter.value === null || letter.value.length === letter.bytes
  if (whole) {
    return { topic, key, value: letter.value === null ? null : { kind: 'bytes', bytes: letter.value }, timestamp }
  }
  if (letter.partition === null || letter.offset === null) return 'only the beginning of its bytes was kept'
  const at = { topic: topicName(topic), partition: partition(letter.partition) }
  const [read] = await instance.fetch([{ at, from: offset(letter.offset) }], {
    records: 1,
    bytes: letter.bytes + 65_536,
  })
  const record = read?.records[0]
  if (record?.value == null || record.offset !== letter.offset) return 'the record itself is no longer in the log'
  return { topic, key: record.key, value: { kind: 'bytes', bytes: record.value }, timestamp: record.timestamp }
}

async function replayedIds(instance: Instance): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for await (const { key } of allOf(instance, deadLetterReplays.name)) if (key !== null) ids.add(key)
  return ids
}

async function* allOf(instance: Instance, topic: string) {
  for (const { partition: index, start } of await instance.positions(topic)) {
    let from = start
    for (let atEnd = false; !atEnd; ) {
      const shown = await instance.show(topic, [{ partition: index, from }], 200)
      yield* shown.records
      from = shown.next[0]?.from ?? from
      atEnd = shown.atEnd
    }
  }
}

const isDeadLetter = (value: unknown): value is DeadLetter =>
  typeof value === 'object' && value !== null && 'reason' in value && 'detail' in value && 'bytes' in value
