import type { RegisteredSerdes } from '../../schemas/serdes.js'
import { deadLetters, deletions, mentions, posts, reviews, surveyAnswers, surveys } from '../../schemas/topics.js'
import type { AnalyticsStore } from '../engine/ports/analytics.js'
import type { Backend, TaskSession } from '../engine/ports/log.js'
import { type Offset, offset, type Partition, partition, partitionId, type TopicName } from '../engine/topic.js'
import { backoff } from '../runtime/backoff.js'
import { Bell } from '../runtime/bell.js'
import type { Clock } from '../runtime/clock.js'
import { erasureReason } from './erasure.js'
import type { GroupLag, Instance } from './instance.js'
import { type Letter, listLetters } from './letters.js'

/** The consumer group of the eraser: what it lags behind is what is still to be erased. */
export const eraserGroup = 'eraser'
export const eraserTask = `${eraserGroup}-0`

/** Milliseconds between two looks whether the others have read on. */
const lookEvery = 500
/** Milliseconds after which it looks although nothing was heard: somebody may have added a partition. */
const longestWait = 5_000

export interface EraserDependencies {
  readonly backend: Backend
  readonly serdes: RegisteredSerdes
  readonly store: AnalyticsStore
  readonly instance: Instance
  readonly clock: Clock
  /** Partitions that the topic has now. */
  partitionsOf(topic: TopicName): number
  /** @param redacted whether the texts were removed from the log too */
  erased(posts: number, redacted: boolean): void
  failed(error: Error, attempt: number): void
}

/**
 * Removes the texts of erased posts, from the tables and, where the log redacts, from the log; on Kafka they stay in the
 * topics until the retention of those. It waits until every other group has read the
 * deletion, and then until every group has read what that brought about: only then does nobody need the text to take
 * its numbers back, and no block of a sink that is still to be written holds it (invariant 5).
 */
export class Eraser {
  readonly #deps: EraserDependencies
  readonly #bell: Bell

  constructor(dependencies: EraserDependencies) {
    this.#deps = dependencies
    this.#bell = new Bell(dependencies.clock)
  }

  /** Runs until the signal. What was not erased by then is erased after the next start. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, failed } = this.#deps
    signal.addEventListener('abort', this.#bell.ring)
    let attempt = 0
    while (!signal.aborted) {
      try {
        await this.#own(signal, () => {
          attempt = 0
        })
      } catch (error) {
        attempt += 1
        failed(error instanceof Error ? error : new Error(String(error)), attempt)
        await this.#sleep(clock.now() + backoff(attempt), signal)
      }
    }
    signal.removeEventListener('abort', this.#bell.ring)
  }

  async #own(signal: AbortSignal, succeeded: () => void): Promise<void> {
    const { backend, clock, erased } = this.#deps
    const inputs = this.#partitions(deletions.name)
    const session = await backend.openSession({ group: eraserGroup, partition: 0 as Partition, inputs, stores: [] })
    const stopListening = backend.log.onAppend([deletions.name], this.#bell.ring)
    try {
      let positions: TaskSession['positions'] = session.positions
      while (!signal.aborted && inputs.length === this.#deps.partitionsOf(deletions.name)) {
        const fetched = await backend.log.fetch(
          inputs.map((at) => ({ at, from: positions.get(partitionId(at)) ?? offset(0) })),
          { records: 1_000, bytes: 1024 * 1024 },
        )
        const moved = fetched.filter(({ at, next }) => next !== positions.get(partitionId(at)))
        if (moved.length === 0) {
          await this.#bell.wait(clock.now() + longestWait)
          continue
        }
        const ids = await this.#erasuresAmong(fetched.flatMap(({ records }) => records.map(({ value }) => value)))
        if (ids.size > 0) {
          // first the deletion itself, then what the stages made of it
          await this.#everyoneHasRead(signal)
          const read = await this.#everyoneHasRead(signal)
          if (signal.aborted) return
          await this.#erase(ids, read)
          erased(ids.size, backend.redacts)
        }
        await session.commit({ outputs: [], offsets: moved.map(({ at, next }) => ({ at, next })) })
        positions = new Map([...positions, ...moved.map(({ at, next }) => [partitionId(at), next] as const)])
        succeeded()
      }
    } finally {
      stopListening()
      await session.close()
    }
  }

  async #erasuresAmong(values: readonly (Uint8Array | null)[]): Promise<ReadonlySet<string>> {
    const { serdes } = this.#deps
    await serdes.ensure(values)
    const serde = serdes.forTopic(deletions)
    const ids = new Set<string>()
    for (const value of values) {
      try {
        const deletion = value === null ? null : serde.decode(value)
        if (deletion?.reason === erasureReason) ids.add(deletion.id)
      } catch {
        // no deletion: the stage that reads it too makes a dead letter of it
      }
    }
    return ids
  }

  /** Waits until each other group has read what there is now. Gives the offset of each partition that all are past. */
  async #everyoneHasRead(signal: AbortSignal): Promise<ReadonlyMap<string, Offset>> {
    const { instance, clock } = this.#deps
    const others = async () => (await instance.lag()).filter(({ group }) => group !== eraserGroup)
    const ends = new Map<string, Offset>()
    for (const lag of await others())
      ends.set(placeOf(lag), offset(Math.min(lag.end, ends.get(placeOf(lag)) ?? lag.end)))
    for (;;) {
      const behind = (await others()).some((lag) => lag.committed < (ends.get(placeOf(lag)) ?? 0))
      if (!behind || signal.aborted) return ends
      await this.#sleep(clock.now() + lookEvery, signal)
    }
  }

  async #erase(ids: ReadonlySet<string>, read: ReadonlyMap<string, Offset>): Promise<void> {
    const { backend, store } = this.#deps
    if (backend.redacts) await this.#eraseFromLog(ids, read)
    await store.erase([...ids])
  }

  async #eraseFromLog(ids: ReadonlySet<string>, read: ReadonlyMap<string, Offset>): Promise<void> {
    const letters = new Set<string>()
    for await (const letter of listLetters(this.#deps.instance)) if (isOf(letter, ids)) letters.add(letter.key)
    for (const { name } of [posts, reviews, mentions, surveys, surveyAnswers]) await this.#redact(name, ids, read)
    if (letters.size > 0) await this.#redact(deadLetters.name, letters, read)
  }

  async #redact(topic: TopicName, keys: ReadonlySet<string>, read: ReadonlyMap<string, Offset>): Promise<void> {
    const { backend } = this.#deps
    for (const at of this.#partitions(topic)) {
      const { end } = await backend.log.bounds(at)
      await backend.redact(at, read.get(partitionId(at)) ?? end, keys)
    }
  }

  #partitions(topic: TopicName) {
    return Array.from({ length: this.#deps.partitionsOf(topic) }, (_, index) => ({
      topic,
      partition: partition(index),
    }))
  }

  async #sleep(until: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#deps.clock.now() < until) await this.#bell.wait(until)
  }
}

const placeOf = ({ topic, partition: index }: GroupLag): string => `${topic}-${index}`

/** A letter of a record has its key; one of a line of a file has none, and says what it is of in its fields. */
function isOf({ value: { key, value } }: Letter, ids: ReadonlySet<string>): boolean {
  if (key !== null) return ids.has(Buffer.from(key).toString('utf8'))
  try {
    const fields: unknown = JSON.parse(Buffer.from(value ?? []).toString('utf8'))
    if (typeof fields !== 'object' || fields === null) return false
    const named = { postId: null, reviewId: null, ...fields }
    return ids.has(String(named.postId)) || ids.has(String(named.reviewId))
  } catch {
    return false
  }
}
