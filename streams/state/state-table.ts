import type { PlacedKeys } from '../engine/store.js'

/** One entry that a commit writes: without a value, it is deleted. */
export interface StateChange {
  readonly key: Uint8Array
  readonly value: Uint8Array | null
}

/** What a commit writes for one store: entries, a segment of its journal, or nothing. Bytes hold until it is done. */
export interface StateWrites {
  readonly entries: readonly StateChange[]
  /** Segments below this number are deleted first. */
  readonly endedSegments: number
  readonly segment: { readonly number: number; readonly bytes: Uint8Array } | null
}

/** What keys begin with that are asked for. */
export interface KeyPrefix {
  readonly bytes: Uint8Array
  /** Of the bytes, to go on from (`hashOn`). */
  readonly hash: number
}

/** Where the bytes of a value lie. */
export interface Place {
  readonly bytes: Uint8Array
  /** Of these very bytes. */
  readonly view: DataView
  readonly start: number
  readonly end: number
}

/** Where the value of a key lies that was expected, and the hash of the key. */
export interface ExpectedPlace extends Place {
  readonly hash: number
}

/** What is committed of one store, as a backend keeps it: entries, and the journal of what is not yet among them. */
export interface StateTable {
  get(key: Uint8Array): Uint8Array | undefined
  /**
   * The same without a view: the key is the first `length` bytes, and what is given holds until the table is asked again.
   * Its hash is that of `hashOf`. Present where the table lies in memory, so that nothing of it need be kept elsewhere.
   */
  find?(key: Uint8Array, length: number, hash?: number): Place | null
  /** Says that keys which begin with the prefix, and go on with these, will be asked for soon. */
  expect?(prefix: KeyPrefix, keys: PlacedKeys, from: number, to: number): void
  /**
   * The same as `find` of a key that is expected; null: there is none, or it is expected no more. The prefix and the keys
   * are those that `expect` was given.
   */
  expected?(prefix: KeyPrefix, keys: PlacedKeys, index: number): ExpectedPlace | null
  /** At most `limit` entries with `from <= key < to`, ordered by the bytes of their keys. */
  range(from: Uint8Array, to: Uint8Array, limit: number): readonly (readonly [key: Uint8Array, value: Uint8Array])[]
  /** The segments of the journal in the order of their numbers, which begin at 0. */
  journal(): readonly Uint8Array[]
}

/** Bytes of the longest key that a table must take. */
export const longestTableKey = 1_900
/** No key of an entry begins with this byte: it sorts after all of them. */
export const afterAllKeys = 0xff
