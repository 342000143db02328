import type { StateStore } from '../store.js'
import type { Timestamp } from '../time.js'
import { bucketOf, hashOf, nextSplit } from './linear-hash.js'

/** What is kept of a record until its key turns out to be frequent. */
export interface Held {
  readonly value: unknown
  readonly timestamp: Timestamp
  readonly streamTime: Timestamp
}

/** Most keys are named once: such a key holds its record itself. A key that was let through holds nothing. */
type Entry = Held | Held[] | typeof passed
const passed = 0

interface Bucket {
  readonly entries: Map<string, Entry>
  dirty: boolean
}

type StoredHeld = readonly [value: unknown, timestamp: Timestamp, streamTime: Timestamp]
type StoredBucket = readonly (readonly [key: string, held: readonly StoredHeld[]])[]
type Head = readonly [buckets: number, keys: number]

/** Keys a bucket has room for, on average: few enough to write them all for one that changed. */
const keysPerBucket = 32

const headPrefix = 'h'
const headEnd = 'i'
const headKey = (id: string): string => headPrefix + id
const bucketKey = (id: string, index: number): string => `b${id}.${index}`

/** The records of rare keys of one window, in buckets of keys, so that a commit writes a bucket and not each key. */
export class HeldRecords {
  readonly #store: StateStore<unknown>
  readonly #id: string
  /** Undefined: in the store alone. */
  readonly #buckets: (Bucket | undefined)[]
  #keys: number
  /** Buckets as of the last flush. */
  #stored: number
  #dirty = false
  #loaded = 0

  private constructor(store: StateStore<unknown>, id: string, [buckets, keys]: Head) {
    this.#store = store
    this.#id = id
    this.#buckets = new Array<Bucket | undefined>(Math.max(1, buckets)).fill(undefined)
    this.#keys = keys
    this.#stored = buckets
  }

  /** Those of a window that the store does not know. */
  static begin(store: StateStore<unknown>, id: string): HeldRecords {
    return new HeldRecords(store, id, [0, 0])
  }

  /** What the store holds, by window; buckets are read when they are needed. */
  static *stored(store: StateStore<unknown>): Iterable<readonly [id: string, held: HeldRecords]> {
    // The store is an edge: what lies under this prefix was written by `flush`.
    for (const [key, head] of store.range(headPrefix, headEnd)) {
      const id = key.slice(headPrefix.length)
      yield [id, new HeldRecords(store, id, head as Head)]
    }
  }

  /** Keys in memory. */
  get loaded(): number {
    return this.#loaded
  }

  /**
   * Takes a record that names the key.
   * @returns the records of the key that go on, in their order: none while they are fewer than `atLeast`, all of them
   *   once they are as many, and from then on each at once
   */
  take(key: string, record: Held, atLeast: number): readonly Held[] {
    const bucket = this.#bucket(bucketOf(hashOf(key), this.#buckets.length))
    const { entries } = bucket
    const before = entries.get(key)
    if (before === passed) return [record]
    bucket.dirty = true
    this.#dirty = true
    if (before === undefined) {
      entries.set(key, atLeast > 1 ? record : passed)
      this.#added()
      return atLeast > 1 ? none : [record]
    }
    const held = Array.isArray(before) ? before : [before]
    held.push(record)
    const enough = held.length >= atLeast
    entries.set(key, enough ? passed : held)
    return enough ? held : none
  }

  /** Writes the buckets that changed. */
  flush(): void {
    if (!this.#dirty) return
    this.#dirty = false
    for (const [index, bucket] of this.#buckets.entries()) {
      if (bucket?.dirty !== true) continue
      bucket.dirty = false
      this.#store.put(bucketKey(this.#id, index), toStored(bucket))
    }
    this.#stored = this.#buckets.length
    this.#store.put(headKey(this.#id), [this.#stored, this.#keys] satisfies Head)
  }

  /** Drops keys from memory, of which the store holds all after a flush, until at most `most` are left. */
  evict(most: number): void {
    for (let index = 0; this.#loaded > most && index < this.#buckets.length; index++) {
      this.#loaded -= this.#buckets[index]?.entries.size ?? 0
      this.#buckets[index] = undefined
    }
  }

  /** Takes everything out of the store. */
  remove(): void {
    if (this.#stored === 0) return
    this.#store.delete(headKey(this.#id))
    for (let index = 0; index < this.#stored; index++) this.#store.delete(bucketKey(this.#id, index))
  }

  #bucket(index: number): Bucket {
    const known = this.#buckets[index]
    if (known !== undefined) return known
    const stored = index < this.#stored ? this.#store.get(bucketKey(this.#id, index)) : undefined
    // The store is an edge: what lies under this key was written by `flush`.
    const bucket = fromStored((stored ?? []) as StoredBucket)
    this.#buckets[index] = bucket
    this.#loaded += bucket.entries.size
    return bucket
  }

  /** Counts a new key; where buckets have become too full on average, one of them is divided. */
  #added(): void {
    this.#keys += 1
    this.#loaded += 1
    const count = this.#buckets.length
    if (this.#keys <= count * keysPerBucket) return
    const divided = this.#bucket(nextSplit(count))
    const added: Bucket = { entries: new Map(), dirty: true }
    divided.dirty = true
    this.#buckets.push(added)
    for (const [key, entry] of divided.entries) {
      if (bucketOf(hashOf(key), count + 1) !== count) continue
      divided.entries.delete(key)
      added.entries.set(key, entry)
    }
  }
}

const none: readonly Held[] = []

const toStored = ({ entries }: Bucket): StoredBucket =>
  Array.from(entries, ([key, entry]) => {
    const held = entry === passed ? [] : Array.isArray(entry) ? entry : [entry]
    return [key, held.map(({ value, timestamp, streamTime }) => [value, timestamp, streamTime])]
  })

const fromStored = (stored: StoredBucket): Bucket => ({ entries: new Map(stored.map(entryOf)), dirty: false })

function entryOf([key, stored]: StoredBucket[number]): [string, Entry] {
  const held = stored.map(([value, timestamp, streamTime]) => ({ value, timestamp, streamTime }))
  const [only = passed] = held
  return [key, held.length > 1 ? held : only]
}
