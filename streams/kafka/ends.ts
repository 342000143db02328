import type { PartitionBounds } from '../engine/ports/log.js'
import type { Timestamp } from '../engine/time.js'
import { type Offset, offset, partitionId, type TopicPartition } from '../engine/topic.js'
import type { KafkaClient } from './client.js'
import type { Topics } from './topics.js'
import { byTopic } from './wire/fetch.js'

const earliest = -2
const latest = -1
const readCommitted = 1

interface Waiting {
  readonly at: TopicPartition
  resolve(bounds: PartitionBounds): void
  reject(error: unknown): void
}

/** Where partitions begin and end. The end is that of what can be read: the last stable offset. */
export class Ends {
  readonly #client: KafkaClient
  readonly #topics: Topics
  #waiting: Waiting[] = []

  constructor(client: KafkaClient, topics: Topics) {
    this.#client = client
    this.#topics = topics
  }

  /** Questions of the same turn are asked together. */
  bounds(at: TopicPartition): Promise<PartitionBounds> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ at, resolve, reject })
      if (this.#waiting.length === 1) queueMicrotask(() => this.#answer(this.#waiting.splice(0)))
    })
  }

  /** The first offset whose record has a timestamp at or after the instant; the end where there is none. */
  async offsetFor(at: TopicPartition, timestamp: Timestamp): Promise<Offset> {
    const found = (await this.#list([at], timestamp)).get(partitionId(at))
    if (found !== undefined && found >= 0) return offset(found)
    return (await this.bounds(at)).end
  }

  async #answer(waiting: readonly Waiting[]): Promise<void> {
    const places = [...new Map(waiting.map(({ at }) => [partitionId(at), at])).values()]
    try {
      const [starts, ends] = await Promise.all([this.#list(places, earliest), this.#list(places, latest)])
      for (const { at, resolve } of waiting) {
        const id = partitionId(at)
        resolve({ start: offset(starts.get(id) ?? 0), end: offset(ends.get(id) ?? 0) })
      }
    } catch (error) {
      // One that cannot be answered must not take the others with it.
      if (places.length === 1) for (const { reject } of waiting) reject(error)
      else for (const one of waiting) await this.#answer([one])
    }
  }

  #list(places: readonly TopicPartition[], timestamp: number): Promise<Map<string, number>> {
    return this.#client.retrying(`asking for the offsets of ${places.map(partitionId).join(', ')}`, async () => {
      const { names } = this.#topics
      const nodes = await this.#topics.byLeader(places.map((at) => ({ at })))
      const found = new Map<string, number>()
      await Promise.all(
        [...nodes].map(async ([node, led]) => {
          const broker = await this.#client.broker(node)
          const topics = byTopic(led.map(({ at }) => at)).map(([topic, ofTopic]) => ({
            topic: names.topic(topic),
            partitions: ofTopic.map(({ partition }) => ({ partition, timestamp: String(timestamp) })),
          }))
          const { responses } = await broker.listOffsets({ replicaId: -1, isolationLevel: readCommitted, topics })
          for (const { topic, partitions } of responses)
            for (const { partition, offset: position } of partitions)
              found.set(`${names.topicOf(topic)}-${partition}`, Number(position))
        }),
      )
      return found
    })
  }
}
