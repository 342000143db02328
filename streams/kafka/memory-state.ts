import type { PlacedKeys } from '../engine/store.js'
import { ByteTable } from '../state/byte-table.js'
import { OrderedKeys } from '../state/ordered-keys.js'
import type { ExpectedPlace, KeyPrefix, Place, StateTable } from '../state/state-table.js'
import type { LocalState, StoreChanges } from './local-state.js'
import { segmentKeys } from './store-keys.js'

/** State in memory: restored as a whole by whoever takes the task over. */
export class MemoryState implements LocalState {
  checkpoint: number | null = null
  readonly #tables = new Map<string, MemoryTable>()

  table(store: string): MemoryTable {
    const found = this.#tables.get(store)
    if (found !== undefined) return found
    const made = new MemoryTable()
    this.#tables.set(store, made)
    return made
  }

  apply(changes: readonly StoreChanges[], checkpoint: number): void {
    for (const { store, changes: changed } of changes) {
      const table = this.table(store)
      for (const { key, value } of changed) table.put(key, value)
    }
    this.checkpoint = checkpoint
  }

  clear(): void {
    this.#tables.clear()
    this.checkpoint = null
  }

  async close(): Promise<void> {
    this.clear()
  }
}

const fewChanges = 1_000

class MemoryTable implements StateTable {
  readonly #entries = new ByteTable()
  /** Keys by their bytes as characters, also of what was deleted since; null until somebody asks for a range. */
  #keys: OrderedKeys | null = null
  /** Keys that came or went since they were put in order. */
  #changes = 0

  get(key: Uint8Array): Uint8Array | undefined {
    const { bytes, start, end } = this.#entries.find(key) ? this.#entries : nothing
    return bytes?.subarray(start, end)
  }

  readonly find = (key: Uint8Array, length: number, hash?: number): Place | null =>
    this.#entries.find(key, length, hash) ? this.#entries : null

  expect(prefix: KeyPrefix, keys: PlacedKeys, from: number, to: number): void {
    this.#entries.expect(prefix, keys, from, to)
  }

  expected(prefix: KeyPrefix, keys: PlacedKeys, index: number): ExpectedPlace | null {
    return this.#entries.findExpected(prefix, keys, index) ? this.#entries : null
  }

  range(from: Uint8Array, to: Uint8Array, limit: number): (readonly [Uint8Array, Uint8Array])[] {
    const keys = this.#orderedKeys()
    const stop = textOf(to)
    const found: (readonly [Uint8Array, Uint8Array])[] = []
    let key = keys.next(textOf(from), false)
    while (key !== undefined && key < stop && found.length < limit) {
      const bytes = bytesOf(key)
      const value = this.get(bytes)
      if (value !== undefined) found.push([bytes, value])
      key = keys.next(key, true)
    }
    return found
  }

  journal(): readonly Uint8Array[] {
    return this.range(segmentKeys.from, segmentKeys.to, Number.POSITIVE_INFINITY).map(([, value]) => value)
  }

  /** The value is copied. */
  put(key: Uint8Array, value: Uint8Array | null): void {
    const before = this.#entries.size
    if (value === null) this.#entries.delete(key)
    else this.#entries.put(key, value)
    if (this.#keys === null || this.#entries.size === before) return
    if (value !== null) this.#keys.add(textOf(key))
    this.#changes += 1
    // Nobody has asked for a range in a while, or what was deleted piles up among the keys: they are put in order anew.
    if (this.#changes > fewChanges && 2 * this.#changes > this.#entries.size) this.#keys = null
  }

  #orderedKeys(): OrderedKeys {
    if (this.#keys !== null) return this.#keys
    this.#keys = new OrderedKeys()
    this.#changes = 0
    for (const key of this.#entries.keys()) this.#keys.add(textOf(key))
    return this.#keys
  }
}

const nothing = { bytes: undefined, start: 0, end: 0 }
const textOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
