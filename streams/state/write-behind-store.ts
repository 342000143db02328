import type { StateStore } from '../engine/store.js'
import { OrderedKeys } from './ordered-keys.js'
import { Recent } from './recent.js'
import type { StateChange, StateTable } from './state-table.js'
import { deleted, StoredEntries } from './stored-entries.js'

/** Known to have no entry: saves asking the table again for a key that is not there. */
const absent: unique symbol = Symbol('absent')

const entriesAtOnce = 256

/**
 * A state store over a table on disk. What was written since the last commit is held in memory until the commit takes
 * it; of the rest the most recently used entries are (invariant 7: their number is bounded). A window that is updated a
 * thousand times between two commits costs one write.
 *
 * `changes` and `committed` belong to the commit alone: nothing may be written between them.
 */
export class WriteBehindStore<Value> implements StateStore<Value> {
  readonly #stored: StoredEntries<Value>
  readonly #recent: Recent<Value | typeof absent>
  readonly #changed = new Map<string, Value | typeof deleted>()
  readonly #changedKeys = new OrderedKeys()

  /** @param cachedEntries most entries without uncommitted changes that are kept in memory */
  constructor(table: StateTable, cachedEntries: number) {
    this.#stored = new StoredEntries(table)
    this.#recent = new Recent(cachedEntries)
  }

  get(key: string): Value | undefined {
    const changed = this.#changed.get(key)
    if (changed !== undefined) return changed === deleted ? undefined : changed
    const recent = this.#recent.get(key)
    if (recent !== undefined) return recent === absent ? undefined : recent
    const stored = this.#stored.get(key)
    this.#recent.set(key, stored === undefined ? absent : stored)
    return stored
  }

  put(key: string, value: Value): void {
    this.#change(key, value === undefined ? deleted : value)
  }

  delete(key: string): void {
    this.#change(key, deleted)
  }

  /** Sees what is written while it runs, as far as it is still ahead. */
  *range(from: string, to: string): IterableIterator<readonly [string, Value]> {
    let stored = this.#stored.chunk(from, to, entriesAtOnce)
    let at = 0
    let last = from
    let started = false
    for (;;) {
      const changedKey = this.#changedKeys.next(last, started)
      if (at === stored.length && at > 0) {
        stored = this.#stored.chunk(`${stored[at - 1]?.[0]}\0`, to, entriesAtOnce)
        at = 0
      }
      const ahead = stored[at]
      if (ahead !== undefined && (changedKey === undefined || ahead[0] < changedKey)) {
        at += 1
        last = ahead[0]
        started = true
        yield ahead
        continue
      }
      if (changedKey === undefined || changedKey >= to) return
      if (ahead !== undefined && ahead[0] === changedKey) at += 1
      last = changedKey
      started = true
      const value = this.#changed.get(changedKey)
      if (value !== undefined && value !== deleted) yield [changedKey, value]
    }
  }

  /** What was written since the last commit, encoded. */
  changes(): StateChange[] {
    return this.#stored.encode(this.#changed)
  }

  /** The changes are in the table now. */
  committed(): void {
    for (const [key, value] of this.#changed) this.#recent.set(key, value === deleted ? absent : value)
    this.#changed.clear()
    this.#changedKeys.clear()
  }

  #change(key: string, value: Value | typeof deleted): void {
    if (!this.#changed.has(key)) this.#changedKeys.add(key)
    this.#changed.set(key, value)
    this.#recent.delete(key)
  }
}
