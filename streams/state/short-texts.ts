import { shortAscii } from '../engine/utf8.js'

/** A power of two. */
const slots = 1_024
const slotBits = 10
const shortest = 4
const longest = 8

/**
 * ASCII texts of four to eight characters as values have them, remembered as long as no other takes their place:
 * categories, regions and languages come again with every row, and the first and last four bytes of so short a text are
 * all of it, so that it is found by two numbers. Bounded.
 */
export class ShortTexts {
  readonly #texts: string[] = new Array<string>(slots).fill('')
  /** The first and the last four bytes of each text. */
  readonly #words = new Int32Array(2 * slots)

  /**
   * The text of the bytes; null: it is too short, too long or not ASCII.
   * @param view of these very bytes
   */
  at(bytes: Uint8Array, view: DataView, from: number, length: number): string | null {
    if (length < shortest || length > longest) return null
    const first = view.getInt32(from, true)
    const last = view.getInt32(from + length - 4, true)
    const slot = slotOf(first, last)
    const known = this.#texts[slot] as string
    const words = this.#words
    if (known.length === length && words[2 * slot] === first && words[2 * slot + 1] === last) return known
    const text = shortAscii(bytes, from, from + length)
    if (text === null) return null
    this.#texts[slot] = text
    words[2 * slot] = first
    words[2 * slot + 1] = last
    return text
  }
}

/** Two rounds of multiplying, as of MurmurHash3 (Appleby): texts that differ in one character fall apart. */
const slotOf = (first: number, last: number): number =>
  Math.imul(first ^ Math.imul(last, 0x9e3779b1), 0x85ebca6b) >>> (32 - slotBits)
