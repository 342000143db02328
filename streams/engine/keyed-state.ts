import type { PartReader, PlacedKeys, StateReader, StateStore } from './store.js'
import { TextMarks } from './text-marks.js'
import type { Timestamp } from './time.js'
import type { UnderWay } from './under-way.js'

/** A class: of a literal whose first results are kept, V8 makes all later ones old (pretenuring). */
class Entry<Value> {
  dirty = false

  constructor(
    /** Undefined: deleted. */
    public value: Value | undefined,
    public expiresAt: Timestamp | null,
    /** Where the index of the store lists the key; null: it does not. */
    public listedAt: Timestamp | null,
  ) {}
}

type Stored<Value> = readonly [value: Value, expiresAt: Timestamp | null, listedAt: Timestamp | null]

const valuePrefix = 'v'
const indexPrefix = 'x'
const timeWidth = 16
const expiredAtOnce = 1_000
const defaultHotKeys = 1_000
/** Rows of a table are read much oftener than they change. */
export const hotRows = 8_192
/** Reads after which it is told whether keys come again, at least. */
const fewReads = 1_000
/** So many times as many reads must find their key in memory as do not, or keeping it is not worth it. */
const worthKeeping = 2
/** After so many times that it was not, it is tried again, and after twice as many when it was not that time either. */
const restAtFirst = 16
const longestRest = 256

/** An instant as text that sorts as the instant does. */
export const sortable = (time: Timestamp): string => String(time).padStart(timeWidth, '0')

/** The value of a key as the latest flush of its state wrote it, whether it has expired since or not. */
export function flushedValue<Value>(store: Pick<StateStore<unknown>, 'get'>, key: string): Value | undefined {
  // The store is an edge: what lies under this prefix was written by `#write`.
  return (store.get(valuePrefix + key) as Stored<Value> | undefined)?.[0]
}

/**
 * State by key that expires in event time. What was changed lies in memory until `flush`; a read never gives what has
 * expired, whether it was evicted yet or not. An index in the same store, ordered by time, says when a key may expire at
 * the earliest, so that eviction reads what is due and nothing else; a key whose life was prolonged is listed anew when
 * its turn comes, not at each change.
 */
export class KeyedState<Value> {
  readonly #store: StateStore<unknown>
  /** What `#write` wrote, by key. */
  readonly #values: StateReader<unknown>
  readonly #hot = new Map<string, Entry<Value>>()
  readonly #dirty = new Set<string>()
  readonly #dirtyMarks = new TextMarks()
  readonly #hotKeys: number
  /** Whether what was only read is kept: where keys seldom come again, the store gives it sooner than it is collected. */
  #keeps = true
  #rest = restAtFirst
  #rested = 0
  #found = 0
  #loaded = 0
  /** What was loaded last, kept or not: it is mostly put next. Null after a flush. */
  #lastKey: string | null = null
  #last: Entry<Value> | null = null
  /** No key is listed before this. */
  #nextDue: Timestamp = 0

  /** @param hotKeys most keys kept in memory after a flush; between two of them there are those that were put, and twice as many */
  constructor(store: StateStore<unknown>, hotKeys: number = defaultHotKeys) {
    this.#store = store
    this.#values = store.under?.(valuePrefix) ?? { get: (key) => store.get(valuePrefix + key) }
    this.#hotKeys = hotKeys
  }

  /** The value of the key at this stream time. It may be changed in place, if it is then put. */
  get(key: string, streamTime: Timestamp): Value | undefined {
    const entry = this.#load(key)
    return entry.expiresAt !== null && entry.expiresAt <= streamTime ? undefined : entry.value
  }

  /**
   * A part of the value of the key, whether it has expired or not, where it lies as bytes and is not kept as a value;
   * undefined: `get` knows.
   * @param underWay by which the key may be found as bytes
   */
  pick<Part, About>(
    key: string,
    read: PartReader<Part, About>,
    about: About,
    underWay: UnderWay | null = null,
  ): Part | undefined {
    if (this.#keeps || this.#isDirty(key)) return undefined
    const keys = underWay?.keysWith(key) ?? null
    let part = keys === null ? undefined : this.#values.pickAt?.(keys, underWay?.index ?? 0, read, about)
    if (part === undefined) part = this.#values.pick?.(key, read, about)
    if (part !== undefined) this.#loaded += 1
    return part
  }

  /** Says that these keys will be asked for soon, which makes that faster where they do not lie in memory as values. */
  expect(keys: PlacedKeys, from: number, to: number): void {
    if (!this.#keeps) this.#values.expect?.(keys, from, to)
  }

  /** When the key's value expires; null: never, or there is none. */
  expiresAt(key: string): Timestamp | null {
    return this.#load(key).expiresAt
  }

  /** @param expiresAt stream time from which on the value is no more; null: it stays */
  put(key: string, value: Value, expiresAt: Timestamp | null): void {
    const entry = this.#load(key)
    entry.value = value
    entry.expiresAt = expiresAt
    this.#touch(key, entry)
  }

  delete(key: string): void {
    const entry = this.#load(key)
    if (entry.value === undefined) return
    entry.value = undefined
    entry.expiresAt = null
    this.#touch(key, entry)
  }

  /** Writes what changed, and removes what has expired at this stream time; null: nothing has. */
  flush(streamTime: Timestamp | null): void {
    for (const key of this.#dirty) {
      const entry = this.#hot.get(key)
      if (entry !== undefined) this.#write(key, entry)
    }
    this.#dirty.clear()
    this.#dirtyMarks.clear()
    if (streamTime !== null) this.#evict(streamTime)
    const kept = this.#judge() ? this.#hotKeys : 0
    if (kept === 0) this.#hot.clear()
    for (const key of this.#hot.keys()) {
      if (this.#hot.size <= kept) break
      this.#hot.delete(key)
    }
    this.#lastKey = null
    this.#last = null
  }

  /** Whether to keep what was read from now on. */
  #judge(): boolean {
    const reads = this.#found + this.#loaded
    if (reads < Math.max(fewReads, this.#hotKeys)) return this.#keeps
    if (this.#keeps) {
      this.#keeps = this.#found >= worthKeeping * this.#loaded
      this.#rest = this.#keeps ? restAtFirst : Math.min(2 * this.#rest, longestRest)
      this.#rested = 0
    } else {
      this.#rested += 1
      this.#keeps = this.#rested >= this.#rest
    }
    this.#found = 0
    this.#loaded = 0
    return this.#keeps
  }

  /** The earliest instant at which the index of the store lists a key; infinite when it lists none. */
  get firstListed(): Timestamp {
    if (this.#nextDue === 0) {
      this.#nextDue = Number.POSITIVE_INFINITY
      for (const [listed] of this.#store.range(indexPrefix, `${indexPrefix}~`)) {
        this.#nextDue = Number(listed.slice(1, 1 + timeWidth))
        break
      }
    }
    return this.#nextDue
  }

  /**
   * Takes keys that the index of the store lists up to the instant out of it, in the order of their instants, with their
   * values as they are: where values are due rather than expire. The next flush lists those anew that are due later. A key
   * that was put since the last flush need not be among them.
   * @param most how many are taken at most
   */
  takeListed(upTo: Timestamp, most: number): readonly { readonly at: Timestamp; readonly key: string }[] {
    if (this.firstListed > upTo) return []
    const taken: { at: Timestamp; key: string }[] = []
    this.#nextDue = Number.POSITIVE_INFINITY
    for (const [listed] of this.#store.range(indexPrefix, `${indexPrefix}~`)) {
      const at = Number(listed.slice(1, 1 + timeWidth))
      if (at > upTo || taken.length === most) {
        this.#nextDue = at
        break
      }
      taken.push({ at, key: listed.slice(1 + timeWidth) })
    }
    for (const { key } of taken) {
      const entry = this.#load(key)
      this.#list(key, entry, null)
      this.#touch(key, entry)
    }
    return taken
  }

  #load(key: string): Entry<Value> {
    if (this.#last !== null && key === this.#lastKey) return this.#last
    const hot = this.#hot.get(key)
    if (hot !== undefined) this.#found += 1
    const entry = hot ?? this.#read(key)
    this.#lastKey = key
    this.#last = entry
    return entry
  }

  #read(key: string): Entry<Value> {
    // The store is an edge: what lies under this prefix was written by `#write`.
    const stored = this.#values.get(key) as Stored<Value> | undefined
    const entry =
      stored === undefined ? new Entry<Value>(undefined, null, null) : new Entry(stored[0], stored[1], stored[2])
    this.#loaded += 1
    if (this.#keeps && this.#hot.size < 2 * this.#hotKeys) this.#hot.set(key, entry)
    return entry
  }

  #touch(key: string, entry: Entry<Value>): void {
    if (entry.dirty) return
    entry.dirty = true
    this.#hot.set(key, entry)
    this.#dirty.add(key)
    this.#dirtyMarks.add(key)
  }

  #isDirty(key: string): boolean {
    return this.#dirtyMarks.mayHave(key) && this.#dirty.has(key)
  }

  #write(key: string, entry: Entry<Value>): void {
    entry.dirty = false
    const { value, expiresAt, listedAt } = entry
    if (value === undefined) {
      this.#list(key, entry, null)
      this.#store.delete(valuePrefix + key)
      return
    }
    if (expiresAt === null || listedAt === null || expiresAt < listedAt) this.#list(key, entry, expiresAt)
    this.#store.put(valuePrefix + key, [value, expiresAt, entry.listedAt])
  }

  #list(key: string, entry: Entry<Value>, at: Timestamp | null): void {
    if (entry.listedAt === at) return
    if (entry.listedAt !== null) this.#store.delete(indexPrefix + sortable(entry.listedAt) + key)
    if (at !== null) {
      this.#store.put(indexPrefix + sortable(at) + key, true)
      if (at < this.#nextDue) this.#nextDue = at
    }
    entry.listedAt = at
  }

  #evict(streamTime: Timestamp): void {
    while (this.#nextDue <= streamTime) {
      const due: string[] = []
      this.#nextDue = Number.POSITIVE_INFINITY
      for (const [listed] of this.#store.range(indexPrefix, `${indexPrefix}~`)) {
        const at = Number(listed.slice(1, 1 + timeWidth))
        if (at > streamTime || due.length === expiredAtOnce) {
          this.#nextDue = at
          break
        }
        due.push(listed.slice(1 + timeWidth))
      }
      for (const key of due) this.#expire(key, streamTime)
    }
  }

  #expire(key: string, streamTime: Timestamp): void {
    const entry = this.#load(key)
    if (entry.expiresAt !== null && entry.expiresAt <= streamTime) {
      entry.value = undefined
      entry.expiresAt = null
    } else {
      this.#list(key, entry, entry.expiresAt)
    }
    this.#write(key, entry)
    if (entry.value === undefined) this.#hot.delete(key)
  }
}
