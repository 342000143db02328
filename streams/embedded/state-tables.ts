import type { StateChange, StateTable } from '../state/state-table.js'
import type { Environment } from './environment.js'
import { decodeNumber, encodeNumber, storeKey, textKey } from './keys.js'

const nextStoreKey = textKey('next-store')

/** Inside a write: the number under which the environment keeps the entries of a task's store. */
export function storeIdOf({ tables }: Environment, group: string, partition: number, store: string): number {
  const name = textKey(`${group}\0${partition}\0${store}`)
  const found = tables.stores.get(name)
  if (found !== undefined) return decodeNumber(found)
  const next = tables.meta.get(nextStoreKey)
  const id = next === undefined ? 0 : decodeNumber(next)
  void tables.meta.put(nextStoreKey, encodeNumber(id + 1))
  void tables.stores.put(name, encodeNumber(id))
  return id
}

/** The committed entries of one store. Nobody but its task writes them, so that any snapshot will do. */
export function stateTable({ tables }: Environment, storeId: number): StateTable {
  const { state } = tables
  return {
    get: (key) => state.get(storeKey(storeId, key)),
    range: (from, to, limit) =>
      [...state.getRange({ start: storeKey(storeId, from), end: storeKey(storeId, to), limit })].map(
        ({ key, value }) => [key.subarray(4), value] as const,
      ),
  }
}

/** Inside a write. */
export function writeState({ tables }: Environment, storeId: number, changes: readonly StateChange[]): void {
  for (const { key, value } of changes) {
    if (value === null) void tables.state.remove(storeKey(storeId, key))
    else void tables.state.put(storeKey(storeId, key), value)
  }
}
