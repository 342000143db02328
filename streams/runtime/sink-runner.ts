import { batchesOf } from '../engine/outgoing-records.js'
import type { Block, ColumnBlock } from '../engine/ports/analytics.js'
import type { Backend, Fetched, OutgoingRecord, RecordBatch, TaskSession } from '../engine/ports/log.js'
import type { Duration } from '../engine/time.js'
import { type Offset, offset, type Partition, partitionId, type TopicName } from '../engine/topic.js'
import { backoff } from './backoff.js'
import { Bell } from './bell.js'
import type { Clock } from './clock.js'
import { type LostRange, type OffsetReset, startingPositions } from './starting-positions.js'

/** Rows of a topic's records on their way into one block. Pure: the same records give the same block. */
export interface BlockBuilder {
  /** Takes the first records of the next batch, in order. */
  add(batch: RecordBatch, count: number): void
  /** Dead letters for the records that cannot be a row. */
  readonly rejected: readonly OutgoingRecord[]
  /** The block of what was added; null when no row came of it. */
  block(token: string): Block | ColumnBlock | null
}

/** How one topic becomes rows of one table. */
export interface SinkMapping {
  readonly table: string
  /** Begins a block of about so many records. */
  begin(records: number): BlockBuilder
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
  /** Records were gone before they were read. */
  lost(group: string, range: LostRange): void
}

export interface SinkRunnerDependencies {
  readonly backend: Backend
  readonly clock: Clock
  readonly write: (block: Block | ColumnBlock) => Promise<void>
  readonly observer: SinkObserver
  /** What to do when records are gone before they were read. */
  readonly offsetReset: OffsetReset
  /** Number of partitions of a topic that refused records go to. */
  partitionsOf(topic: TopicName): number
  prepare(batch: RecordBatch): Promise<void>
  /** Most records in a block. */
  readonly maxRecords: number
  /** Records that the stages which write to the topic have still to read: a block waits for what comes of them. */
  coming(topic: TopicName): Promise<number>
  /**
   * How long a block waits for more at most while nothing is known to come. One that nothing comes to for an eighth of
   * it waits no longer, unless the last one was written less than half of it ago; nor does the last one of a backlog.
   */
  readonly linger: Duration
  /** The same while there is more to come: few large blocks cost a fraction of many small ones, merges included. */
  readonly lingerBehind: Duration
}

const intentKey = 'intent'
/** Bytes of records in a block: rows of long texts make smaller blocks. */
const maxBytes = 32 * 1024 * 1024
/** Records that are read at once: in between, the thread answers others. */
const readAtOnce = 5_000
/** With so much to come, a stream is catching up: blocks are to be few, and the last one waits for nothing more. */
const manyToCome = 1_000

/**
 * Carries one topic into the analytics store, each record once (invariant 5).
 *
 * States: idle -> intent committed -> block written -> offsets committed, intent gone -> idle. A crash anywhere after
 * the first arrow finds the intent and writes the identical block again, whose token the store knows. While there is
 * a whole block to read, the next one is read during the write, and its intent is committed with the offsets of this one.
 */
export class SinkRunner {
  readonly #topic: TopicName
  readonly #partitions: readonly Partition[]
  readonly #mapping: SinkMapping
  readonly #deps: SinkRunnerDependencies
  readonly #bell: Bell
  /** When the last block was committed. */
  #written = 0
  /** There was much to come, and has been something ever since. */
  #catchingUp = false
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
    const inputs = this.#partitions.map((partition) => ({ topic: this.#topic, partition }))
    const session = await this.#deps.backend.openSession({
      group: SinkRunner.groupOf(this.#topic),
      partition: this.#partitions[0] ?? (0 as Partition),
      inputs,
      stores: [intentKey],
    })
    try {
      const { backend, offsetReset } = this.#deps
      const starting = await startingPositions(session, inputs, backend.log, offsetReset, this.#lost)
      const positions = new Map<Partition, Offset>(
        inputs.map((at) => [at.partition, starting.get(partitionId(at)) ?? offset(0)]),
      )
      const left = session.store<Intent>(intentKey).get(intentKey)
      let gathered: Gathered | null = null
      if (left !== undefined && (await this.#isGone(left))) {
        await this.#giveUp(session, left, positions)
      } else if (left !== undefined) {
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
        gathered = await this.#write(session, gathered, async () => {
          const full = !signal.aborted && (await this.#backlog(positions)) >= this.#deps.maxRecords
          return full ? this.#gather(positions) : null
        })
        succeeded()
      }
    } finally {
      await session.close()
    }
  }

  readonly #lost = (range: LostRange): void => this.#deps.observer.lost(SinkRunner.groupOf(this.#topic), range)

  /**
   * Whether the log begins behind the begin of the block. That the committed position is behind it says nothing: where
   * there are no records, a log may commit the end of the gap.
   */
  async #isGone({ ranges }: Intent): Promise<boolean> {
    for (const { partition, from } of ranges) {
      const { start } = await this.#deps.backend.log.bounds({ topic: this.#topic, partition })
      if (from < start) return true
    }
    return false
  }

  /**
   * A planned block of which records are gone cannot be written again as it was, and what is left of it may be written
   * already: all of it counts as lost, so that no row comes twice (invariant 5).
   */
  async #giveUp(session: TaskSession, { ranges }: Intent, positions: Map<Partition, Offset>): Promise<void> {
    const lost = ranges.flatMap(({ partition, to }) => {
      const from = positions.get(partition) ?? offset(0)
      return from < to ? [{ at: { topic: this.#topic, partition }, from, to }] : []
    })
    session.store<Intent>(intentKey).delete(intentKey)
    await session.commit({ outputs: [], offsets: lost.map(({ at, to }) => ({ at, next: to })) })
    for (const range of lost) {
      positions.set(range.at.partition, range.to)
      this.#lost(range)
    }
  }

  /** Waits until there is a block to write; null when the signal came first. */
  async #next(positions: ReadonlyMap<Partition, Offset>, signal: AbortSignal): Promise<Gathered | null> {
    const { clock, linger, lingerBehind, maxRecords } = this.#deps
    while (!signal.aborted && (await this.#backlog(positions)) === 0) await this.#bell.wait(null)
    const since = clock.now()
    while (!signal.aborted && (await this.#backlog(positions)) < maxRecords) {
      const coming = await this.#deps.coming(this.#topic)
      if (coming > manyToCome) this.#catchingUp = true
      else if (coming === 0 && this.#catchingUp) {
        // All that was waited for has come: it is the last block of a backlog.
        this.#catchingUp = false
        break
      }
      const now = clock.now()
      const until = since + (coming > 0 ? lingerBehind : linger)
      if (now >= until) break
      const quiet = Math.min(until, Math.max(now + linger / 8, this.#written + linger / 2))
      await this.#bell.wait(quiet)
      if (coming === 0 && clock.now() >= quiet) break
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
    const builder = this.#mapping.begin(Math.min(this.#deps.maxRecords, await this.#backlog(positions)))
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
    const builder = this.#mapping.begin(intent.ranges.reduce((sum, { from, to }) => sum + to - from, 0))
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
    const { batches, next, atEnd } = fetched as Fetched
    let records = 0
    let size = 0
    for (const batch of batches) {
      let { length } = batch
      while (length > 0 && batch.offset(length - 1) >= to) length -= 1
      await this.#deps.prepare(batch)
      builder.add(batch, length)
      records += length
      const { starts, ends } = batch
      for (let index = 0; index < length; index++) size += (ends[index] as number) - (starts[index] as number)
    }
    // Reading is one long turn of the thread: those who wait for it come in between.
    if (!atEnd) await new Promise(setImmediate)
    return { next, atEnd, records, bytes: size }
  }

  /** Writes a block and commits it, together with the plan of the next one where there is one already. */
  async #write(
    session: TaskSession,
    { intent, records, builder }: Gathered,
    readAhead: () => Promise<Gathered | null>,
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
      outputs: batchesOf(builder.rejected, this.#deps.partitionsOf),
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
