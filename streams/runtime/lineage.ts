import type { Log } from '../engine/ports/log.js'
import type { Stage } from '../engine/stage.js'
import { type Partition, partitionId, type TopicName, type TopicPartition } from '../engine/topic.js'
import { allPartitions, groupsOf, isWidened, ownGroup, readPartitions, type Widths } from '../engine/widths.js'

/** Which stage writes which topic, and whether it has written all that it will write of what there is to read. */
export class Lineage {
  readonly #log: Log
  readonly #writers: ReadonlyMap<TopicName, readonly Stage[]>
  readonly #read: ReadonlySet<TopicName>
  readonly #widths: Widths

  /** @param widthOf partitions that a topic has now; absent: as many as keys are shared by */
  constructor(
    log: Log,
    stages: readonly Stage[],
    partitionsOf: (topic: TopicName) => number,
    widthOf: (topic: TopicName) => number = partitionsOf,
  ) {
    this.#log = log
    this.#widths = { partitionsOf, widthOf }
    const writers = new Map<TopicName, Stage[]>()
    for (const stage of stages) {
      for (const { name } of stage.outputs) writers.set(name, [...(writers.get(name) ?? []), stage])
    }
    this.#writers = writers
    this.#read = new Set(stages.flatMap(({ inputs }) => inputs.map(({ topic }) => topic.name)))
  }

  isFed(topic: TopicName): boolean {
    return this.#writers.has(topic)
  }

  isRead(topic: TopicName): boolean {
    return this.#read.has(topic)
  }

  /** Whether no partition of the topic ever held a record. */
  async isUnused(topic: TopicName): Promise<boolean> {
    const bounds = await Promise.all(this.#placesOf(topic).map((place) => this.#log.bounds(place)))
    return bounds.every(({ end }) => end === 0)
  }

  /**
   * Whether every stage upstream has read its inputs to their ends. The furthest is asked first: what it wrote before is
   * then counted among what the next one has still to read.
   */
  async drained(topic: TopicName, seen: ReadonlySet<TopicName> = new Set()): Promise<boolean> {
    if (seen.has(topic)) return true
    const path = new Set([...seen, topic])
    for (const stage of this.#writers.get(topic) ?? []) {
      for (const { topic: input } of stage.inputs) {
        if (!(await this.drained(input.name, path)) || !(await this.#readToEnd(stage, input.name))) return false
      }
    }
    return true
  }

  /**
   * Whether a task of the stages that write the topic has something to read, or may yet get it from another stage.
   * @param producer index of the task
   */
  async isProducerBehind(topic: TopicName, producer: Partition): Promise<boolean> {
    for (const stage of this.#writers.get(topic) ?? []) {
      for (const { topic: input } of stage.inputs) {
        const at = readPartitions(input.name, producer, this.#widths)
        const group = isWidened(input.name, this.#widths) ? ownGroup(stage.id, producer) : stage.id
        if ((await this.#lagOf(group, at)) > 0 || !(await this.drained(input.name))) return true
      }
    }
    return false
  }

  /** Records that the stages upstream have still to read, as far as they are in the log. */
  async backlog(topic: TopicName, seen: ReadonlySet<TopicName> = new Set()): Promise<number> {
    if (seen.has(topic)) return 0
    const path = new Set([...seen, topic])
    let records = 0
    for (const stage of this.#writers.get(topic) ?? []) {
      for (const { topic: input } of stage.inputs)
        records += (await this.#lag(stage, input.name)) + (await this.backlog(input.name, path))
    }
    return records
  }

  async #readToEnd(stage: Stage, topic: TopicName): Promise<boolean> {
    return (await this.#lag(stage, topic)) === 0
  }

  /** That of the group which is furthest behind. */
  async #lag(stage: Stage, topic: TopicName): Promise<number> {
    const at = this.#placesOf(topic)
    return Math.max(...(await Promise.all(groupsOf(stage, topic, this.#widths).map((group) => this.#lagOf(group, at)))))
  }

  async #lagOf(group: string, at: readonly TopicPartition[]): Promise<number> {
    const bounds = await Promise.all(at.map((place) => this.#log.bounds(place)))
    const committed = await this.#log.committed(group, at)
    return at.reduce((lag, place, index) => {
      const { start = 0, end = 0 } = bounds[index] ?? {}
      return lag + Math.max(0, end - (committed.get(partitionId(place)) ?? start))
    }, 0)
  }

  #placesOf = (topic: TopicName) => allPartitions(topic, this.#widths.widthOf)
}
