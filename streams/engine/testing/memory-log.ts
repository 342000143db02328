import { partitionFor } from '../partitioner.js'
import type { OutgoingRecord, RecordBatch, Records } from '../ports/log.js'
import type { FetchedRecord } from '../record.js'
import { offset, partition, partitionId, type TopicName, type TopicPartition } from '../topic.js'

/** Topics in memory, for tests of topologies. */
export class MemoryLog {
  readonly #records = new Map<string, FetchedRecord[]>()

  constructor(readonly partitionsOf: (topic: TopicName) => number) {}

  append(record: OutgoingRecord): void {
    const { topic, key, value, timestamp, headers } = record
    const chosen = record.partition ?? partition(key === null ? 0 : partitionFor(key, this.partitionsOf(topic)))
    const records = this.#of({ topic, partition: chosen })
    records.push({ topic, partition: chosen, offset: offset(records.length), key, value, timestamp, headers })
  }

  end(at: TopicPartition): number {
    return this.#of(at).length
  }

  read(at: TopicPartition, from: number, to: number): readonly FetchedRecord[] {
    return this.#of(at).slice(from, to)
  }

  /** The same, as a task takes them: in one or the other of the two forms that backends give. */
  batch(at: TopicPartition, from: number, to: number): Records {
    const records = this.read(at, from, to)
    return from % 2 === 0 ? placed(records) : inRow(records)
  }

  #of(at: TopicPartition): FetchedRecord[] {
    const id = partitionId(at)
    const records = this.#records.get(id) ?? []
    this.#records.set(id, records)
    return records
  }
}

/** @param records in offset order */
export const inRow = (records: readonly FetchedRecord[]): Records => ({
  length: records.length,
  timestamp: (index) => (records[index] as FetchedRecord).timestamp,
  record: (index) => records[index] as FetchedRecord,
})

/** The same over one area of bytes, with something between the records. */
export function placed(records: readonly FetchedRecord[]): RecordBatch {
  const one = (index: number) => records[index] as FetchedRecord
  const bytes: number[] = []
  const lay = (part: Uint8Array | null): readonly [start: number, end: number] => {
    if (part === null) return [-1, -1]
    const start = bytes.push(0xff)
    for (const byte of part) bytes.push(byte)
    return [start, bytes.length]
  }
  const keys = records.map(({ key }) => lay(key))
  const values = records.map(({ value }) => lay(value))
  return {
    partition: records[0]?.partition ?? partition(0),
    length: records.length,
    bytes: Uint8Array.from(bytes),
    starts: Int32Array.from(values, ([start]) => start),
    ends: Int32Array.from(values, ([, end]) => end),
    keyStarts: Int32Array.from(keys, ([start]) => start),
    keyEnds: Int32Array.from(keys, ([, end]) => end),
    offset: (index) => one(index).offset,
    timestamp: (index) => one(index).timestamp,
    headers: (index) => one(index).headers,
    record: one,
  }
}
