import type { RecordBatch } from '../engine/ports/log.js'
import type { FetchedRecord, Headers } from '../engine/record.js'
import type { Timestamp } from '../engine/time.js'
import { type Offset, offset, type Partition, type TopicName } from '../engine/topic.js'
import type { Batch, Places } from './batch.js'
import type { PartitionPlace, PlacedBatch } from './batches.js'

/** Records `from` to `to` of a batch at its place in the log. */
export class BatchSlice implements RecordBatch {
  readonly length: number
  readonly partition: Partition
  readonly #topic: TopicName
  readonly #batch: Batch
  readonly #base: number
  readonly #from: number
  #values: Places | null = null
  #keys: Places | null = null

  constructor({ topic, partition }: PartitionPlace, { base, batch }: PlacedBatch, from: number, to: number) {
    this.length = to - from
    this.#topic = topic
    this.partition = partition
    this.#batch = batch
    this.#base = base
    this.#from = from
  }

  get bytes(): Uint8Array {
    return this.#batch.bytes
  }

  get starts(): Int32Array {
    return this.#placesOfValues().starts
  }

  get ends(): Int32Array {
    return this.#placesOfValues().ends
  }

  get keyStarts(): Int32Array {
    return this.#placesOfKeys().starts
  }

  get keyEnds(): Int32Array {
    return this.#placesOfKeys().ends
  }

  offset(index: number): Offset {
    return offset(this.#base + this.#batch.distance(this.#from + index))
  }

  timestamp(index: number): Timestamp {
    return this.#batch.timestamp(this.#from + index)
  }

  headers(index: number): Headers {
    return this.#batch.headers(this.#from + index)
  }

  record(index: number): FetchedRecord {
    // Field by field: spreading an object in the middle of a literal costs more than all the rest.
    const { key, value, timestamp, headers } = this.#batch.record(this.#from + index)
    const [topic, partition] = [this.#topic, this.partition]
    return { topic, partition, offset: this.offset(index), key, value, timestamp, headers }
  }

  #placesOfValues(): Places {
    this.#values ??= this.#batch.values(this.#from, this.#from + this.length)
    return this.#values
  }

  #placesOfKeys(): Places {
    this.#keys ??= this.#batch.keys(this.#from, this.#from + this.length)
    return this.#keys
  }
}
