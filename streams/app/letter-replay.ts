import { createHash } from 'node:crypto'
import { readCsvLine } from '../../connectors/csv.js'
import { isCsv, readFileLines } from '../../connectors/file.js'
import type { Fields, SourceItem } from '../../connectors/item.js'
import { readJsonLine } from '../../connectors/json-lines.js'
import type { Line } from '../../connectors/lines.js'
import { type Mapping, mapFields } from '../../connectors/mapping.js'
import type { DeadLetter } from '../../schemas/dead-letter.js'
import { offset, partition, topicName } from '../engine/topic.js'
import { readyFor } from './ingest.js'
import type { IncomingRecord, Instance } from './instance.js'
import { type Letter, listLetters } from './letters.js'
import { deadLetterReplays } from './topics.js'

export const replaysHeader = 'pulso-replays'

export interface LetterReplayOptions {
  readonly mapping: Mapping
  readonly selects: (letter: Letter) => boolean
  /** Lines of files above this stay. */
  readonly maxValueBytes: number
}

export interface LetterReplayOutcome {
  readonly replayed: number
  readonly left: readonly { readonly id: string; readonly problem: string }[]
}

/** A line of a file of which the letter holds the beginning alone: enough to know it again where it stands. */
interface CutLine {
  readonly letter: Omit<Letter, 'value'> & { readonly value: Omit<DeadLetter, 'value'> }
  readonly kept: number
  readonly digest: string
}

/**
 * Sends the selected letters again: a record that was in the log with the bytes it had, a line of a file read anew with
 * the mapping. Where a letter holds the beginning alone, the whole is read at its place in the log or in the file.
 */
export async function replayLetters(instance: Instance, options: LetterReplayOptions): Promise<LetterReplayOutcome> {
  const sender = new Sender(instance)
  const cutLines = new Map<string, Map<number, CutLine[]>>()
  const topics = new Set<string>((await instance.topics()).map(({ name }) => name))
  for await (const letter of listLetters(instance)) {
    if (!options.selects(letter)) continue
    const { file, line, value, bytes } = letter.value
    if (!topics.has(letter.value.topic)) await sender.take(letter, ofNoTopic)
    else if (file === null) await sender.take(letter, await originalOf(instance, letter.value))
    else if (value !== null && line !== null && bytes > value.length) {
      const lines = cutLines.get(file) ?? new Map<number, CutLine[]>()
      cutLines.set(file, lines)
      const { value: _, ...rest } = letter.value
      const cut = { letter: { ...letter, value: rest }, kept: value.length, digest: digestOf(value) }
      lines.set(line, [...(lines.get(line) ?? []), cut])
    } else await sender.take(letter, recordOf(letter.value, value ?? new Uint8Array(), options))
  }
  for (const [file, lines] of cutLines) await takeFromFile(file, lines, sender, options)
  return sender.finish()
}

const ofNoTopic = 'it is a result and not a record that was sent: mend what failed, and replay the records behind it'

/** One pass over the file for all its cut lines. */
async function takeFromFile(
  file: string,
  lines: ReadonlyMap<number, readonly CutLine[]>,
  sender: Sender,
  options: LetterReplayOptions,
): Promise<void> {
  const missing = new Map(lines)
  const cannot = async (cuts: readonly CutLine[], why: string) => {
    for (const { letter, kept } of cuts) {
      const problem = `of ${letter.value.bytes} bytes only the first ${kept} were kept, and ${why}: mend the line and replay the file`
      await sender.take(letter, problem)
    }
  }
  let first: Line | null = null
  try {
    for await (const line of readFileLines(file, options.maxValueBytes)) {
      first ??= line
      const cuts = missing.get(line.number)
      if (cuts === undefined) continue
      missing.delete(line.number)
      for (const cut of cuts) {
        const { letter, kept, digest } = cut
        const same = line.length === letter.value.bytes && digestOf(line.bytes.subarray(0, kept)) === digest
        if (!same) await cannot([cut], `line ${line.number} of ${file} is another one now`)
        else await sender.take(letter, recordFrom(letter.value, await itemOf(file, first, line, options), options))
      }
      if (missing.size === 0) return
    }
    for (const cuts of missing.values()) await cannot(cuts, `${file} has no such line any more`)
  } catch (error) {
    for (const cuts of missing.values()) await cannot(cuts, error instanceof Error ? error.message : String(error))
  }
}

/** What a line of a file holds. */
function itemOf(file: string, first: Line, line: Line, { maxValueBytes }: LetterReplayOptions): Promise<SourceItem> {
  return isCsv(file) ? readCsvLine(first, line, maxValueBytes) : Promise.resolve(readJsonLine(line, maxValueBytes))
}

/** The record that a letter makes which holds the whole line, or the cells of a row as JSON; or why it makes none. */
function recordOf(
  { topic, file, line, detail }: Pick<DeadLetter, 'topic' | 'file' | 'line' | 'detail'>,
  bytes: Uint8Array,
  options: LetterReplayOptions,
): IncomingRecord | string {
  const item = readJsonLine({ number: line ?? 0, bytes, length: bytes.length }, options.maxValueBytes)
  if (item.kind === 'refused' && file !== null && isCsv(file)) return `${detail}: mend the row and replay the file`
  return recordFrom({ topic }, item, options)
}

/** The record that a line makes, or why it makes none. */
function recordFrom(
  { topic }: Pick<DeadLetter, 'topic'>,
  item: SourceItem,
  { mapping }: LetterReplayOptions,
): IncomingRecord | string {
  if (item.kind === 'refused') return item.detail
  const fields: Fields = mapFields(item.fields, mapping)
  const ready = readyFor(topic, fields)
  return typeof ready === 'string' ? ready : ready.at(ready.time)
}

/** The record as it came; from its place in the log where the letter holds the beginning alone. */
async function originalOf(instance: Instance, letter: DeadLetter): Promise<IncomingRecord | string> {
  const { topic, key, timestamp } = letter
  const whole = letter.value === null || letter.value.length === letter.bytes
  if (whole) {
    return { topic, key, value: letter.value === null ? null : { kind: 'bytes', bytes: letter.value }, timestamp }
  }
  if (letter.partition === null || letter.offset === null) return 'only the beginning of its bytes was kept'
  const at = { topic: topicName(topic), partition: partition(letter.partition) }
  const limit = { records: 1, bytes: letter.bytes + 65_536 }
  const [read] = await instance.fetch([{ at, from: offset(letter.offset) }], limit).catch(() => [])
  const record = read?.records[0]
  if (record?.value == null || record.offset !== letter.offset) return 'the record itself is no longer in the log'
  return { topic, key: record.key, value: { kind: 'bytes', bytes: record.value }, timestamp: record.timestamp }
}

const mostLetters = 500
const mostBytes = 4 * 1024 * 1024

/** Sends records in batches. A letter is marked in the same step as its record is appended, so that it is sent once. */
class Sender {
  readonly #instance: Instance
  readonly #left: { readonly id: string; readonly problem: string }[] = []
  #records: IncomingRecord[] = []
  #letters = 0
  #bytes = 0
  #replayed = 0

  constructor(instance: Instance) {
    this.#instance = instance
  }

  async take(letter: CutLine['letter'], record: IncomingRecord | string): Promise<void> {
    if (typeof record === 'string') {
      this.#left.push({ id: letter.id, problem: record })
      return
    }
    const { topic, timestamp, replays, bytes } = letter.value
    const mark = { topic: deadLetterReplays.name, key: letter.id, value: { kind: 'value', value: topic } as const }
    const headers = { [replaysHeader]: Buffer.from(String(replays + 1)) }
    this.#records.push({ ...record, headers }, { ...mark, timestamp })
    this.#letters += 1
    this.#bytes += bytes
    if (this.#letters >= mostLetters || this.#bytes >= mostBytes) await this.#flush()
  }

  async finish(): Promise<LetterReplayOutcome> {
    await this.#flush()
    return { replayed: this.#replayed, left: this.#left }
  }

  async #flush(): Promise<void> {
    await this.#instance.append(this.#records)
    this.#replayed += this.#letters
    this.#records = []
    this.#letters = 0
    this.#bytes = 0
  }
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')
