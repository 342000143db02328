/** One entry that a commit writes: without a value, it is deleted. */
export interface StateChange {
  readonly key: Uint8Array
  readonly value: Uint8Array | null
}

/** The committed entries of one store, as a backend keeps them: bytes, ordered by the bytes of their keys. */
export interface StateTable {
  get(key: Uint8Array): Uint8Array | undefined
  /** At most `limit` entries with `from <= key < to`, in order. */
  range(from: Uint8Array, to: Uint8Array, limit: number): readonly (readonly [key: Uint8Array, value: Uint8Array])[]
}

/** Bytes of the longest key that a table must take. */
export const longestTableKey = 1_900
