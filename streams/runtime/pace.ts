/**
 * How many records a task takes at a time. A step that asks a model needs seconds for what a counting step does in
 * milliseconds, so the size of a run follows what the last ones took: results become visible about every `target`.
 * The sizes never touch results (invariant 3).
 */
export class Pace {
  readonly #target: number
  readonly #least: number
  readonly #most: number
  #records: number

  /** @param target milliseconds that a run should take; sizes stay between `least` and `most` records. */
  constructor(target: number, least: number, most: number) {
    this.#target = target
    this.#least = least
    this.#most = most
    this.#records = Math.min(most, Math.max(least, 256))
  }

  /** Records that the next run may take. */
  get records(): number {
    return this.#records
  }

  /** Learns from a run that took so many records in so many milliseconds. */
  learn(records: number, elapsed: number): void {
    if (records < this.#records / 2) return
    const factor = Math.min(4, Math.max(0.25, this.#target / Math.max(1, elapsed)))
    this.#records = Math.round(Math.min(this.#most, Math.max(this.#least, this.#records * factor)))
  }
}
