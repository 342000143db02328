/**
 * A bounded memory of what was used last, in two generations: whatever is used moves to the young one, and when that is
 * full the old one is forgotten. It holds between half and all of its size, at the cost of one look-up a use.
 */
export class Recent<Value> {
  readonly #half: number
  #young = new Map<string, Value>()
  #old = new Map<string, Value>()

  /** @param size most entries held, an integer >= 0; 0 holds nothing */
  constructor(size: number) {
    this.#half = Math.ceil(size / 2)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) {
      this.#old.delete(key)
      this.set(key, old)
    }
    return old
  }

  set(key: string, value: Value): void {
    if (this.#half === 0) return
    this.#young.set(key, value)
    if (this.#young.size <= this.#half) return
    this.#young.delete(key)
    this.#old = this.#young
    this.#young = new Map([[key, value]])
  }

  delete(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }
}
