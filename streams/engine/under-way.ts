import type { PlacedKeys } from './store.js'

/**
 * The record that a task has at hand, as it was read: who is asked for its key as a text finds here where the same key
 * lies as bytes, and need neither write nor hash it once more.
 */
export class UnderWay {
  #keys: PlacedKeys | null = null
  #index = 0
  #key: string | null = null

  /** @param key what lies there as UTF-8 */
  set(keys: PlacedKeys, index: number, key: string | null): void {
    this.#keys = keys
    this.#index = index
    this.#key = key
  }

  /** It has none at hand; what was read need not be kept for it. */
  clear(): void {
    this.#keys = null
    this.#key = null
  }

  /** The keys among which this one lies, at `index`; null where the record has another key. */
  keysWith(key: string): PlacedKeys | null {
    return this.#keys !== null && key === this.#key ? this.#keys : null
  }

  get index(): number {
    return this.#index
  }
}
