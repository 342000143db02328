import { partitionFor } from '../partitioner.js'
import type { OutgoingRecord, Records } from '../ports/log.js'
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

  /** The same, as a task takes them. */
  batch(at: TopicPartition, from: number, to: number): Records {
    return inRow(this.read(at, from, to))
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
