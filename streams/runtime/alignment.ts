import type { Duration, Timestamp } from '../engine/time.js'
import type { Clock } from './clock.js'

/** How far a task may go, and whether it commits what it has first. */
export interface Agreement {
  readonly until: Timestamp
  readonly commits: boolean
}

interface Waiting {
  readonly horizon: Timestamp
  resolve(agreement: Agreement): void
}

/** A task that is slower than this is not waited for: alignment saves work, nothing depends on it. */
const patience: Duration = 100

/** The first stretch of catching up is so much shorter than the interval, the next half of it, and so on. */
const firstPart = 8

/**
 * Keeps the tasks of a stage that are catching up side by side in event time. Without it the one that runs first would
 * open all windows of its stretch of history, each to wait for the others. In a round every task says how far the
 * records that it holds reach, all go up to the least of these, and all commit after the same round: the next stage
 * then finds whole stretches of time that it can close at once. The first stretches are short: until the first commit
 * the next stage, in another thread, has nothing to do.
 *
 * One for the tasks of a stage in a thread. Tasks that are at the end of their inputs take no part and wait for nobody.
 */
export class Alignment {
  readonly #clock: Clock
  readonly #interval: Duration
  readonly #members = new Set<number>()
  readonly #waiting = new Map<number, Waiting>()
  #commitAt: Timestamp | null = null
  /** The next stretch is the interval divided by this. */
  #part = firstPart

  /** @param interval time between two commits, in milliseconds */
  constructor(clock: Clock, interval: Duration) {
    this.#clock = clock
    this.#interval = interval
  }

  /**
   * Waits until the other tasks of the stage have come as far.
   * @param horizon the latest timestamp of the records that the task holds
   */
  agree(task: number, horizon: Timestamp): Promise<Agreement> {
    this.#members.add(task)
    return new Promise((resolve) => {
      const cancel = this.#clock.at(this.#clock.now() + patience, () => {
        if (this.#waiting.delete(task)) resolve({ until: horizon, commits: true })
      })
      this.#waiting.set(task, {
        horizon,
        resolve: (agreement) => {
          cancel()
          resolve(agreement)
        },
      })
      this.#settle()
    })
  }

  /** The task has nothing left to read, or is no more. */
  leave(task: number): void {
    if (!this.#members.delete(task)) return
    if (this.#members.size > 0) this.#settle()
    else {
      this.#commitAt = null
      this.#part = firstPart
    }
  }

  #settle(): void {
    if (this.#waiting.size === 0 || this.#waiting.size < this.#members.size) return
    const all = [...this.#waiting.values()]
    this.#waiting.clear()
    const now = this.#clock.now()
    this.#commitAt ??= now + this.#interval / this.#part
    const commits = now >= this.#commitAt
    if (commits) {
      this.#part = Math.max(1, this.#part / 2)
      this.#commitAt = now + this.#interval / this.#part
    }
    const until = Math.min(...all.map(({ horizon }) => horizon))
    for (const { resolve } of all) resolve({ until, commits })
  }
}
