import { afterAllKeys, type StateTable, type StateWrites } from '../state/state-table.js'
import type { Environment } from './environment.js'
import { decodeNumber, encodeNumber, storeKey, storeKeys, textKey } from './keys.js'

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

/**
 * What is committed of one store. Nobody but its task writes it, so that any snapshot will do that is no older than the
 * session. The segments of its journal lie behind its entries.
 */
export function stateTable(environment: Environment, storeId: number): StateTable {
  const { state } = environment.tables
  return {
    get: (key) => state.get(storeKey(storeId, key)),
    range: (from, to, limit) =>
      [...state.getRange({ start: storeKey(storeId, from), end: storeKey(storeId, to), limit })].map(
        ({ key, value }) => [key.subarray(4), value] as const,
      ),
    journal: () =>
      environment.read(() =>
        [...state.getRange({ start: segmentKey(storeId, 0), end: segmentKey(storeId, lastSegment) })].map(
          ({ value }) => value,
        ),
      ),
  }
}

/** Inside a write. */
export function writeState({ tables }: Environment, storeId: number, writes: StateWrites): void {
  const { state } = tables
  const { entries, segment, endedSegments } = writes
  const keyOf = storeKeys(storeId)
  for (const { key, value } of entries) {
    if (value === null) void state.remove(keyOf(key))
    else void state.put(keyOf(key), value)
  }
  for (let number = 0; number < endedSegments; number++) void state.remove(segmentKey(storeId, number))
  if (segment !== null) void state.put(segmentKey(storeId, segment.number), segment.bytes)
}

const lastSegment = 0xff_ff_ff_ff

function segmentKey(storeId: number, number: number): Uint8Array {
  const key = new Uint8Array(5)
  key[0] = afterAllKeys
  new DataView(key.buffer).setUint32(1, number)
  return storeKey(storeId, key)
}
