import type { Fetched } from '../engine/ports/log.js'
import type { Stage, Task } from '../engine/stage.js'
import { type Partition, partition, type TopicName } from '../engine/topic.js'

/** Whether a task that writes a repartition topic has something to read although it said that it is idle. */
export type IsProducerBehind = (topic: TopicName, producer: Partition) => Promise<boolean>

type Waking = ReadonlyMap<TopicName, ReadonlySet<number>>

/** Producers of the repartition topics of a task that said they are idle and have something to read again (invariant 6). */
export class WakingProducers {
  readonly #topics: readonly TopicName[]
  readonly #isBehind: IsProducerBehind | undefined
  #waking: Waking = new Map()

  /** @param isBehind absent: a producer's word is taken */
  constructor(stage: Stage, isBehind: IsProducerBehind | undefined) {
    this.#topics = stage.inputs.flatMap(({ topic, role }) => (role === 'repartition' ? [topic.name] : []))
    this.#isBehind = isBehind
  }

  get size(): number {
    return this.#waking.size
  }

  of(topic: TopicName): ReadonlySet<number> | undefined {
    return this.#waking.get(topic)
  }

  async beforeFetch(task: Task): Promise<void> {
    this.#waking = await this.#look(task)
  }

  /**
   * Who is waking before a fetch may have written nothing yet, and who is waking after it may have begun since then. Where
   * more is left, the word of whoever woke up may be in it.
   */
  async afterFetch(task: Task, fetched: readonly Fetched[]): Promise<void> {
    if (this.#isBehind === undefined || fetched.every(({ count }) => count === 0)) return
    const waking = new Map(await this.#look(task))
    for (const [topic, producers] of this.#waking)
      waking.set(topic, new Set([...producers, ...(waking.get(topic) ?? [])]))
    for (const { at, atEnd } of fetched) {
      const idle = atEnd ? [] : task.idleProducers(at.topic)
      if (idle.length > 0) waking.set(at.topic, new Set(idle))
    }
    this.#waking = waking
  }

  async #look(task: Task): Promise<Waking> {
    const waking = new Map<TopicName, ReadonlySet<number>>()
    if (this.#isBehind === undefined) return waking
    for (const topic of this.#topics) {
      const behind = new Set<number>()
      for (const producer of task.idleProducers(topic))
        if (await this.#isBehind(topic, partition(producer))) behind.add(producer)
      if (behind.size > 0) waking.set(topic, behind)
    }
    return waking
  }
}
