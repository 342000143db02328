import type { Timestamp } from '../engine/time.js'
import type { Clock } from './clock.js'

/**
 * Lets one loop sleep until something happens. A ring between two waits is kept: the next wait returns at once, so a
 * loop that looks for work, finds none and then waits cannot miss what came in between.
 */
export class Bell {
  readonly #clock: Clock
  #rung = false
  #wake: (() => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  ring = (): void => {
    this.#rung = true
    this.#wake?.()
  }

  /** Waits for a ring, or until the instant; `null` waits for a ring alone. */
  async wait(until: Timestamp | null): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const cancel = until === null ? undefined : this.#clock.at(until, resolve)
        this.#wake = () => {
          cancel?.()
          resolve()
        }
      })
      this.#wake = null
    }
    this.#rung = false
  }
}
