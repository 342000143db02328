import type { StateStore } from './store.js'
import type { Timestamp } from './time.js'

interface Entry<Value> {
  /** Undefined: deleted. */
  value: Value | undefined
  expiresAt: Timestamp | null
  /** Where the index of the store lists the key; null: it does not. */
  listedAt: Timestamp | null
  dirty: boolean
}

type Stored<Value> = readonly [value: Value, expiresAt: Timestamp | null, listedAt: Timestamp | null]

const valuePrefix = 'v'
const indexPrefix = 'x'
const timeWidth = 16
const expiredAtOnce = 1_000
const defaultHotKeys = 1_000
/** Rows of a table are asked for over and over, each as often as another: all that are kept are worth it. */
export const hotRows = 300_000

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
  readonly #hot = new Map<string, Entry<Value>>()
  readonly #dirty = new Set<string>()
  readonly #hotKeys: number
  /** No key is listed before this. */
  #nextDue: Timestamp = 0

  /** @param hotKeys most keys kept in memory after a flush */
  constructor(store: StateStore<unknown>, hotKeys: number = defaultHotKeys) {
    this.#store = store
    this.#hotKeys = hotKeys
  }

  /** The value of the key at this stream time. It may be changed in place, if it is then put. */
  get(key: string, streamTime: Timestamp): Value | undefined {
    const entry = this.#load(key)
    return entry.expiresAt !== null && entry.expiresAt <= streamTime ? undefined : entry.value
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
    if (streamTime !== null) this.#evict(streamTime)
    for (const key of this.#hot.keys()) {
      if (this.#hot.size <= this.#hotKeys) break
      this.#hot.delete(key)
    }
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
    const hot = this.#hot.get(key)
    if (hot !== undefined) return hot
    // The store is an edge: what lies under this prefix was written by `#write`.
    const stored = this.#store.get(valuePrefix + key) as Stored<Value> | undefined
    const [value, expiresAt, listedAt] = stored ?? [undefined, null, null]
    const entry = { value, expiresAt, listedAt, dirty: false }
    this.#hot.set(key, entry)
    return entry
  }

  #touch(key: string, entry: Entry<Value>): void {
    if (entry.dirty) return
    entry.dirty = true
    this.#dirty.add(key)
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
