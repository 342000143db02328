import type { Fetched, RecordBatch } from './ports/log.js'
import type { FetchedRecord } from './record.js'
import type { Offset, TopicPartition } from './topic.js'

/** What a fetch gives of one partition: batches, of which objects are made for those who want records. */
export class FetchedPartition implements Fetched {
  readonly count: number
  #records: readonly FetchedRecord[] | null = null

  constructor(
    readonly at: TopicPartition,
    readonly batches: readonly RecordBatch[],
    readonly next: Offset,
    readonly atEnd: boolean,
  ) {
    this.count = batches.reduce((sum, { length }) => sum + length, 0)
  }

  get records(): readonly FetchedRecord[] {
    this.#records ??= this.batches.flatMap((batch) =>
      Array.from({ length: batch.length }, (_, index) => batch.record(index)),
    )
    return this.#records
  }
}
