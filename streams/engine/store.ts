/**
 * Keyed state of one task. Reads and writes are synchronous and see the task's own uncommitted writes; everything
 * written since the last commit becomes durable together with outputs and offsets, or not at all (invariant 2).
 * Keys are ordered by their UTF-16 code units. Values are plain data; `put` writes the value as it is at that moment, and
 * a value that was read must be put again to be kept.
 */
export interface StateStore<Value> {
  get(key: string): Value | undefined
  put(key: string, value: Value): void
  delete(key: string): void
  /** Entries with `from <= key < to`, in order. */
  range(from: string, to: string): Iterable<readonly [string, Value]>
  /** Reads what lies under keys that begin with the same text, without writing prefix and key together for each. */
  under?(prefix: string): StateReader<Value>
}

/** Reads the entries of a store whose keys begin with the same text: keys are given without it. */
export interface StateReader<Value> {
  get(key: string): Value | undefined
  /**
   * Reads a part of the value where it lies as bytes, without making the rest; undefined: there is none, or it does not
   * lie there, and `get` knows.
   * @param read begins at the value; it may not keep the cursor, nor ask the store meanwhile
   * @param about what it is to know
   */
  pick?<Part, About>(key: string, read: PartReader<Part, About>, about: About): Part | undefined
  /** The same of a key that was expected, where it lies; undefined: it is not known any more, and `pick` knows. */
  pickAt?<Part, About>(keys: PlacedKeys, index: number, read: PartReader<Part, About>, about: About): Part | undefined
  /**
   * Says that these keys will be asked for soon. It changes nothing but how long that takes: what lies far apart in memory
   * is fetched at once instead of one after the other.
   */
  expect?(keys: PlacedKeys, from: number, to: number): void
}

/** Reads a value of state step by step. What is read is the reader's own; all throw a RangeError where it is no value. */
export interface ValueCursor {
  /** Where it stands; it may be set back to where it stood. */
  at: number
  /** Goes to the first value of an array; gives how many it has. */
  enter(): number
  /** Reads a value, and goes behind it. */
  value(): unknown
  /** Reads a number, and goes behind it: whether it is greater. */
  exceeds(limit: number): boolean
  /** Goes behind a value. */
  skip(): void
}

/** Reads a part of a value. */
export type PartReader<Part, About> = (cursor: ValueCursor, about: About) => Part

/** Keys of records as UTF-8, where they lie; those from -1 to -1 are none. */
export interface PlacedKeys {
  readonly bytes: Uint8Array
  readonly keyStarts: Int32Array
  readonly keyEnds: Int32Array
}

export interface StoreSpec {
  readonly name: string
}

/** Opens the named store of the task at hand. */
export type OpenStore = <Value>(name: string) => StateStore<Value>
