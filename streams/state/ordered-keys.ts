const fewAdded = 64

/** Texts that can be walked in the order of their UTF-16 code units while they grow; the same may be there twice. */
export class OrderedKeys {
  #sorted: string[] = []
  #added: string[] = []

  get size(): number {
    return this.#sorted.length + this.#added.length
  }

  add(key: string): void {
    this.#added.push(key)
  }

  /** The least key that is at or after `from` (after it, when `exclusive`); undefined when there is none. */
  next(from: string, exclusive: boolean): string | undefined {
    this.#sort()
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const key = this.#sorted[middle] ?? ''
      if (key < from || (exclusive && key === from)) low = middle + 1
      else high = middle
    }
    return this.#sorted[low]
  }

  #sort(): void {
    if (this.#added.length === 0) return
    if (this.#added.length <= fewAdded) {
      for (const key of this.#added) this.#insert(key)
    } else {
      for (const key of this.#added) this.#sorted.push(key)
      this.#sorted.sort()
    }
    this.#added = []
  }

  #insert(key: string): void {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#sorted[middle] ?? '') < key) low = middle + 1
      else high = middle
    }
    this.#sorted.splice(low, 0, key)
  }
}
