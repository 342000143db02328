import { OrderedKeys } from '../state/ordered-keys.js'
import type { StateTable } from '../state/state-table.js'
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

const fewDeleted = 1_000

class MemoryTable implements StateTable {
  /** By the bytes of the key as characters; null where an entry was deleted whose key is still among the ordered ones. */
  #entries = new Map<string, Uint8Array | null>()
  #keys = new OrderedKeys()
  #deleted = 0

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#entries.get(textOf(key)) ?? undefined
  }

  range(from: Uint8Array, to: Uint8Array, limit: number): (readonly [Uint8Array, Uint8Array])[] {
    const stop = textOf(to)
    const found: (readonly [Uint8Array, Uint8Array])[] = []
    let key = this.#keys.next(textOf(from), false)
    while (key !== undefined && key < stop && found.length < limit) {
      const value = this.#entries.get(key)
      if (value !== undefined && value !== null) found.push([bytesOf(key), value])
      key = this.#keys.next(key, true)
    }
    return found
  }

  journal(): readonly Uint8Array[] {
    return this.range(segmentKeys.from, segmentKeys.to, Number.POSITIVE_INFINITY).map(([, value]) => value)
  }

  /** The value is copied. */
  put(key: Uint8Array, value: Uint8Array | null): void {
    const text = textOf(key)
    const held = this.#entries.get(text)
    if (held === undefined) {
      if (value === null) return
      this.#keys.add(text)
    } else this.#deleted += (value === null ? 1 : 0) - (held === null ? 1 : 0)
    this.#entries.set(text, value === null ? null : value.slice())
    if (this.#deleted > fewDeleted && this.#deleted > this.#entries.size / 2) this.#forgetDeleted()
  }

  #forgetDeleted(): void {
    this.#keys = new OrderedKeys()
    this.#deleted = 0
    for (const [key, value] of this.#entries) {
      if (value === null) this.#entries.delete(key)
      else this.#keys.add(key)
    }
  }
}

const textOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
