const bitsAKey = 16
const fewKeys = 64

/**
 * A bit for the hash of each key, by which those of which nothing is held are told without a look for them: fewer than
 * one in ten is taken for a key that is there. One line of the cache is read, where a map of texts reads several.
 */
export class KeyMarks {
  readonly #words: Int32Array
  readonly #mask: number
  #left: number

  /** @param keys so many may be marked */
  constructor(keys: number) {
    const bits = 2 ** Math.ceil(Math.log2(bitsAKey * Math.max(keys, fewKeys)))
    this.#words = new Int32Array(bits / 32)
    this.#mask = bits - 1
    this.#left = bits / bitsAKey
  }

  /** Whether it has room for no more keys. */
  get isFull(): boolean {
    return this.#left === 0
  }

  add(hash: number): void {
    const bit = hash & this.#mask
    this.#words[bit >>> 5] = (this.#words[bit >>> 5] as number) | (1 << (bit & 31))
    this.#left -= 1
  }

  /** False: no key of this hash was added. */
  has(hash: number): boolean {
    const bit = hash & this.#mask
    return ((this.#words[bit >>> 5] as number) & (1 << (bit & 31))) !== 0
  }
}
