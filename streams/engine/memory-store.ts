import type { StateStore } from './store.js'

/**
 * Copies plain data: what a store on disk would give back, and never the object that was put.
 * @throws TypeError for a function or a symbol, which no store can write.
 */
export function copyPlain<Value>(value: Value): Value {
  return copy(value) as Value
}

function copy(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new TypeError(`a ${typeof value} cannot be kept in a state store: keep plain data only`)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy)
  if (value instanceof Map) return new Map([...value].map(([key, held]) => [copy(key), copy(held)]))
  if (value instanceof Set) return new Set([...value].map(copy))
  if (value instanceof Date) return new Date(value)
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice()
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, copy(held)]))
}

/** A state store in memory, ordered by UTF-16 code units. Values are copied on the way in and out. */
export class MemoryStore<Value> implements StateStore<Value> {
  readonly #values = new Map<string, Value>()
  /** Keys in order, or null when a key came or went since they were last sorted. */
  #sorted: string[] | null = []

  constructor(entries: Iterable<readonly [string, Value]> = []) {
    for (const [key, value] of entries) this.put(key, value)
  }

  get size(): number {
    return this.#values.size
  }

  get(key: string): Value | undefined {
    return copyPlain(this.#values.get(key))
  }

  put(key: string, value: Value): void {
    if (!this.#values.has(key)) this.#sorted = null
    this.#values.set(key, copyPlain(value))
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#sorted = null
  }

  /** Entries as they were when the iteration began, less those deleted since. */
  *range(from: string, to: string): IterableIterator<readonly [string, Value]> {
    this.#sorted ??= [...this.#values.keys()].sort()
    const keys = this.#sorted
    for (let at = firstAtOrAfter(keys, from); at < keys.length; at++) {
      const key = keys[at]
      if (key === undefined || key >= to) return
      const value = this.#values.get(key)
      if (value !== undefined) yield [key, copyPlain(value)]
    }
  }

  entries(): readonly (readonly [string, Value])[] {
    return [...this.#values].map(([key, value]) => [key, copyPlain(value)] as const)
  }
}

function firstAtOrAfter(keys: readonly string[], from: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] ?? '') < from) low = middle + 1
    else high = middle
  }
  return low
}

/** The stores of one task in memory. `copy` is what a restarted task finds when everything was committed. */
export class MemoryStores {
  readonly #stores = new Map<string, MemoryStore<unknown>>()

  /** Opens the named store, making it when it is new. An `OpenStore`. */
  readonly open = <Value>(name: string): StateStore<Value> => {
    const store = this.#stores.get(name) ?? new MemoryStore<unknown>()
    this.#stores.set(name, store)
    return store as StateStore<unknown> as StateStore<Value>
  }

  /** Number of entries in all stores. */
  get size(): number {
    return [...this.#stores.values()].reduce((sum, store) => sum + store.size, 0)
  }

  copy(): MemoryStores {
    const copied = new MemoryStores()
    for (const [name, store] of this.#stores) copied.#stores.set(name, new MemoryStore(store.entries()))
    return copied
  }
}
