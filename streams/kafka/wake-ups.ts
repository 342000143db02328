import { partition, partitionId, type TopicName, type TopicPartition } from '../engine/topic.js'
import { type Cluster, KafkaClient } from './client.js'
import { Ends } from './ends.js'
import { brokerError, errorCodes } from './errors.js'
import type { Names } from './names.js'
import { Topics } from './topics.js'
import { fetchProtocol } from './wire/fetch.js'

interface Listener {
  readonly topics: readonly TopicName[]
  readonly call: () => void
}

/** Longest time that a broker holds the question back, in milliseconds: a new listener is heard of after it. */
const longestWait = 200
/** Between two questions when there is always something new, in milliseconds. */
const pauseAfterNews = 5
const pauseAfterError = 200
/** While an error stays, the pauses double up to this: there are as many that ask as there are tasks. */
const longestPauseAfterError = 2_000

/**
 * Hears of records that were appended: one question for all partitions of a leader that anybody listens to, which the
 * broker holds back until there is something. It has connections of its own, for a broker answers those who wait on one
 * connection one after the other.
 *
 * No wake-up is missed: a new listener is called once as soon as the ends of its partitions are known, and then whenever
 * they have moved. A call may find nothing new.
 */
export class WakeUps {
  readonly #client: KafkaClient
  readonly #topics: Topics
  readonly #ends: Ends
  readonly #listeners = new Set<Listener>()
  readonly #known = new Map<string, { readonly at: TopicPartition; end: number }>()
  readonly #asking = new Set<number>()
  #closed = false

  constructor(cluster: Cluster, names: Names) {
    this.#client = new KafkaClient(cluster)
    this.#topics = new Topics(this.#client, names)
    this.#ends = new Ends(this.#client, this.#topics)
  }

  listen(topics: readonly TopicName[], call: () => void): () => void {
    const listener = { topics, call }
    this.#listeners.add(listener)
    void this.#begin(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#listeners.clear()
    await this.#client.close()
  }

  /** Learns where the topics end, calls the listener, and asks their leaders from then on. */
  async #begin(listener: Listener): Promise<void> {
    for (let wait = pauseAfterError; this.#isWanted(listener); wait = Math.min(2 * wait, longestPauseAfterError)) {
      try {
        for (const topic of listener.topics) await this.#learn(topic)
        if (this.#isWanted(listener)) listener.call()
        await this.#ask()
        return
      } catch {
        // Brokers that cannot be reached now are asked again: whoever fetches meanwhile is told the error.
        await pause(wait)
      }
    }
  }

  #isWanted = (listener: Listener): boolean => !this.#closed && this.#listeners.has(listener)

  async #learn(topic: TopicName): Promise<void> {
    const count = (await this.#topics.widths([topic])).get(topic) ?? 0
    const places = Array.from({ length: count }, (_, index) => ({ topic, partition: partition(index) }))
    const ends = await Promise.all(places.map((at) => this.#ends.bounds(at)))
    for (const [index, at] of places.entries())
      if (!this.#known.has(partitionId(at))) this.#known.set(partitionId(at), { at, end: ends[index]?.end ?? 0 })
  }

  /** Has every leader of a known partition asked, each by a loop of its own. */
  async #ask(): Promise<void> {
    for (const node of (await this.#byLeader()).keys()) {
      if (this.#asking.has(node)) continue
      this.#asking.add(node)
      void this.#askNode(node)
    }
  }

  #byLeader() {
    const wanted = new Set([...this.#listeners].flatMap(({ topics }) => topics))
    for (const [id, { at }] of this.#known) if (!wanted.has(at.topic)) this.#known.delete(id)
    return this.#topics.byLeader([...this.#known.values()])
  }

  /**
   * Asks until the node leads nothing that anybody listens to. It is taken off those that are asked in the turn that finds
   * so: whoever begins to listen later starts it again.
   */
  async #askNode(node: number): Promise<void> {
    for (;;) {
      try {
        const places = this.#closed || this.#listeners.size === 0 ? undefined : (await this.#byLeader()).get(node)
        if (places === undefined) {
          this.#asking.delete(node)
          // Somebody may have begun between the two.
          if (!this.#closed && this.#listeners.size > 0) await this.#ask()
          return
        }
        const grown = await this.#grown(node, places)
        if (grown.size === 0) continue
        for (const listener of [...this.#listeners])
          if (this.#isWanted(listener) && listener.topics.some((topic) => grown.has(topic))) listener.call()
        await pause(pauseAfterNews)
      } catch {
        this.#asking.delete(node)
        await pause(pauseAfterError)
        this.#beginAnew()
        return
      }
    }
  }

  /** Topics of which there is something new; waits a while for it. */
  async #grown(node: number, places: readonly { readonly at: TopicPartition; readonly end: number }[]) {
    const { names } = this.#topics
    const positions = places.map(({ at, end }) => ({ ...at, topic: names.topic(at.topic), from: end }))
    const { partitions } = await this.#client.send(
      await this.#client.broker(node),
      fetchProtocol({ positions, maxWait: longestWait, maxBytes: 1, maxBytesOfPartition: 1 }),
    )
    const grown = new Set<string>()
    for (const { topic: onCluster, partition: index, errorCode, stableEnd } of partitions) {
      if (errorCode !== errorCodes.none) throw brokerError(errorCode)
      const topic = names.topicOf(onCluster) ?? onCluster
      const known = this.#known.get(`${topic}-${index}`)
      if (known === undefined || stableEnd <= known.end) continue
      known.end = stableEnd
      grown.add(topic)
    }
    return grown
  }

  /** After an error: looks anew where everything ends, and calls everybody, for something may have come meanwhile. */
  #beginAnew(): void {
    this.#client.forget()
    this.#known.clear()
    for (const listener of this.#listeners) void this.#begin(listener)
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
