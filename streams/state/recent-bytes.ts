import { ByteTable } from './byte-table.js'
import { ByteWriter } from './byte-writer.js'
import { writeStateKey } from './state-key.js'
import type { Place } from './state-table.js'

const none = new Uint8Array(0)
const asked = new ByteWriter()
const mostAsked = 16_384

/**
 * A bounded memory of the values used last, as bytes, in two generations: whatever is used moves to the young one, and when
 * that is full the old one is forgotten. It holds between half and all of its size, at the cost of one look-up a use.
 */
export class RecentBytes {
  readonly #half: number
  #young = new ByteTable()
  #old = new ByteTable()

  /** @param size most entries held, an integer >= 0; 0 holds nothing */
  constructor(size: number) {
    this.#half = Math.ceil(size / 2)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** Where the value lies until the next use; empty when there is known to be none, null when nothing is known. */
  find(key: string): Place | null {
    if (this.#half === 0) return null
    write(key)
    if (this.#young.find(asked.bytes, asked.at)) return this.#young
    if (!this.#old.find(asked.bytes, asked.at)) return null
    const { bytes, start, end } = this.#old
    this.#add(bytes.slice(start, end))
    return this.#young.find(asked.bytes, asked.at) ? this.#young : null
  }

  /** @param value undefined: there is none */
  set(key: string, value: Uint8Array | undefined): void {
    if (this.#half === 0) return
    write(key)
    this.#add(value ?? none)
  }

  delete(key: string): void {
    if (this.size === 0) return
    write(key)
    const bytes = asked.bytes.subarray(0, asked.at)
    this.#young.delete(bytes)
    this.#old.delete(bytes)
  }

  /** Under the key that was written last. */
  #add(value: Uint8Array): void {
    if (this.#young.size >= this.#half && !this.#young.find(asked.bytes, asked.at)) {
      this.#old = this.#young
      this.#young = new ByteTable()
    }
    this.#young.put(asked.bytes, value, asked.at)
  }
}

function write(key: string): void {
  asked.clear(mostAsked)
  writeStateKey(asked, key)
}
