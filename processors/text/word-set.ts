import { foldedUnit } from './fold.js'

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over code units. */
export const emptyHash = 0x811c9dc5 | 0
export const hashWith = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193)

/** Folded words that are looked up where they lie in a text, without being cut out of it. */
export class WordSet {
  /** Open addressing; a slot holds the number of a word + 1, 0 when it is free. */
  readonly #slots: Int32Array
  readonly #hashes: Int32Array
  /** Where each word ends in the units, which hold one after the other. */
  readonly #ends: Int32Array
  readonly #units: Uint16Array
  #size = 0

  constructor(words: Iterable<string>) {
    const all = [...new Set(words)]
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, 2 * all.length))))
    this.#hashes = new Int32Array(all.length)
    this.#ends = new Int32Array(all.length)
    this.#units = new Uint16Array(all.reduce((sum, { length }) => sum + length, 0))
    for (const word of all) this.#add(word)
  }

  /**
   * Whether the text holds a word of the set there.
   * @param hash that of the folded units from start to end
   */
  holds(text: string, start: number, end: number, hash: number): boolean {
    const mask = this.#slots.length - 1
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] as number) - 1
      if (number < 0) return false
      if (this.#hashes[number] === hash && this.#is(number, text, start, end)) return true
    }
  }

  /** Whether a folded word is one of the set. */
  has(word: string): boolean {
    return this.holds(word, 0, word.length, hashOf(word))
  }

  #is(number: number, text: string, start: number, end: number): boolean {
    const from = number === 0 ? 0 : (this.#ends[number - 1] as number)
    if ((this.#ends[number] as number) - from !== end - start) return false
    for (let at = start; at < end; at++)
      if (foldedUnit(text.charCodeAt(at)) !== this.#units[from + at - start]) return false
    return true
  }

  #add(word: string): void {
    const number = this.#size++
    const from = number === 0 ? 0 : (this.#ends[number - 1] as number)
    for (let at = 0; at < word.length; at++) this.#units[from + at] = word.charCodeAt(at)
    this.#ends[number] = from + word.length
    this.#hashes[number] = hashOf(word)
    const mask = this.#slots.length - 1
    let slot = spread(this.#hashes[number] as number) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = number + 1
  }
}

/** The lower bits choose the slot. */
const spread = (hash: number): number => hash ^ (hash >>> 15)

function hashOf(word: string): number {
  let hash = emptyHash
  for (let at = 0; at < word.length; at++) hash = hashWith(hash, word.charCodeAt(at))
  return hash
}
