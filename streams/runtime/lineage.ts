import type { Log } from '../engine/ports/log.js'
import type { Stage } from '../engine/stage.js'
import { partition, partitionId, type TopicName, type TopicPartition } from '../engine/topic.js'

/** Which stage writes which topic, and whether it has written all that it will write of what there is to read. */
export class Lineage {
  readonly #log: Log
  readonly #writers: ReadonlyMap<TopicName, readonly Stage[]>
  readonly #partitionsOf: (topic: TopicName) => number

  constructor(log: Log, stages: readonly Stage[], partitionsOf: (topic: TopicName) => number) {
    this.#log = log
    this.#partitionsOf = partitionsOf
    const writers = new Map<TopicName, Stage[]>()
    for (const stage of stages) {
      for (const { name } of stage.outputs) writers.set(name, [...(writers.get(name) ?? []), stage])
    }
    this.#writers = writers
  }

  isFed(topic: TopicName): boolean {
    return this.#writers.has(topic)
  }

  /** Whether no partition of the topic ever held a record. */
  async isUnused(topic: TopicName): Promise<boolean> {
    const bounds = await Promise.all(this.#partitions(topic).map((place) => this.#log.bounds(place)))
    return bounds.every(({ end }) => end === 0)
  }

  /** Whether every stage upstream has read its inputs to their ends. */
  async drained(topic: TopicName, seen: ReadonlySet<TopicName> = new Set()): Promise<boolean> {
    if (seen.has(topic)) return true
    const path = new Set([...seen, topic])
    for (const stage of this.#writers.get(topic) ?? []) {
      for (const { topic: input } of stage.inputs) {
        if (!(await this.#readToEnd(stage.id, input.name)) || !(await this.drained(input.name, path))) return false
      }
    }
    return true
  }

  async #readToEnd(group: string, topic: TopicName): Promise<boolean> {
    const at = this.#partitions(topic)
    const bounds = await Promise.all(at.map((place) => this.#log.bounds(place)))
    const committed = await this.#log.committed(group, at)
    return at.every((place, index) => {
      const { start = 0, end = 0 } = bounds[index] ?? {}
      return (committed.get(partitionId(place)) ?? start) >= end
    })
  }

  #partitions(topic: TopicName): readonly TopicPartition[] {
    return Array.from({ length: this.#partitionsOf(topic) }, (_, index) => ({ topic, partition: partition(index) }))
  }
}
