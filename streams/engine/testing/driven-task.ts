import { MemoryStores } from '../memory-store.js'
import { recordsOf } from '../outgoing-records.js'
import { taskInputs } from '../plan.js'
import type { BatchResult } from '../ports/batch.js'
import type { OutgoingRecord } from '../ports/log.js'
import type { BatchCall, Fates, Stage, Task, TaskDependencies, TaskInput, TaskOutput } from '../stage.js'
import { sumFates } from '../sum-fates.js'
import { createTask } from '../task.js'
import type { Duration, Timestamp } from '../time.js'
import { type Partition, partitionId, type TopicPartition } from '../topic.js'
import { isWidened } from '../widths.js'
import type { MemoryLog } from './memory-log.js'

/** Answers the items of one batch call, in order. */
export type SyncService = (items: readonly unknown[]) => readonly BatchResult<unknown>[]

/** What a task has committed. */
export interface DrivenCommit {
  readonly outputs: readonly OutgoingRecord[]
  readonly fates: Fates
}

/** A task with its stores and its place in the log: what a runtime keeps for it. */
export class DrivenTask {
  readonly stage: Stage
  readonly #partition: Partition
  readonly #dependencies: Omit<TaskDependencies, 'openStore'>
  #inputs: readonly TopicPartition[]
  readonly #log: MemoryLog
  readonly #committed = new Map<string, number>()
  readonly #alone = new Map<string, number>()
  #position = new Map<string, number>()
  #jumped: Duration = 0
  #stores = new MemoryStores()
  #task: Task
  /** Outputs and fates of runs that are not committed yet, and the stores as they were at the last commit. */
  #open: { readonly fates: Fates[]; readonly stores: MemoryStores } | null = null
  /** The time and the ends of the inputs at which the latest run had read everything. */
  #settledAt = ''

  constructor(
    stage: Stage,
    partition: Partition,
    log: MemoryLog,
    private readonly services: Readonly<Record<string, SyncService>>,
    dependencies: Omit<TaskDependencies, 'openStore'>,
  ) {
    this.stage = stage
    this.#partition = partition
    this.#log = log
    this.#dependencies = dependencies
    this.#inputs = this.#inputsNow()
    this.#task = this.#make()
  }

  get streamTime(): Timestamp | null {
    return this.#task.streamTime
  }

  get wakeAt(): Timestamp | null {
    return this.#task.wakeAt
  }

  /** Number of entries in one of its stores. */
  entries(store: string): number {
    return [...this.#stores.open(store).range('', '\uffff')].length
  }

  /** Nothing is left to read, and the task has run at this time. */
  isSettled(now: Timestamp): boolean {
    return this.#open === null && this.#settledAt === this.#state(now)
  }

  /**
   * Fetches as much of each input as `cut` gives of what is there, and runs the task.
   * @param commits whether the runs since the last commit are committed: what they gave is given back then
   */
  run(now: Timestamp, cut: (available: number) => number, commits = true): DrivenCommit | null {
    const state = this.#state(now)
    this.#open ??= { fates: [], stores: commits ? this.#stores : this.#stores.copy() }
    const { fates } = this.#open
    const fetched = this.#fetch(cut)
    const output = this.#drive({ fetched, now, jumped: this.#jumped })
    this.#jumped = 0
    fates.push(output.fates)
    const isDue = (this.#task.wakeAt ?? Number.POSITIVE_INFINITY) <= now
    this.#settledAt = fetched.every(({ atEnd }) => atEnd) && this.#task.full.size === 0 && !isDue ? state : ''
    if (!commits) return null
    const flush = this.#task.flush(now)
    for (const { at, next } of flush.offsets.values()) this.#commit(at, next)
    this.#open = null
    return { outputs: flush.outputs.flatMap(recordsOf), fates: sumFates(fates) }
  }

  /** The clock was set ahead, or back: the next run is told. */
  jumped(by: Duration): void {
    this.#jumped += by
  }

  /** Runs the task and loses what came of it, as when the process dies before the commit; then makes it anew. */
  crash(now: Timestamp, cut: (available: number) => number): void {
    this.run(now, cut, false)
    this.restart()
  }

  /** Makes the task anew from its stores and its committed offsets. */
  restart(): void {
    this.#stores = this.#open?.stores ?? this.#stores
    this.#open = null
    this.#position = new Map(this.#committed)
    this.#settledAt = ''
    this.#task = this.#make()
  }

  /** How far it came in inputs that it had alone. */
  get alone(): ReadonlyMap<string, number> {
    return this.#alone
  }

  /**
   * An input may have more partitions: makes the task anew with all of them.
   * @param begun where it begins in those that it has not read
   */
  widen(begun: ReadonlyMap<string, number>): void {
    this.#inputs = this.#inputsNow()
    for (const id of this.#inputs.map(partitionId)) {
      const from = begun.get(id)
      if (from !== undefined && !this.#committed.has(id)) this.#committed.set(id, from)
    }
    this.restart()
  }

  #commit(at: TopicPartition, next: number): void {
    this.#committed.set(partitionId(at), next)
    const { partitionsOf, widthOf = partitionsOf } = this.#dependencies
    if (!isWidened(at.topic, { partitionsOf, widthOf })) this.#alone.set(partitionId(at), next)
  }

  #inputsNow(): readonly TopicPartition[] {
    const { partitionsOf, widthOf } = this.#dependencies
    return taskInputs(this.stage, this.#partition, partitionsOf, widthOf)
  }

  #make(): Task {
    return createTask(this.stage, this.#partition, { ...this.#dependencies, openStore: this.#stores.open })
  }

  #fetch(cut: (available: number) => number): TaskInput['fetched'] {
    return this.#inputs
      .filter((at) => !this.#task.full.has(partitionId(at)))
      .map((at) => {
        const from = this.#position.get(partitionId(at)) ?? 0
        const to = from + cut(this.#log.end(at) - from)
        this.#position.set(partitionId(at), to)
        return { at, batches: [this.#log.batch(at, from, to)], atEnd: to === this.#log.end(at) }
      })
  }

  #drive(input: TaskInput): TaskOutput {
    const run = this.#task.run(input)
    let step = run.next()
    while (!step.done) step = run.next(this.#ask(step.value))
    return step.value
  }

  #ask({ service, items }: BatchCall): readonly BatchResult<unknown>[] {
    const answer = this.services[service]
    if (answer === undefined) {
      throw new Error(`${this.stage.id} asks the service "${service}": give the test driver a function for it`)
    }
    return answer(items)
  }

  #state(now: Timestamp): string {
    return [now, ...this.#inputs.map((at) => this.#log.end(at))].join()
  }
}
