import type { Fetched } from '../engine/ports/log.js'
import type { Timestamp } from '../engine/time.js'
import { partitionId } from '../engine/topic.js'

/** Who finds more than this at the end of an input is catching up still. */
const few = 256

/** How far in time the records reach that were fetched for a task. */
export class Reach {
  /** By input of which there is more, or was a moment ago: the latest timestamp fetched. */
  readonly #newest = new Map<string, Timestamp>()

  learn(fetched: readonly Pick<Fetched, 'at' | 'count' | 'atEnd' | 'batches'>[]): void {
    for (const { at, count, batches, atEnd } of fetched) {
      const id = partitionId(at)
      if (atEnd && count <= few) {
        this.#newest.delete(id)
        continue
      }
      let newest = this.#newest.get(id) ?? 0
      for (const batch of batches) {
        for (let index = 0; index < batch.length; index++) newest = Math.max(newest, batch.timestamp(index))
      }
      this.#newest.set(id, newest)
    }
  }

  /** Up to here nothing that was fetched has to wait for more; null when every input is at its end. */
  get horizon(): Timestamp | null {
    return this.#newest.size === 0 ? null : Math.min(...this.#newest.values())
  }
}
