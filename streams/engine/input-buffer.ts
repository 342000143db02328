import { KnownTexts } from './known-texts.js'
import type { RecordBatch, Records } from './ports/log.js'
import type { FetchedRecord } from './record.js'
import type { Serde } from './serde.js'
import type { StageInput, TaskInput } from './stage.js'
import type { Timestamp } from './time.js'
import { partitionId, type TopicPartition } from './topic.js'
import type { Owns } from './widths.js'
import { isAssignable } from './window.js'

/** Timestamps that records from outside may have, both ends included. */
export interface TimestampLimits {
  readonly from: Timestamp
  readonly until: Timestamp
}

/** The records of one input partition that were fetched and not yet taken. */
export class InputBuffer {
  readonly id: string
  /** Whether nothing lay beyond the records at the latest fetch, as far as that is known. */
  atEnd = false
  /** Whether no partition of the topic ever held a record. */
  unused = false
  /** Offset after the last record taken; null: none was taken since the last flush. */
  next: number | null = null
  /** Whether a record has shown its timestamp in the run under way. */
  shown = false
  /** The highest timestamp that the partition has shown; null: none. */
  streamTime: Timestamp | null = null
  /** Keys as texts. */
  readonly keys = new KnownTexts()
  #batches: Records[] = []
  /** Index of the next record in the first batch, and the record once it was asked for. */
  #at = 0
  #head: FetchedRecord | undefined
  #size = 0
  #limits: TimestampLimits = { from: 0, until: Number.POSITIVE_INFINITY }

  constructor(
    readonly input: StageInput,
    readonly at: TopicPartition,
    readonly serde: Serde<unknown>,
    /** Which records are the task's; null: all are. */
    private readonly owns: Owns | null = null,
  ) {
    this.id = partitionId(at)
  }

  get size(): number {
    return this.#size
  }

  get head(): FetchedRecord | undefined {
    this.#head ??= this.#batches[0]?.record(this.#at)
    return this.#head
  }

  /** The batch that holds the next record. */
  get batch(): Records | undefined {
    return this.#batches[0]
  }

  /** The place of the next record in its batch. */
  get index(): number {
    return this.#at
  }

  /**
   * Timestamp that gives the next record its turn. What has no place in the order of time is taken at once: control
   * records, and records whose timestamp is impossible.
   */
  get turn(): Timestamp {
    const batch = this.#batches[0]
    if (batch === undefined) return Number.POSITIVE_INFINITY
    const timestamp = batch.timestamp(this.#at)
    if (this.input.role === 'repartition') return this.#isControl(batch) ? Number.NEGATIVE_INFINITY : timestamp
    return this.isPlausible(timestamp) ? timestamp : Number.NEGATIVE_INFINITY
  }

  #isControl(batch: Records): boolean {
    if (isPlaced(batch)) return (batch.keyStarts[this.#at] as number) < 0
    return this.head !== undefined && isControl(this.head)
  }

  /** Whether another task has the key of the next record. */
  get isElsewhere(): boolean {
    const batch = this.#batches[0]
    if (this.owns === null || batch === undefined) return false
    return !this.owns(isPlaced(batch) ? keyAt(batch, this.#at) : (this.head?.key ?? null), this.at.partition)
  }

  isPlausible(timestamp: Timestamp): boolean {
    return timestamp >= this.#limits.from && timestamp <= this.#limits.until && isAssignable(timestamp)
  }

  /** A run begins. */
  begin(limits: TimestampLimits): void {
    this.#limits = limits
    this.shown = false
  }

  add(batches: readonly Records[]): void {
    for (const batch of batches) {
      if (batch.length === 0) continue
      this.#batches.push(batch)
      this.#size += batch.length
    }
  }

  /** @param offset of the next record, which is the next no more */
  take(offset: number): void {
    this.#head = undefined
    this.#at += 1
    this.#size -= 1
    this.next = offset + 1
    if (this.#at === this.#batches[0]?.length) {
      this.#batches.shift()
      this.#at = 0
    }
  }

  /** Raises the stream time; gives it. */
  observe(timestamp: Timestamp): Timestamp {
    this.shown = true
    if (this.streamTime === null || timestamp > this.streamTime) this.streamTime = timestamp
    return this.streamTime
  }
}

function keyAt({ bytes, keyStarts, keyEnds }: RecordBatch, index: number): Uint8Array | null {
  const start = keyStarts[index] ?? -1
  return start < 0 ? null : bytes.subarray(start, keyEnds[index])
}

/** Whether keys and values of the records can be read where they lie. */
export const isPlaced = (batch: Records): batch is RecordBatch => 'keyStarts' in batch

/** A control record has neither key nor value; repartitioned records always have a key. */
export const isControl = (record: FetchedRecord): boolean => record.key === null

/**
 * Takes up what was fetched. An input that was left out of a fetch of others, or that had records waiting, may have
 * grown since: it is not known to be at its end.
 */
export function refill(
  buffers: ReadonlyMap<string, InputBuffer>,
  fetched: TaskInput['fetched'],
  limits: TimestampLimits,
): void {
  for (const buffer of buffers.values()) {
    if (fetched.length > 0 || buffer.size > 0) buffer.atEnd = false
    buffer.begin(limits)
  }
  for (const { at, batches, atEnd, unused = false } of fetched) {
    const buffer = buffers.get(partitionId(at))
    if (buffer === undefined)
      throw new Error(`records of ${partitionId(at)} were given to a task that does not read it`)
    buffer.add(batches)
    buffer.atEnd = atEnd
    buffer.unused = unused
  }
}

/**
 * The input whose record is to be taken next: the one with the lowest timestamp, the first of the buffers where they are
 * equal. Null while an input is empty that may have more: its next record may be older. The order is thus the same
 * however the inputs were cut into fetches.
 */
export function nextInput(buffers: readonly InputBuffer[]): InputBuffer | null {
  let lowest: InputBuffer | null = null
  let lowestTime = Number.POSITIVE_INFINITY
  for (const buffer of buffers) {
    if (buffer.size === 0) {
      if (!buffer.atEnd) return null
      continue
    }
    const turn = buffers.length === 1 ? 0 : buffer.turn
    if (turn < lowestTime) {
      lowest = buffer
      lowestTime = turn
    }
  }
  return lowest
}
