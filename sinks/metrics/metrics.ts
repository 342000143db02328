import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Fates } from '../../streams/engine/stage.js'

const prefix = 'pulso_'
/** Seconds: from a commit in memory to one that waits for a slow disk. */
const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
const blockRows = [1, 10, 100, 1_000, 10_000, 100_000]

/**
 * What the engine counts for Prometheus. Names have one prefix and base units; counters end in `_total`. Labels are
 * stages, topics, tables, groups, routes and literal reasons: sets that are small and known. Never a term, an author
 * or a text, of which there is no end.
 */
export class Metrics {
  readonly #registry = new Registry()

  readonly #read = this.#counter('records_read_total', 'Records read by a stage, control records left out.', ['stage'])
  readonly #forwarded = this.#counter('records_forwarded_total', 'Records that a stage forwarded or took into state.', [
    'stage',
  ])
  readonly #late = this.#counter('records_late_total', 'Records that came after their windows were closed.', ['stage'])
  readonly #partlyLate = this.#counter(
    'records_partly_late_total',
    'Forwarded records that came too late for some of their windows.',
    ['stage'],
  )
  readonly #dropped = this.#counter('records_dropped_total', 'Records that a stage dropped, by reason.', [
    'stage',
    'reason',
  ])
  readonly #deadLettered = this.#counter('records_dead_lettered_total', 'Records that could not be processed.', [
    'stage',
    'reason',
  ])
  readonly #written = this.#counter('records_written_total', 'Records that a stage wrote, by topic.', [
    'stage',
    'topic',
  ])
  readonly #commits = this.#histogram('commit_duration_seconds', 'Time of a commit.', ['stage'], durations)
  readonly #taskFailures = this.#counter('task_failures_total', 'Times that a task was thrown away and made anew.', [
    'stage',
  ])
  readonly #lag = this.#gauge('consumer_lag_records', 'Records that a group has yet to read.', ['group'])
  readonly #rebalances = this.#counter(
    'rebalances_total',
    'Times that the workers of a group agreed anew who has which tasks.',
    ['group'],
  )
  readonly #ownedTasks = this.#gauge('owned_tasks', 'Tasks of a group that are of this worker.', ['group'])
  readonly #aborts = this.#counter(
    'transactions_aborted_total',
    'Commits that failed, whose transactions are rolled back or settled by the next owner of the task.',
    ['group'],
  )
  readonly #restored = this.#counter('restored_changes_total', 'Changes of state read from changelogs.', ['group'])
  readonly #restoring = this.#gauge(
    'restore_left_offsets',
    'Offsets of the changelog of a task that have yet to be read before it goes on.',
    ['group', 'partition'],
  )
  readonly #standby = this.#gauge(
    'standby_left_offsets',
    "Offsets of the changelog of another worker's task that the copy of its state here has yet to read.",
    ['group', 'partition'],
  )
  readonly #held = this.#gauge(
    'retention_held_partitions',
    'Partitions beyond their limits that stay as they are, because a group has yet to read them.',
    ['group'],
  )
  readonly #lost = this.#counter(
    'records_lost_total',
    'Offsets that a group went past unread, because the log no longer had them.',
    ['group', 'topic'],
  )
  readonly #eventTime = this.#gauge(
    'last_event_timestamp_seconds',
    'Largest event time seen, in seconds since 1970.',
    [],
  )
  readonly #batches = this.#histogram('batch_items', 'Items in a call of a batch service.', ['service'], batchSizes)
  readonly #batchTime = this.#histogram('batch_duration_seconds', 'Time of a call.', ['service'], durations)
  readonly #modelTexts = this.#counter('model_texts_total', 'Texts that were to be scored.', [])
  readonly #modelHits = this.#counter('model_cache_hits_total', 'Texts whose score was at hand.', [])
  readonly #modelFailures = this.#counter('model_failures_total', 'Texts that could not be scored.', [])
  readonly #writes = this.#histogram('clickhouse_write_duration_seconds', 'Time of a block.', ['table'], durations)
  readonly #rows = this.#histogram('clickhouse_write_rows', 'Rows of a block.', ['table'], blockRows)
  readonly #writeFailures = this.#counter(
    'clickhouse_write_failures_total',
    'Blocks that failed and are tried again.',
    ['table'],
  )
  readonly #storeWorks = this.#gauge(
    'clickhouse_up',
    'Whether the analytics store takes what is written: 1, or 0 while blocks wait for it.',
    [],
  )
  readonly #liveClients = this.#gauge('live_clients', 'Boards that are connected.', [])
  readonly #liveChannels = this.#gauge('live_channels', 'Different views that are watched.', [])
  readonly #liveClosed = this.#counter('live_clients_closed_total', 'Boards that were closed because they lagged.', [])
  readonly #requests = this.#histogram(
    'http_request_duration_seconds',
    'Time of a request.',
    ['route', 'status'],
    durations,
  )

  /** @param processMetrics Whether memory, CPU, descriptors and the delay of the event loop are counted too. */
  constructor({ processMetrics = true } = {}) {
    if (processMetrics) collectDefaultMetrics({ register: this.#registry, prefix })
  }

  /** Content type of `expose`. */
  get contentType(): string {
    return this.#registry.contentType
  }

  /** All metrics in Prometheus' text format. */
  expose(): Promise<string> {
    return this.#registry.metrics()
  }

  /** A task committed what one run gave. @param duration Milliseconds. */
  committed(stage: string, fates: Fates, duration: number): void {
    this.#read.inc({ stage }, fates.read)
    this.#forwarded.inc({ stage }, fates.forwarded)
    this.#late.inc({ stage }, fates.late)
    this.#partlyLate.inc({ stage }, fates.partlyLate)
    for (const [reason, count] of fates.dropped) this.#dropped.inc({ stage, reason }, count)
    for (const [reason, count] of fates.deadLettered) this.#deadLettered.inc({ stage, reason }, count)
    for (const [topic, count] of fates.written) this.#written.inc({ stage, topic }, count)
    this.#commits.observe({ stage }, duration / 1_000)
  }

  taskFailed(stage: string): void {
    this.#taskFailures.inc({ stage })
  }

  /** The workers of a group agreed anew: so many tasks are of this one. */
  rebalanced(group: string, tasks: number): void {
    this.#rebalances.inc({ group })
    this.#ownedTasks.set({ group }, tasks)
  }

  /** A commit of a task failed. */
  transactionAborted(group: string): void {
    this.#aborts.inc({ group })
  }

  /** State of a task was read from its changelog. */
  restored(group: string, partition: number, read: { readonly changes: number; readonly left: number }): void {
    this.#restored.inc({ group }, read.changes)
    this.#restoring.set({ group, partition: String(partition) }, read.left)
  }

  /** How far the copy of a task's state is behind; null: it is kept no longer. */
  standby(group: string, partition: number, left: number | null): void {
    const labels = { group, partition: String(partition) }
    if (left === null) this.#standby.remove(labels)
    else this.#standby.set(labels, left)
  }

  /** Records that the group has yet to read, over all partitions. */
  lag(group: string, records: number): void {
    this.#lag.set({ group }, records)
  }

  /** Partitions of which retention removes less than it should, by the group that has yet to read them. */
  retentionHeld(partitions: ReadonlyMap<string, number>): void {
    this.#held.reset()
    for (const [group, count] of partitions) this.#held.set({ group }, count)
  }

  /** A group went past records that it never read. */
  recordsLost(group: string, topic: string, records: number): void {
    this.#lost.inc({ group, topic }, records)
  }

  /** @param at Milliseconds since 1970. */
  lastEvent(at: number): void {
    this.#eventTime.set(at / 1_000)
  }

  /** A batch service answered. @param duration Milliseconds. */
  batchAnswered(service: string, items: number, duration: number): void {
    this.#batches.observe({ service }, items)
    this.#batchTime.observe({ service }, duration / 1_000)
  }

  /** Texts went through the model: how many in all, how many were cached, how many failed. */
  textsScored({
    texts,
    hits,
    failed,
  }: {
    readonly texts: number
    readonly hits: number
    readonly failed: number
  }): void {
    this.#modelTexts.inc(texts)
    this.#modelHits.inc(hits)
    this.#modelFailures.inc(failed)
  }

  /** A block was written. @param duration Milliseconds. */
  blockWritten(table: string, rows: number, duration: number): void {
    this.#rows.observe({ table }, rows)
    this.#writes.observe({ table }, duration / 1_000)
  }

  blockFailed(table: string): void {
    this.#writeFailures.inc({ table })
  }

  /** The analytics store takes what is written, or is away. */
  storeWorks(works: boolean): void {
    this.#storeWorks.set(works ? 1 : 0)
  }

  liveClients(count: number): void {
    this.#liveClients.set(count)
  }

  liveChannels(count: number): void {
    this.#liveChannels.set(count)
  }

  liveClientClosed(): void {
    this.#liveClosed.inc()
  }

  /** A request was answered. @param route The pattern, never the address as asked. @param duration Milliseconds. */
  requestAnswered(route: string, status: number, duration: number): void {
    this.#requests.observe({ route, status: String(status) }, duration / 1_000)
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name: prefix + name, help, labelNames, registers: [this.#registry] })
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: Label[]): Gauge<Label> {
    return new Gauge({ name: prefix + name, help, labelNames, registers: [this.#registry] })
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    buckets: number[],
  ): Histogram<Label> {
    return new Histogram({ name: prefix + name, help, labelNames, buckets, registers: [this.#registry] })
  }
}
