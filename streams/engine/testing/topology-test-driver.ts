import type { DeadLetter, LateRecord } from '../letters.js'
import { partitionFor } from '../partitioner.js'
import { plan, taskCount } from '../plan.js'
import { type Headers, noHeaders } from '../record.js'
import type { Serdes } from '../serde.js'
import type { Fates, TaskSettings } from '../stage.js'
import { sumFates } from '../sum-fates.js'
import type { Duration, Timestamp } from '../time.js'
import { partition, partitionId, type Topic, type TopicName, topic } from '../topic.js'
import type { Topology } from '../topology.js'
import { decodeUtf8, encodeUtf8 } from '../utf8.js'
import { DrivenTask, type SyncService } from './driven-task.js'
import { jsonSerdes } from './json-serdes.js'
import { MemoryLog } from './memory-log.js'

export interface TestDriverOptions {
  /** Partitions of every topic that does not fix its own number; 1 if absent. */
  readonly partitions?: number
  /** Functions that stand for the batch services, by name. */
  readonly services?: Readonly<Record<string, SyncService>>
  readonly settings?: Partial<TaskSettings>
  /** Absent: JSON. */
  readonly serdes?: Serdes
  /** Processing time at the beginning; 0 if absent. */
  readonly now?: Timestamp
  /**
   * Chooses one of `count` possibilities, as an integer from 0 to `count - 1`: which task runs next, and how many records
   * a fetch gives. Absent: each task in turn, all there is. The driver itself has no randomness.
   */
  readonly choose?: (count: number) => number
}

/** A record as a test writes it. */
export interface TestRecord {
  readonly key?: string | null
  /** Null: a tombstone. A Uint8Array goes into the log as it is, malformed or not. */
  readonly value: unknown
  readonly timestamp: Timestamp
  /** Absent: the key chooses it. */
  readonly partition?: number
  readonly headers?: Headers
}

/** A record as a test reads it. */
export interface TestResult<Value> {
  readonly key: string | null
  readonly value: Value
  readonly timestamp: Timestamp
  readonly partition: number
}

/** Topics of the driver for late records and dead letters. */
export const lateTopic = topic<LateRecord>('late', 'pulso.LateRecord')
export const deadLetterTopic = topic<DeadLetter>('dead-letters', 'pulso.DeadLetter')

const openSettings: TaskSettings = {
  idleAfter: null,
  bufferedRecords: 1_000,
  timestamps: { from: 0, aheadOfClock: 2 ** 50 },
  maxValueBytes: 1_000_000,
}

/**
 * Drives topologies without any backend: topics lie in memory, batch services are functions, and processing time moves
 * by hand alone. Reading a topic and moving the clock first run the tasks until nothing is left to do.
 */
export class TopologyTestDriver {
  readonly #serdes: Serdes
  readonly #log: MemoryLog
  readonly #tasks: readonly DrivenTask[]
  /** Partitions of topics that were given more. */
  readonly #widths = new Map<TopicName, number>()
  readonly #read = new Map<string, number>()
  readonly #fates = new Map<string, Fates>()
  readonly #choose: ((count: number) => number) | null
  #now: Timestamp

  constructor(topologies: Topology | readonly Topology[], options: TestDriverOptions = {}) {
    const stages = (isList(topologies) ? topologies : [topologies]).flatMap(plan)
    const fixed = new Map<TopicName, number>()
    for (const { inputs, outputs } of stages) {
      for (const { name, partitions } of [...inputs.map((input) => input.topic), ...outputs]) {
        if (partitions !== undefined) fixed.set(name, partitions)
      }
    }
    this.#log = new MemoryLog((name) => fixed.get(name) ?? options.partitions ?? 1)
    this.#now = options.now ?? 0
    this.#choose = options.choose ?? null
    this.#serdes = options.serdes ?? jsonSerdes
    const { partitionsOf } = this.#log
    const settings = { ...openSettings, ...options.settings }
    const widthOf = this.#widthOf
    const dependencies = { serdes: this.#serdes, partitionsOf, widthOf, lateTopic, deadLetterTopic, settings }
    this.#tasks = stages.flatMap((stage) =>
      Array.from(
        { length: taskCount(stage, partitionsOf) },
        (_, index) => new DrivenTask(stage, partition(index), this.#log, options.services ?? {}, dependencies),
      ),
    )
  }

  /** Processing time. */
  get now(): Timestamp {
    return this.#now
  }

  /** Appends records to a topic. */
  pipe<Value>(to: Topic<Value>, ...records: readonly TestRecord[]): void {
    const serde = this.#serdes.forTopic<unknown>(to)
    for (const { key = null, value, timestamp, partition: chosen, headers = noHeaders } of records) {
      this.#log.append({
        topic: to.name,
        key: key === null ? null : encodeUtf8(key),
        value: value === null || value instanceof Uint8Array ? value : serde.encode(value),
        timestamp,
        headers,
        partition: partition(chosen ?? (key === null ? 0 : partitionFor(encodeUtf8(key), this.#widthOf(to.name)))),
      })
    }
  }

  /** Gives a topic more partitions: from now on keys choose among all of them. What was not committed is lost. */
  widen(topic: Topic<unknown>, partitions: number): void {
    this.#widths.set(topic.name, partitions)
    const tasks = this.#tasks.filter(({ stage }) => stage.inputs.some((input) => input.topic.name === topic.name))
    const begun = new Map(tasks.flatMap((task) => [...task.alone]))
    for (const task of tasks) task.widen(begun)
  }

  /** Runs the tasks, or those of one stage alone, until nothing is left to do at this time. */
  run(stage?: string): void {
    for (;;) {
      const open = this.#tasks.filter(
        (task) => (stage === undefined || task.stage.id === stage) && !task.isSettled(this.#now),
      )
      if (open.length === 0) return
      this.#step(open)
    }
  }

  /** Runs one task that has something to do; gives false when none has. */
  step(): boolean {
    const open = this.#tasks.filter((task) => !task.isSettled(this.#now))
    if (open.length > 0) this.#step(open)
    return open.length > 0
  }

  /** Moves processing time on, and runs what is then due. */
  advanceClock(by: Duration): void {
    this.run()
    this.#now += by
    this.run()
  }

  /** Sets processing time ahead although none has passed, and runs what is then due. */
  jumpClock(by: Duration): void {
    this.run()
    this.#now += by
    for (const task of this.#tasks) task.jumped(by)
    this.run()
  }

  /** Records written to the topic since it was last read, partition by partition. */
  read<Value>(from: Topic<Value>): readonly TestResult<Value>[] {
    this.run()
    const serde = this.#serdes.forTopic(from)
    const results: TestResult<Value>[] = []
    for (let index = 0; index < this.#log.partitionsOf(from.name); index += 1) {
      const at = { topic: from.name, partition: partition(index) }
      const end = this.#log.end(at)
      for (const { key, value, timestamp } of this.#log.read(at, this.#read.get(partitionId(at)) ?? 0, end)) {
        results.push({
          key: key === null ? null : decodeUtf8(key),
          // A tombstone is null, whatever the type of the topic's values.
          value: value === null ? (null as Value) : serde.decode(value),
          timestamp,
          partition: index,
        })
      }
      this.#read.set(partitionId(at), end)
    }
    return results
  }

  /** Makes every task anew from what it has committed, as after an orderly stop. */
  restart(): void {
    for (const task of this.#tasks) task.restart()
  }

  /** One task dies between its work and its commit; it is made anew. */
  crash(): void {
    const task = this.#tasks[this.#choose?.(this.#tasks.length) ?? 0]
    task?.crash(this.#now, this.#cut)
  }

  /** Fates so far of all stages, or of one (`name.1`). */
  fates(stage?: string): Fates {
    this.run()
    return sumFates([...this.#fates].filter(([id]) => stage === undefined || id === stage).map(([, fates]) => fates))
  }

  /** The lowest stream time of the tasks of a stage; null while one of them has none. */
  streamTime(stage: string): Timestamp | null {
    const times = this.#tasks.filter((task) => task.stage.id === stage).map((task) => task.streamTime)
    return times.reduce<Timestamp | null>(
      (lowest, time) => (lowest === null || time === null ? null : Math.min(lowest, time)),
      Number.POSITIVE_INFINITY,
    )
  }

  /** Number of entries that the tasks of a stage hold in a store: state that grows without end shows here. */
  entries(stage: string, store: string): number {
    return this.#tasks.filter((task) => task.stage.id === stage).reduce((sum, task) => sum + task.entries(store), 0)
  }

  /** Processing time at which some task wants to run again; null when none does. */
  get wakeAt(): Timestamp | null {
    const times = this.#tasks.flatMap(({ wakeAt }) => (wakeAt === null ? [] : [wakeAt]))
    return times.length === 0 ? null : Math.min(...times)
  }

  readonly #widthOf = (name: TopicName): number => this.#widths.get(name) ?? this.#log.partitionsOf(name)

  readonly #cut = (available: number): number => (this.#choose === null ? available : this.#choose(available + 1))

  #step(open: readonly DrivenTask[]): void {
    const task = open[this.#choose?.(open.length) ?? 0]
    if (task === undefined) throw new RangeError('choose gave no integer from 0 to count - 1')
    // Every third run or so waits for the next one before it is committed.
    const committed = task.run(this.#now, this.#cut, this.#choose === null || this.#choose(3) > 0)
    if (committed === null) return
    const { outputs, fates } = committed
    for (const output of outputs) this.#log.append(output)
    const earlier = this.#fates.get(task.stage.id)
    this.#fates.set(task.stage.id, earlier === undefined ? fates : sumFates([earlier, fates]))
  }
}

const isList = (given: Topology | readonly Topology[]): given is readonly Topology[] => Array.isArray(given)
