const mostPassed = 1_024

/** Reads on from a place and may go back to it: what was read since then is kept. */
export class ReadAhead<Item> {
  readonly #source: AsyncIterator<Item>
  readonly #kept: Item[] = []
  /** Index of the place, and of what is read next. */
  #place = 0
  #next = 0

  constructor(source: AsyncIterable<Item>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Null at the end. */
  async next(): Promise<Item | null> {
    const kept = this.#kept[this.#next]
    if (kept !== undefined) {
      this.#next += 1
      return kept
    }
    const read = await this.#source.next()
    if (read.done === true) return null
    this.#kept.push(read.value)
    this.#next += 1
    return read.value
  }

  /** The place is now here. */
  release(): void {
    this.#place = this.#next
    if (this.#place < this.#kept.length && this.#place < mostPassed) return
    this.#kept.splice(0, this.#place)
    this.#place = 0
    this.#next = 0
  }

  /** So many items after the place are read next. */
  backTo(items: number): void {
    this.#next = Math.min(this.#place + items, this.#next)
  }

  /** Lets go of the source. */
  async end(): Promise<void> {
    await this.#source.return?.()
  }
}
