import { BroadcastChannel } from 'node:worker_threads'
import type { TopicName } from '../engine/topic.js'

interface Listener {
  readonly topics: ReadonlySet<string>
  readonly call: () => void
}

/**
 * Tells every thread of the process that has the environment open which topics were appended to.
 *
 * No wake-up is missed: the channel is open from the start, a commit is announced after it is visible, and each fetch
 * looks at the newest snapshot. So whoever listens first and fetches then either finds a record or is called. Calls are
 * not counted: several commits may give one call, and a call may find nothing new.
 */
export class WakeUps {
  readonly #channel: BroadcastChannel
  readonly #listeners = new Set<Listener>()

  /** @param dir absolute path of the environment: names the channel */
  constructor(dir: string) {
    this.#channel = new BroadcastChannel(`pulso-log:${dir}`)
    this.#channel.onmessage = (message: unknown) => {
      this.#call((message as { data: readonly string[] }).data)
    }
    this.#channel.unref()
  }

  /** Listening keeps the thread alive until it stops. */
  listen(topics: readonly TopicName[], call: () => void): () => void {
    const listener = { topics: new Set<string>(topics), call }
    this.#listeners.add(listener)
    this.#channel.ref()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#channel.unref()
    }
  }

  /** After the commit: at once to the other threads, to this one when what it is doing is done. */
  announce(topics: Iterable<TopicName>): void {
    const names = [...topics]
    if (names.length === 0) return
    this.#channel.postMessage(names)
    if (this.#listeners.size > 0) setImmediate(() => this.#call(names))
  }

  close(): void {
    this.#listeners.clear()
    this.#channel.close()
  }

  #call(names: readonly string[]): void {
    for (const listener of [...this.#listeners])
      if (this.#listeners.has(listener) && names.some((name) => listener.topics.has(name))) listener.call()
  }
}
