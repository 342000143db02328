import type { RegisteredSerdes } from '../../schemas/serdes.js'
import type { Log } from '../engine/ports/log.js'
import { offset, partition, partitionId, type Topic } from '../engine/topic.js'
import { Bell } from '../runtime/bell.js'
import type { Clock } from '../runtime/clock.js'

/**
 * Follows the end of a topic for those who watch live. What it hands on is for the eye: when more arrives than it can
 * show, it skips to the end and says so, and the boards take a new snapshot from the store (invariant 7: the skipped
 * records are conflated for display, not lost; the tables have them all).
 */
export class Tailer<Value> {
  readonly #log: Log
  readonly #serdes: RegisteredSerdes
  readonly #topic: Topic<Value>
  readonly #partitions: number
  readonly #bell: Bell

  constructor(log: Log, serdes: RegisteredSerdes, topic: Topic<Value>, partitions: number, clock: Clock) {
    this.#log = log
    this.#serdes = serdes
    this.#topic = topic
    this.#partitions = partitions
    this.#bell = new Bell(clock)
  }

  /** Hands on every value appended from now on, until the signal; `skipped` after more than `most` at a time. */
  async run(signal: AbortSignal, most: number, onValue: (value: Value) => void, skipped: () => void): Promise<void> {
    const serde = this.#serdes.forTopic(this.#topic)
    const at = Array.from({ length: this.#partitions }, (_, index) => ({
      topic: this.#topic.name,
      partition: partition(index),
    }))
    const ends = () => Promise.all(at.map(async (place) => (await this.#log.bounds(place)).end))
    const stop = this.#log.onAppend([this.#topic.name], this.#bell.ring)
    signal.addEventListener('abort', this.#bell.ring)
    const positions = new Map<string, number>()
    const skip = async () => {
      const found = await ends()
      for (const [index, place] of at.entries()) positions.set(partitionId(place), found[index] ?? 0)
    }
    await skip()
    while (!signal.aborted) {
      const fetched = await this.#log.fetch(
        at.map((place) => ({ at: place, from: offset(positions.get(partitionId(place)) ?? 0) })),
        { records: most, bytes: 4 * 1024 * 1024 },
      )
      const behind = fetched.some(({ atEnd }) => !atEnd)
      await this.#serdes.ensure(fetched.flatMap(({ records }) => records.map(({ value }) => value)))
      for (const { records, next, at: place } of fetched) {
        positions.set(partitionId(place), next)
        for (const { value } of records) {
          try {
            if (value !== null) onValue(serde.decode(value))
          } catch {
            // a foreign record in our topic: the sink dead-letters it
          }
        }
      }
      if (behind) {
        await skip()
        skipped()
      }
      await this.#bell.wait(null)
    }
    stop()
  }
}
