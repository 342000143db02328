import type { RegisteredSerdes } from '../../schemas/serdes.js'
import type { Log } from '../engine/ports/log.js'
import { offset, partition, partitionId, type Topic, type TopicPartition } from '../engine/topic.js'
import { backoff } from '../runtime/backoff.js'
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
  readonly #clock: Clock
  readonly #bell: Bell

  constructor(log: Log, serdes: RegisteredSerdes, topic: Topic<Value>, partitions: number, clock: Clock) {
    this.#log = log
    this.#serdes = serdes
    this.#topic = topic
    this.#partitions = partitions
    this.#clock = clock
    this.#bell = new Bell(clock)
  }

  /** Hands on every value appended from now on, until the signal; `skipped` after more than `most` at a time. */
  async run(signal: AbortSignal, most: number, onValue: (value: Value) => void, skipped: () => void): Promise<void> {
    const serde = this.#serdes.forTopic(this.#topic)
    const at = Array.from({ length: this.#partitions }, (_, index) => ({
      topic: this.#topic.name,
      partition: partition(index),
    }))
    const stop = this.#log.onAppend([this.#topic.name], this.#bell.ring)
    signal.addEventListener('abort', this.#bell.ring)
    for (let attempt = 0; !signal.aborted; ) {
      try {
        if (attempt > 0) skipped()
        await this.#follow(at, signal, most, { onValue: (value) => onValue(serde.decode(value)), skipped }, () => {
          attempt = 0
        })
      } catch {
        // What cannot be read now is the tasks' to tell: the board takes a new snapshot when it can be read again.
        attempt += 1
        const until = this.#clock.now() + backoff(attempt)
        while (!signal.aborted && this.#clock.now() < until) await this.#bell.wait(until)
      }
    }
    stop()
    signal.removeEventListener('abort', this.#bell.ring)
  }

  async #follow(
    at: readonly TopicPartition[],
    signal: AbortSignal,
    most: number,
    { onValue, skipped }: { onValue(value: Uint8Array): void; skipped(): void },
    succeeded: () => void,
  ): Promise<void> {
    const positions = new Map<string, number>()
    const skip = async () => {
      const found = await Promise.all(at.map((place) => this.#log.bounds(place)))
      for (const [index, place] of at.entries()) positions.set(partitionId(place), found[index]?.end ?? 0)
    }
    await skip()
    while (!signal.aborted) {
      const fetched = await this.#log.fetch(
        at.map((place) => ({ at: place, from: offset(positions.get(partitionId(place)) ?? 0) })),
        { records: most, bytes: 4 * 1024 * 1024 },
      )
      succeeded()
      const behind = fetched.some(({ atEnd }) => !atEnd)
      await this.#serdes.ensure(fetched.flatMap(({ records }) => records.map(({ value }) => value)))
      for (const { records, next, at: place } of fetched) {
        positions.set(partitionId(place), next)
        for (const { value } of records) {
          try {
            if (value !== null) onValue(value)
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
  }
}
