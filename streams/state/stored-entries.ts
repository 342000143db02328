import type { PlacedKeys, ValueCursor } from '../engine/store.js'
import { ByteWriter } from './byte-writer.js'
import { hashEnd, hashOfNothing, hashOn, hashOnByte } from './key-hash.js'
import type { JournalEntry } from './state-journal.js'
import { decodeStateKey, encodeStateKey, writeStateKey } from './state-key.js'
import {
  afterAllKeys,
  type ExpectedPlace,
  type KeyPrefix,
  longestTableKey,
  type StateChange,
  type StateTable,
} from './state-table.js'
import { decodeStateValue, encodeStateValue, stateValueCursor } from './state-value.js'

/** The key that a table is being asked for. */
const asked = new ByteWriter()
const mostAsked = 16_384

export function keyPrefix(text: string): KeyPrefix {
  const bytes = encodeStateKey(text)
  return { bytes, hash: hashOn(hashOfNothing, bytes, 0, bytes.length) }
}

const noPrefix = keyPrefix('')

/** Writes a key down to be asked for; gives its hash. */
export function ask({ bytes: prefix, hash }: KeyPrefix, key: string): number {
  asked.clear(mostAsked)
  asked.append(prefix)
  const from = asked.at
  asked.reserve(key.length)
  const { bytes } = asked
  let on = hash
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i)
    if (unit >= 0x80) return askOther(prefix.length, hash, key)
    bytes[from + i] = unit
    on = hashOnByte(on, unit)
  }
  asked.at = from + key.length
  return hashEnd(on)
}

function askOther(from: number, hash: number, key: string): number {
  asked.at = from
  writeStateKey(asked, key)
  return hashEnd(hashOn(hash, asked.bytes, from, asked.at))
}

type Bucket = [key: string, value: Uint8Array][]

/** No byte of an encoded key: sorts after every key that ends here, and before every key that is greater. */
const bucketMark = afterAllKeys
const longestPlainKey = longestTableKey - 2

/**
 * The committed entries of one store, as texts and values.
 *
 * Keys longer than the table takes share a bucket with all others of the same first bytes: one entry of the table whose
 * value is their sorted list. The order of the whole stays that of the keys.
 */
export class StoredEntries<Value> {
  readonly #table: StateTable

  constructor(table: StateTable) {
    this.#table = table
  }

  /** Whether entries are read so fast that none need be kept. */
  get inMemory(): boolean {
    return this.#table.find !== undefined
  }

  get(key: string): Value | undefined {
    if (!this.inMemory) {
      const bytes = this.bytesOf(key)
      return bytes && this.#decode(bytes)
    }
    return this.getAsked('', key, ask(noPrefix, key))
  }

  /** Of a table that lies in memory: the value of the key that `ask` was told last. */
  getAsked(prefix: string, key: string, hash: number): Value | undefined {
    if (asked.at > longestPlainKey) {
      const bytes = this.#long(prefix + key, asked.bytes.slice(0, asked.at))
      return bytes && this.#decode(bytes)
    }
    const place = this.#table.find?.(asked.bytes, asked.at, hash) ?? null
    return place === null ? undefined : (decodeStateValue(place.bytes, place.start, place.view) as Value)
  }

  /** The same as a cursor; null: there is none, or it lies among others. */
  cursorAsked(hash: number): ValueCursor | null {
    const place = asked.at > longestPlainKey ? null : (this.#table.find?.(asked.bytes, asked.at, hash) ?? null)
    return place === null ? null : stateValueCursor(place.bytes, place.start, place.view)
  }

  expect(prefix: KeyPrefix, keys: PlacedKeys, from: number, to: number): void {
    this.#table.expect?.(prefix, keys, from, to)
  }

  /** Where the value of a key lies that was expected; null: there is none, or it is not known any more. */
  expected(prefix: KeyPrefix, keys: PlacedKeys, index: number): ExpectedPlace | null {
    return this.#table.expected?.(prefix, keys, index) ?? null
  }

  /** False: there is none. Of a table that lies in memory it is always known. */
  mayHave(key: string): boolean {
    const { find } = this.#table
    if (find === undefined) return true
    const hash = ask(noPrefix, key)
    return asked.at > longestPlainKey || find(asked.bytes, asked.at, hash) !== null
  }

  /** The value as the table has it; it holds as long as what the table gives. */
  bytesOf(key: string): Uint8Array | undefined {
    const bytes = encodeStateKey(key)
    return bytes.length > longestPlainKey ? this.#long(key, bytes) : this.#table.get(bytes)
  }

  /** At least one and about `limit` entries with `from <= key < to`, in order; none when there are none. */
  chunk(from: string, to: string, limit: number): readonly (readonly [string, Value])[] {
    if (from >= to) return []
    let start = encodeStateKey(from)
    if (start.length > longestPlainKey) start = bucketKey(start)
    const end = encodeStateKey(to)
    const stop = end.length > longestPlainKey ? after(bucketKey(end)) : end
    for (;;) {
      const found = this.#table.range(start, stop, limit)
      const last = found.at(-1)
      if (last === undefined) return []
      const entries: (readonly [string, Value])[] = []
      for (const [key, value] of found) {
        if (!isBucket(key)) entries.push([decodeStateKey(key), this.#decode(value)])
        else
          for (const [long, held] of decodeStateValue(value) as Bucket)
            if (long >= from && long < to) entries.push([long, this.#decode(held)])
      }
      if (entries.length > 0) return entries
      start = after(last[0])
    }
  }

  /** All keys; null when the table has more entries than `most`. */
  keys(most: number): readonly string[] | null {
    const found = this.#table.range(new Uint8Array(0), Uint8Array.of(afterAllKeys), most + 1)
    if (found.length > most) return null
    return found.flatMap(([key, value]) =>
      isBucket(key) ? (decodeStateValue(value) as Bucket).map(([long]) => long) : [decodeStateKey(key)],
    )
  }

  /** What a commit has to write for these changes, ordered by their keys: neighbours lie on the same page. */
  changes(entries: Iterable<JournalEntry>): StateChange[] {
    const changes: (StateChange & { readonly text: string })[] = []
    const buckets = new Map<string, { key: Uint8Array; held: Map<string, Uint8Array> }>()
    for (const { key, keyBytes, value } of entries) {
      if (keyBytes.length <= longestPlainKey) {
        changes.push({ text: key, key: keyBytes, value })
        continue
      }
      const place = bucketKey(keyBytes)
      const id = Buffer.from(place).toString('latin1')
      const bucket = buckets.get(id) ?? { key: place, held: new Map(this.#bucket(place)) }
      buckets.set(id, bucket)
      if (value === null) bucket.held.delete(key)
      else bucket.held.set(key, value)
    }
    changes.sort((one, other) => (one.text < other.text ? -1 : 1))
    for (const { key, held } of buckets.values()) {
      const sorted = [...held].sort(([a], [b]) => (a < b ? -1 : 1))
      changes.push({ text: '', key, value: sorted.length === 0 ? null : encodeStateValue(sorted) })
    }
    return changes
  }

  #long(key: string, bytes: Uint8Array): Uint8Array | undefined {
    return this.#bucket(bucketKey(bytes)).find(([long]) => long === key)?.[1]
  }

  #bucket(key: Uint8Array): Bucket {
    const bytes = this.#table.get(key)
    return bytes === undefined ? [] : (decodeStateValue(bytes) as Bucket)
  }

  #decode(bytes: Uint8Array): Value {
    return decodeStateValue(bytes) as Value
  }
}

function bucketKey(bytes: Uint8Array): Uint8Array {
  const key = bytes.slice(0, longestPlainKey + 1)
  key[longestPlainKey] = bucketMark
  return key
}

const isBucket = (key: Uint8Array) => key.length === longestPlainKey + 1 && key[longestPlainKey] === bucketMark

/** The least key that is greater. */
function after(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1)
  next.set(key)
  return next
}
