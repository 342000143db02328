import type { Block, ColumnBlock } from '../engine/ports/analytics.js'
import type { Backend, OutgoingRecord, TaskSession } from '../engine/ports/log.js'
import type { FetchedRecord } from '../engine/record.js'
import type { Duration } from '../engine/time.js'
import { type Offset, offset, type Partition, partitionId, type TopicName } from '../engine/topic.js'
import { backoff } from './backoff.js'
import { Bell } from './bell.js'
import type { Clock } from './clock.js'

/** Rows of a topic's records on their way into one block. Pure: the same records give the same block. */
export interface BlockBuilder {
  /** Takes the next records, in order. */
  add(records: readonly FetchedRecord[]): void
  /** Dead letters for the records that cannot be a row. */
  readonly rejected: readonly OutgoingRecord[]
  /** The block of what was added; null when no row came of it. */
  block(token: string): Block | ColumnBlock | null
}

/** How one topic becomes rows of one table. */
export interface SinkMapping {
  readonly table: string
  /** Begins a block. */
  begin(): BlockBuilder
}

interface Range {
  readonly partition: Partition
  readonly from: Offset
  readonly to: Offset
}

/** The ranges that are being written, in the order of their rows: kept from before the write until they are committed. */
interface Intent {
  readonly ranges: readonly Range[]
}

/** A block that was read, and where its records come from. */
interface Gathered {
  readonly intent: Intent
  readonly records: number
  readonly builder: BlockBuilder
}

export interface SinkReport {
  readonly topic: string
  readonly table: string
  readonly records: number
  readonly rows: number
  readonly writeMillis: number
}

export interface SinkObserver {
  /** A block is about to be written: for those who test crashes. */
  begins?(what: 'insert'): void
  /** A block that was planned before a crash is written again. */
  resumed?(topic: string): void
  written(report: SinkReport): void
  failed(topic: string, error: Error, attempt: number): void
}

export interface SinkRunnerDependencies {
  readonly backend: Backend
  readonly clock: Clock
  readonly write: (block: Block | ColumnBlock) => Promise<void>
  readonly observer: SinkObserver
  prepare(records: readonly FetchedRecord[]): Promise<void>
  /** Most records in a block. */
  readonly maxRecords: number
  /**
   * How long a block waits for more at most. One that nothing comes to for an eighth of it waits no longer, unless the
   * last one was written less than half of it ago.
   */
  readonly linger: Duration
}

const intentKey = 'intent'
/** Bytes of records in a block: rows of long texts make smaller blocks. */
const maxBytes = 32 * 1024 * 1024
/** Records that are read at once: in between, the thread answers others. */
const readAtOnce = 5_000

/**
 * Carries one topic into the analytics store, each record once (invariant 5).
 *
 * States: idle -> intent committed -> block written -> offsets committed, intent gone -> idle. A crash anywhere after
 * the first arrow finds the intent and writes the identical block again, whose token the store knows. While there is
 * more to read, the next block is read during the write, and its intent is committed with the offsets of this one.
 */
export class SinkRunner {
  readonly #topic: TopicName
  readonly #partitions: readonly Partition[]
  readonly #mapping: SinkMapping
  readonly #deps: SinkRunnerDependencies
  readonly #bell: Bell
  /** When the last block was committed. */
  #written = 0
  /** The partition in whose midst the last full block ended. */
  #filledBy: Partition = -1 as Partition

  constructor(
    topic: TopicName,
    partitions: readonly Partition[],
    mapping: SinkMapping,
    dependencies: SinkRunnerDependencies,
  ) {
    this.#topic = topic
    this.#partitions = partitions
    this.#mapping = mapping
    this.#deps = dependencies
    this.#bell = new Bell(dependencies.clock)
  }

  /** Name of the consumer group of a topic's sink, for lag. */
  static groupOf(topic: TopicName): string {
    return `clickhouse.${topic}`
  }

  /** Runs until the signal; the block under way is finished first. */
  async run(signal: AbortSignal): Promise<void> {
    const { backend, clock, observer } = this.#deps
    signal.addEventListener('abort', this.#bell.ring)
    const stopListening = backend.log.onAppend([this.#topic], this.#bell.ring)
    let attempt = 0
    try {
      while (!signal.aborted) {
        try {
          await this.#own(signal, () => {
            attempt = 0
          })
        } catch (error) {
          attempt += 1
          observer.failed(this.#topic, error instanceof Error ? error : new Error(String(error)), attempt)
          const until = clock.now() + backoff(attempt)
          while (!signal.aborted && clock.now() < until) await this.#bell.wait(until)
        }
      }
    } finally {
      stopListening()
      signal.removeEventListener('abort', this.#bell.ring)
    }
  }

  async #own(signal: AbortSignal, succeeded: () => void): Promise<void> {
    const session = await this.#deps.backend.openSession({
      group: SinkRunner.groupOf(this.#topic),
      partition: 0 as Partition,
      inputs: this.#partitions.map((partition) => ({ topic: this.#topic, partition })),
      stores: [intentKey],
    })
    try {
      const positions = new Map<Partition, Offset>(
        this.#partitions.map((partition) => [
          partition,
          session.positions.get(partitionId({ topic: this.#topic, partition })) ?? offset(0),
        ]),
      )
      const left = session.store<Intent>(intentKey).get(intentKey)
      let gathered: Gathered | null = null
      if (left !== undefined) {
        this.#deps.observer.resumed?.(this.#topic)
        gathered = await this.#gatherExactly(left)
      }
      while (!signal.aborted || gathered !== null) {
        if (gathered === null) {
          gathered = await this.#next(positions, signal)
          if (gathered === null) continue
          session.store<Intent>(intentKey).put(intentKey, gathered.intent)
          await session.commit({ offsets: [], outputs: [] })
        }
        for (const { partition, to } of gathered.intent.ranges) positions.set(partition, to)
        gathered = await this.#write(session, gathered, () => (signal.aborted ? null : this.#gather(positions)))
        succeeded()
      }
    } finally {
      await session.close()
    }
  }

  /** Waits until there is a block to write; null when the signal came first. */
  async #next(positions: ReadonlyMap<Partition, Offset>, signal: AbortSignal): Promise<Gathered | null> {
    const { clock, linger, maxRecords } = this.#deps
    while (!signal.aborted && (await this.#backlog(positions)) === 0) await this.#bell.wait(null)
    const until = clock.now() + linger
    while (!signal.aborted && clock.now() < until && (await this.#backlog(positions)) < maxRecords) {
      const quiet = Math.min(until, Math.max(clock.now() + linger / 8, this.#written + linger / 2))
      await this.#bell.wait(quiet)
      if (clock.now() >= quiet) break
    }
    return signal.aborted ? null : this.#gather(positions)
  }

  async #backlog(positions: ReadonlyMap<Partition, Offset>): Promise<number> {
    let backlog = 0
    for (const [partition, from] of positions) {
      const { end } = await this.#deps.backend.log.bounds({ topic: this.#topic, partition })
      backlog += end - from
    }
    return backlog
  }

  /** Reads a block from the positions on; null when there is nothing. */
  async #gather(positions: ReadonlyMap<Partition, Offset>): Promise<Gathered | null> {
    const builder = this.#mapping.begin()
    const ranges: Range[] = []
    let records = 0
    let bytes = 0
    // Begins behind the partition that filled the last block, so that none waits for ever behind a long one.
    const turn = (this.#partitions.indexOf(this.#filledBy) + 1) % this.#partitions.length
    for (const partition of [...this.#partitions.slice(turn), ...this.#partitions.slice(0, turn)]) {
      const from = positions.get(partition) ?? offset(0)
      let to = from
      for (let atEnd = false; !atEnd && records < this.#deps.maxRecords && bytes < maxBytes; ) {
        const limit = Math.min(readAtOnce, this.#deps.maxRecords - records)
        const read = await this.#read(builder, partition, to, limit, maxBytes - bytes)
        records += read.records
        bytes += read.bytes
        to = read.next
        atEnd = read.atEnd
        if (!atEnd) this.#filledBy = partition
      }
      if (to > from) ranges.push({ partition, from, to })
    }
    return ranges.length === 0 ? null : { intent: { ranges }, records, builder }
  }

  /** Reads the ranges of an intent again: the same records in the same order. */
  async #gatherExactly(intent: Intent): Promise<Gathered> {
    const builder = this.#mapping.begin()
    let records = 0
    for (const { partition, from, to } of intent.ranges) {
      for (let next = from; next < to; ) {
        const read = await this.#read(builder, partition, next, to - next, maxBytes, to)
        if (read.next === next) {
          const name = partitionId({ topic: this.#topic, partition })
          throw new Error(`records ${next} to ${to} of ${name} were to be written again and are gone`)
        }
        records += read.records
        next = read.next
      }
    }
    return { intent, records, builder }
  }

  async #read(
    builder: BlockBuilder,
    partition: Partition,
    from: Offset,
    limit: number,
    bytes: number,
    to: number = Number.POSITIVE_INFINITY,
  ) {
    const at = { topic: this.#topic, partition }
    const [fetched] = await this.#deps.backend.log.fetch([{ at, from }], { records: limit, bytes })
    if (fetched === undefined) throw new Error(`the log gave nothing for ${partitionId(at)}`)
    const { next, atEnd } = fetched
    const last = fetched.records.at(-1)
    const records =
      last === undefined || last.offset < to ? fetched.records : fetched.records.filter(({ offset }) => offset < to)
    await this.#deps.prepare(records)
    builder.add(records)
    let size = 0
    for (const { value } of records) if (value !== null) size += value.length
    // Reading is one long turn of the thread: those who wait for it come in between.
    if (!atEnd) await new Promise(setImmediate)
    return { next, atEnd, records: records.length, bytes: size }
  }

  /** Writes a block and commits it, together with the plan of the next one where there is one already. */
  async #write(
    session: TaskSession,
    { intent, records, builder }: Gathered,
    readAhead: () => Promise<Gathered | null> | null,
  ): Promise<Gathered | null> {
    const { clock, observer, write } = this.#deps
    const started = clock.now()
    const token = intent.ranges.map(({ partition, from, to }) => `${this.#topic}-${partition}-${from}-${to}`).join(',')
    const block = builder.block(token)
    observer.begins?.('insert')
    const [written, ahead] = await Promise.allSettled([block === null ? null : write(block), readAhead()])
    if (written.status === 'rejected') throw written.reason
    const following = ahead.status === 'fulfilled' ? ahead.value : null
    if (following === null) session.store<Intent>(intentKey).delete(intentKey)
    else session.store<Intent>(intentKey).put(intentKey, following.intent)
    await session.commit({
      outputs: builder.rejected,
      offsets: intent.ranges.map(({ partition, to }) => ({ at: { topic: this.#topic, partition }, next: to })),
    })
    this.#written = clock.now()
    observer.written({
      topic: this.#topic,
      table: this.#mapping.table,
      records,
      rows: block === null ? 0 : 'rows' in block ? block.rows.length : block.length,
      writeMillis: this.#written - started,
    })
    if (ahead.status === 'rejected') throw ahead.reason
    return following
  }
}
