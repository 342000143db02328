import type { Timestamp } from '../engine/time.js'
import { partition } from '../engine/topic.js'
import { compact } from './compaction.js'
import type { Environment } from './environment.js'
import { removeExpired } from './retention.js'
import type { Topics } from './topics.js'
import type { Writer } from './writer.js'

/** Keeps the log within what its topics promise. One run at a time; who asks during a run gets that one. */
export class Maintenance {
  readonly #environment: Environment
  readonly #topics: Topics
  readonly #writer: Writer
  #running: Promise<void> | undefined

  constructor(environment: Environment, topics: Topics, writer: Writer) {
    this.#environment = environment
    this.#topics = topics
    this.#writer = writer
  }

  /** Applies retention and compaction as of the instant, in small transactions between those of others. */
  run(now: Timestamp): Promise<void> {
    this.#running ??= this.#run(now).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** Resolves when no run is under way. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined)
  }

  async #run(now: Timestamp): Promise<void> {
    for (const { name, partitions, cleanup, retention } of this.#topics.all()) {
      for (let index = 0; index < partitions; index++) {
        const place = this.#topics.place({ topic: name, partition: partition(index) })
        if (cleanup === 'compact') await compact(this.#environment, this.#writer, place, now)
        else if (retention.time !== null || retention.bytes !== null)
          while (await this.#writer.submit({ write: () => removeExpired(this.#environment, place, retention, now) })) {
            // Others may write before the next step.
          }
      }
    }
  }
}
