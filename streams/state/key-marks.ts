const bitsAKey = 16
const fewKeys = 64

/**
 * Two bits for the hash of each key (Bloom, 1970), by which those of which nothing is held are told without a look for
 * them: fewer than one in fifty is taken for a key that is there. Two lines of a small run of bytes are read, where a map
 * of texts reads several of a large one.
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
    this.#set(hash & this.#mask)
    this.#set(otherOf(hash) & this.#mask)
    this.#left -= 1
  }

  /** False: no key of this hash was added. */
  has(hash: number): boolean {
    return this.#has(hash & this.#mask) && this.#has(otherOf(hash) & this.#mask)
  }

  #set(bit: number): void {
    this.#words[bit >>> 5] = (this.#words[bit >>> 5] as number) | (1 << (bit & 31))
  }

  #has(bit: number): boolean {
    return ((this.#words[bit >>> 5] as number) & (1 << (bit & 31))) !== 0
  }
}

/** A second hash of a hash, of other bits (Fibonacci hashing: Knuth, "The Art of Computer Programming" 3, 6.4). */
const otherOf = (hash: number): number => Math.imul(hash, 0x9e3779b1) >>> 7
