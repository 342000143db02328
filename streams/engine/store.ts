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
}

export interface StoreSpec {
  readonly name: string
}

/** Opens the named store of the task at hand. */
export type OpenStore = <Value>(name: string) => StateStore<Value>
