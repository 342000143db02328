import type { Block } from '../engine/ports/analytics.js'
import type { Backend, Fetched, OutgoingRecord, TaskSession } from '../engine/ports/log.js'
import type { FetchedRecord } from '../engine/record.js'
import type { Duration } from '../engine/time.js'
import { offset, type Partition, partitionId, type TopicName } from '../engine/topic.js'
import { backoff } from './backoff.js'
import { Bell } from './bell.js'
import type { Clock } from './clock.js'

/** Turns a range of records of one topic into rows. Pure: the same records give the same rows in the same order. */
export interface SinkMapping {
  readonly table: string
  /** Rows of the records, and dead letters for those that cannot be one. */
  rows(records: readonly FetchedRecord[]): {
    readonly rows: Block['rows']
    readonly rejected: readonly OutgoingRecord[]
  }
}

/** The ranges that are being written: kept from before the write until its offsets are committed. */
interface Intent {
  readonly ranges: readonly { readonly partition: number; readonly from: number; readonly to: number }[]
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
  readonly write: (block: Block) => Promise<void>
  readonly observer: SinkObserver
  prepare(records: readonly FetchedRecord[]): Promise<void>
  /** Most records of one partition in a block. */
  readonly maxRecords: number
  /** How long a small block waits for more. */
  readonly linger: Duration
}

const intentKey = 'intent'

/**
 * Carries one topic into the analytics store, each record once (invariant 5).
 *
 * States: idle -> intent committed -> block written -> offsets committed, intent gone -> idle. A crash anywhere after
 * the first arrow finds the intent and writes the identical block again, whose token the store knows.
 */
export class SinkRunner {
  readonly #topic: TopicName
  readonly #partitions: readonly Partition[]
  readonly #mapping: SinkMapping
  readonly #deps: SinkRunnerDependencies
  readonly #bell: Bell

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
      const left = session.store<Intent>(intentKey).get(intentKey)
      const positions = new Map<string, number>(session.positions)
      if (left !== undefined) this.#deps.observer.resumed?.(this.#topic)
      if (left !== undefined) await this.#write(session, left, await this.#fetchExactly(left), positions)
      while (!signal.aborted) {
        const fetched = await this.#fetch(positions, signal)
        const intent: Intent = {
          ranges: fetched
            .filter(({ at, next }) => next > (positions.get(partitionId(at)) ?? 0))
            .map(({ at, next }) => ({ partition: at.partition, from: positions.get(partitionId(at)) ?? 0, to: next })),
        }
        if (intent.ranges.length === 0) {
          await this.#bell.wait(null)
          continue
        }
        session.store<Intent>(intentKey).put(intentKey, intent)
        await session.commit({ offsets: [], outputs: [] })
        await this.#write(
          session,
          intent,
          fetched.flatMap(({ records }) => records),
          positions,
        )
        succeeded()
      }
    } finally {
      await session.close()
    }
  }

  async #fetch(positions: ReadonlyMap<string, number>, signal: AbortSignal): Promise<readonly Fetched[]> {
    const read = () =>
      this.#deps.backend.log.fetch(
        this.#partitions.map((partition) => {
          const at = { topic: this.#topic, partition }
          return { at, from: offset(positions.get(partitionId(at)) ?? 0) }
        }),
        { records: this.#deps.maxRecords, bytes: 32 * 1024 * 1024 },
      )
    const first = await read()
    const some = first.some(({ records }) => records.length > 0)
    if (!some || first.some(({ atEnd }) => !atEnd) || signal.aborted) return first
    const until = this.#deps.clock.now() + this.#deps.linger
    while (this.#deps.clock.now() < until && !signal.aborted) await this.#bell.wait(until)
    return read()
  }

  async #fetchExactly(intent: Intent): Promise<readonly FetchedRecord[]> {
    const found: FetchedRecord[] = []
    for (const { partition, from, to } of intent.ranges) {
      const at = { topic: this.#topic, partition: partition as Partition }
      let next = from
      while (next < to) {
        const [read] = await this.#deps.backend.log.fetch([{ at, from: offset(next) }], {
          records: to - next,
          bytes: 32 * 1024 * 1024,
        })
        if (read === undefined || read.next === next) {
          throw new Error(`records ${next} to ${to} of ${at.topic}-${partition} were to be written again and are gone`)
        }
        found.push(...read.records.filter((record) => record.offset < to))
        next = read.next
      }
    }
    return found
  }

  async #write(
    session: TaskSession,
    intent: Intent,
    records: readonly FetchedRecord[],
    positions: Map<string, number>,
  ): Promise<void> {
    const { clock, observer, prepare, write } = this.#deps
    await prepare(records)
    const { rows, rejected } = this.#mapping.rows(records)
    const started = clock.now()
    const token = intent.ranges.map(({ partition, from, to }) => `${this.#topic}-${partition}-${from}-${to}`).join(',')
    observer.begins?.('insert')
    if (rows.length > 0) await write({ table: this.#mapping.table, rows, token })
    session.store<Intent>(intentKey).delete(intentKey)
    await session.commit({
      outputs: rejected,
      offsets: intent.ranges.map(({ partition, to }) => ({
        at: { topic: this.#topic, partition: partition as Partition },
        next: offset(to),
      })),
    })
    for (const { partition, to } of intent.ranges) {
      positions.set(partitionId({ topic: this.#topic, partition: partition as Partition }), to)
    }
    observer.written({
      topic: this.#topic,
      table: this.#mapping.table,
      records: records.length,
      rows: rows.length,
      writeMillis: clock.now() - started,
    })
  }
}
