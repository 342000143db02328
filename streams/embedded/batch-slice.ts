import type { RecordBatch } from '../engine/ports/log.js'
import type { FetchedRecord } from '../engine/record.js'
import type { Timestamp } from '../engine/time.js'
import { type Offset, offset, type Partition, type TopicName } from '../engine/topic.js'
import type { Batch } from './batch.js'
import type { PartitionPlace, PlacedBatch } from './batches.js'

/** Records `from` to `to` of a batch at its place in the log. */
export class BatchSlice implements RecordBatch {
  readonly length: number
  readonly #topic: TopicName
  readonly #partition: Partition
  readonly #batch: Batch
  readonly #base: number
  readonly #from: number
  #values: ReturnType<Batch['values']> | null = null

  constructor({ topic, partition }: PartitionPlace, { base, batch }: PlacedBatch, from: number, to: number) {
    this.length = to - from
    this.#topic = topic
    this.#partition = partition
    this.#batch = batch
    this.#base = base
    this.#from = from
  }

  get bytes(): Uint8Array {
    return this.#places().bytes
  }

  get starts(): Int32Array {
    return this.#places().starts
  }

  get ends(): Int32Array {
    return this.#places().ends
  }

  offset(index: number): Offset {
    return offset(this.#base + this.#batch.distance(this.#from + index))
  }

  timestamp(index: number): Timestamp {
    return this.#batch.timestamp(this.#from + index)
  }

  record(index: number): FetchedRecord {
    // Field by field: spreading an object in the middle of a literal costs more than all the rest.
    const { key, value, timestamp, headers } = this.#batch.record(this.#from + index)
    const [topic, partition] = [this.#topic, this.#partition]
    return { topic, partition, offset: this.offset(index), key, value, timestamp, headers }
  }

  #places(): ReturnType<Batch['values']> {
    this.#values ??= this.#batch.values(this.#from, this.#from + this.length)
    return this.#values
  }
}
