import { choices } from '../../streams/engine/testing/choices.js'

/** Numbers that look random and are the same for the same seed. */
export class Random {
  readonly #choose: (count: number) => number
  constructor(seed: number) {
    this.#choose = choices(seed)
  }

  /** From 0 to under 1. */
  uniform(): number {
    return this.#choose(2 ** 30) / 2 ** 30
  }

  below(count: number): number {
    return this.#choose(count)
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.#choose(items.length)] as Item
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform())
  }

  poisson(mean: number): number {
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()))
    let count = 0
    for (let product = this.uniform(); product > Math.exp(-mean); product *= this.uniform()) count += 1
    return count
  }

  binomial(trials: number, probability: number): number {
    if (trials > 200) {
      const mean = trials * probability
      const drawn = Math.round(mean + Math.sqrt(mean * (1 - probability)) * this.normal())
      return Math.min(trials, Math.max(0, drawn))
    }
    let count = 0
    for (let trial = 0; trial < trials; trial++) if (this.uniform() < probability) count += 1
    return count
  }
}
