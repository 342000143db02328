import { decodeUtf8Within } from './utf8.js'

/** A power of two. */
const slots = 4_096
/** Longer texts are decoded each time: they seldom come again. */
const longest = 32
/** After so many texts it is told whether they come again at all. */
const tries = 20_000

/**
 * Texts of short runs of bytes, remembered as long as they come again, as keys do: finding one costs less than decoding
 * it, and the same text is the same object, which maps find sooner. Bounded: a new text takes the place of another one.
 */
export class KnownTexts {
  #texts: (string | undefined)[] | null = new Array(slots)
  /** Bytes of the texts, `longest` for each slot. */
  #bytes: Uint8Array | null = null
  #lengths = new Uint8Array(slots)
  #tried = 0
  #found = 0

  /**
   * The text of the UTF-8 bytes from `start` to `end`.
   * @throws TypeError when they are no valid UTF-8
   */
  of(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start
    if (length > longest || this.#texts === null) return decodeUtf8Within(bytes, start, end)
    const slot = slotOf(bytes, start, end)
    const known = this.#texts[slot]
    if (known !== undefined && this.#lengths[slot] === length && this.#holds(slot, bytes, start, length)) {
      this.#found += 1
      return known
    }
    const text = decodeUtf8Within(bytes, start, end)
    this.#remember(slot, text, bytes, start, length)
    return text
  }

  #holds(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    const held = this.#bytes
    if (held === null) return false
    const from = slot * longest
    for (let at = 0; at < length; at += 1) if (held[from + at] !== bytes[start + at]) return false
    return true
  }

  #remember(slot: number, text: string, bytes: Uint8Array, start: number, length: number): void {
    if (this.#texts === null) return
    this.#tried += 1
    if (this.#tried === tries) {
      // Most were new: what is kept for nothing is copied by every collection of garbage.
      if (this.#found < tries) {
        this.#texts = null
        this.#bytes = null
        return
      }
      this.#tried = 0
      this.#found = 0
    }
    this.#bytes ??= new Uint8Array(slots * longest)
    for (let at = 0, to = slot * longest; at < length; at += 1) this.#bytes[to + at] = bytes[start + at] as number
    this.#lengths[slot] = length
    this.#texts[slot] = text
  }
}

/** FNV-1a (Fowler, Noll, Vo), folded. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
  return (hash ^ (hash >>> 15)) & (slots - 1)
}
