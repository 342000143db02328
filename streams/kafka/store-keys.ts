import { afterAllKeys, type StateChange, type StateWrites } from '../state/state-table.js'

const encoder = new TextEncoder()
const longestName = 70

/** Begins the keys of a store, in the changelog as on disk: its name and a zero byte. */
export function storePrefix(store: string): Uint8Array {
  const name = encoder.encode(store)
  if (name.length > longestName || name.includes(0))
    throw new RangeError(`"${store}" is no name of a store: use at most ${longestName} bytes, none of them zero`)
  const prefix = new Uint8Array(name.length + 1)
  prefix.set(name)
  return prefix
}

export function prefixed(prefix: Uint8Array, key: Uint8Array): Uint8Array {
  const whole = new Uint8Array(prefix.length + key.length)
  whole.set(prefix)
  whole.set(key, prefix.length)
  return whole
}

/** The store and the key within it; null for what no store wrote. */
export function splitKey(whole: Uint8Array): { readonly store: string; readonly key: Uint8Array } | null {
  const end = whole.indexOf(0)
  if (end < 0) return null
  return { store: Buffer.from(whole.subarray(0, end)).toString(), key: whole.subarray(end + 1) }
}

const lastSegment = 0xff_ff_ff_ff

/** The key under which a segment of a store's journal lies: behind those of its entries. */
function segmentKey(number: number): Uint8Array {
  const key = new Uint8Array(5)
  key[0] = afterAllKeys
  new DataView(key.buffer).setUint32(1, number)
  return key
}

/** Where the segments of a store's journal lie. */
export const segmentKeys = { from: segmentKey(0), to: segmentKey(lastSegment) } as const

/** What a commit writes, as entries alone: segments of the journal are entries too. */
export function changesOf({ entries, endedSegments, segment }: StateWrites): readonly StateChange[] {
  const changes = [...entries]
  for (let number = 0; number < endedSegments; number++)
    if (number !== segment?.number) changes.push({ key: segmentKey(number), value: null })
  if (segment !== null) changes.push({ key: segmentKey(segment.number), value: segment.bytes })
  return changes
}
