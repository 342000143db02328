import { isUtf8 } from 'node:buffer'

/** Gives each distinct text a number, from its UTF-8 bytes: no string is made of a text that comes again. */
export class ByteDictionary {
  readonly #texts: Uint8Array[] = []
  readonly #hashes: number[] = []
  /** Open addressing; a slot holds a number + 1, 0 when it is free. */
  #slots = new Int32Array(1024)

  /** The texts by their numbers. */
  get texts(): readonly Uint8Array[] {
    return this.#texts
  }

  /** Number of the text in `bytes` from `start` to `end`; -1 when they are not UTF-8. The bytes are copied. */
  numberOf(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end)
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] as number) - 1
      if (number < 0) return this.#add(new Uint8Array(bytes.subarray(start, end)), hash, slot)
      if (this.#hashes[number] === hash && same(this.#texts[number] as Uint8Array, bytes, start, end)) return number
    }
  }

  #add(text: Uint8Array, hash: number, slot: number): number {
    if (!isUtf8(text)) return -1
    const number = this.#texts.push(text) - 1
    this.#hashes.push(hash)
    this.#slots[slot] = number + 1
    if (this.#texts.length * 2 > this.#slots.length) this.#grow()
    return number
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2)
    const mask = this.#slots.length - 1
    this.#hashes.forEach((hash, number) => {
      let slot = hash & mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
      this.#slots[slot] = number + 1
    })
  }
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), its upper bits mixed into the lower ones. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
  return hash ^ (hash >>> 15)
}

function same(text: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let at = 0; at < text.length; at++) if (text[at] !== bytes[start + at]) return false
  return true
}
