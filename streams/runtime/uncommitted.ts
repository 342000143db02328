import type { Fates, TaskOutput } from '../engine/stage.js'
import { sumFates } from '../engine/sum-fates.js'
import type { Duration, Timestamp } from '../engine/time.js'

/** More than this is not gathered, however fast the runs are (invariant 7). */
const mostOutputs = 100_000

/** The runs of a task since its last commit. */
export class Uncommitted {
  readonly #interval: Duration
  #records = 0
  #fates: Fates[] = []
  #began: Timestamp | null = null
  #runMillis = 0
  #now: Timestamp = 0

  /** @param interval longest time between two commits while there is more to read, in milliseconds; 0: each run */
  constructor(interval: Duration) {
    this.#interval = interval
  }

  /** Milliseconds that the runs took. */
  get runMillis(): number {
    return this.#runMillis
  }

  /** Processing time of the last run. */
  get now(): Timestamp {
    return this.#now
  }

  get fates(): Fates {
    return sumFates(this.#fates)
  }

  /** No more is to be gathered. */
  get isFull(): boolean {
    return this.#records >= mostOutputs
  }

  /** When the commit is due at the latest; null when nothing waits for one. */
  get dueAt(): Timestamp | null {
    if (this.#began === null) return null
    if (this.isFull || this.#interval === 0) return this.#began
    // At whole intervals of the clock: tasks that commit at the same moment share a transaction, and the next stage
    // finds what all of them did for the same stretch of time.
    return (Math.floor(this.#began / this.#interval) + 1) * this.#interval
  }

  add({ uncommitted, fates }: TaskOutput, started: Timestamp, ended: Timestamp): void {
    this.#began ??= started
    this.#now = started
    this.#runMillis += ended - started
    this.#fates.push(fates)
    this.#records = uncommitted
  }

  clear(): void {
    this.#records = 0
    this.#fates = []
    this.#began = null
    this.#runMillis = 0
  }
}
