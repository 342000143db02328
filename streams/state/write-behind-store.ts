import type { StateReader, StateStore } from '../engine/store.js'
import { ByteWriter } from './byte-writer.js'
import { KeyFilter } from './key-filter.js'
import { OrderedKeys } from './ordered-keys.js'
import { RecentBytes } from './recent-bytes.js'
import { deleted, type Renewal, StateJournal } from './state-journal.js'
import type { StateTable, StateWrites } from './state-table.js'
import { decodeStateValue, stateValueCursor } from './state-value.js'
import { ask, keyPrefix, StoredEntries } from './stored-entries.js'

const entriesAtOnce = 256
const fewKeys = 1_024
/**
 * How long a journal becomes before it is renewed: what a restart reads, and what lies in memory, is bounded. It may
 * grow by `bytes` and by twice of what it began with, of which `young` counts at most, and by so many segments.
 */
export interface JournalLimits {
  readonly bytes: number
  /** Also the most that stays in the journal when it is renewed. */
  readonly young: number
  readonly segments: number
}

/** At most 3.5 MiB a store, mostly one. */
const defaultLimits: JournalLimits = { bytes: 2 ** 19, young: 2 ** 20, segments: 64 }
/** Keys of a table are read at the start to know them, when they are no more than these. */
const fewEntries = 1_000

/**
 * A state store over a table on disk (invariant 7: all that it holds in memory is bounded).
 *
 * What was written since the last commit is held as it is until the commit takes it. A commit adds it to the journal,
 * one run of bytes; what has stood there for long goes over into the table: a log-structured store (O'Neil et al., "The
 * log-structured merge-tree", 1996) of two levels. A window that is updated a thousand times between two commits costs
 * one record, and one that is soon gone costs the table nothing. Of what a table on disk has, the entries used last are
 * kept in memory, as bytes: a million objects that live long cost the collector of garbage more than decoding does.
 *
 * `writes` and `committed` belong to the commit alone: nothing may be written between them.
 */
export class WriteBehindStore<Value> implements StateStore<Value> {
  readonly #limits: JournalLimits
  readonly #stored: StoredEntries<Value>
  #journal = new StateJournal<Value>(new ByteWriter())
  #renewal: Renewal<Value> | null = null
  /** For the next journal. */
  #room = new ByteWriter()
  /** What comes are mostly new keys that stay: they go into the table at once. */
  #stays = false
  /** Of the table alone: what the journal says of a key comes first. Null where the table lies in memory. */
  readonly #recent: RecentBytes | null
  readonly #changed = new Map<string, Value | typeof deleted>()
  /**
   * Keys of what was changed and of the journal, in order, and of what is neither any more; null until somebody asks
   * for a range.
   */
  #keys: OrderedKeys | null = null
  /** Null: the table has more keys than were read to know them, or is asked itself. */
  readonly #tableKeys: KeyFilter | null

  /**
   * @param table read anew from its last commit
   * @param cachedEntries most entries of the table that are kept in memory, where it does not lie there itself
   */
  constructor(table: StateTable, cachedEntries: number, limits: JournalLimits = defaultLimits) {
    this.#limits = limits
    this.#stored = new StoredEntries(table)
    this.#recent = this.#stored.inMemory ? null : new RecentBytes(cachedEntries)
    this.#journal.restore(table.journal())
    this.#tableKeys = this.#stored.inMemory ? null : keysOf(this.#stored)
  }

  get(key: string): Value | undefined {
    const changed = this.#pending(key)
    if (changed !== undefined) return changed === deleted ? undefined : changed
    if (this.#tableKeys?.mayHave(key) === false) return undefined
    if (this.#recent === null) return this.#stored.get(key)
    const recent = this.#recent.find(key)
    if (recent !== null)
      return recent.start === recent.end ? undefined : decoded(recent.bytes, recent.start, recent.view)
    const bytes = this.#stored.bytesOf(key)
    this.#recent.set(key, bytes)
    return bytes === undefined ? undefined : decoded(bytes, 0, null)
  }

  under(prefix: string): StateReader<Value> {
    if (!this.#stored.inMemory) return { get: (key) => this.get(prefix + key) }
    const begun = keyPrefix(prefix)
    return {
      get: (key) => {
        const hash = ask(begun, key)
        if (this.#changed.size > 0 || this.#journal.mayHave(hash)) return this.get(prefix + key)
        return this.#stored.getAsked(prefix, key, hash)
      },
      pick: (key, read, about) => {
        const hash = ask(begun, key)
        if (this.#changed.size > 0 || this.#journal.mayHave(hash)) return undefined
        const cursor = this.#stored.cursorAsked(hash)
        return cursor === null ? undefined : read(cursor, about)
      },
      pickAt: (keys, index, read, about) => {
        if (this.#changed.size > 0) return undefined
        const place = this.#stored.expected(begun, keys, index)
        if (place === null || this.#journal.mayHave(place.hash)) return undefined
        return read(stateValueCursor(place.bytes, place.start, place.view), about)
      },
      expect: (keys, from, to) => this.#stored.expect(begun, keys, from, to),
    }
  }

  /** What the latest commit left of the key, whatever was written since. Not to be asked while one is under way. */
  committedValue(key: string): Value | undefined {
    const inJournal = this.#journal.get(key)
    if (inJournal !== undefined) return inJournal === deleted ? undefined : inJournal
    return this.#stored.get(key)
  }

  put(key: string, value: Value): void {
    this.#change(key, value === undefined ? deleted : value)
  }

  delete(key: string): void {
    this.#change(key, deleted)
  }

  /** Sees what is written while it runs, as far as it is still ahead. */
  *range(from: string, to: string): IterableIterator<readonly [string, Value]> {
    const keys = this.#orderedKeys()
    let stored = this.#stored.chunk(from, to, entriesAtOnce)
    let at = 0
    let last = from
    let started = false
    for (;;) {
      const changedKey = keys.next(last, started)
      if (at === stored.length && at > 0) {
        stored = this.#stored.chunk(`${stored[at - 1]?.[0]}\0`, to, entriesAtOnce)
        at = 0
      }
      const ahead = stored[at]
      if (ahead !== undefined && (changedKey === undefined || ahead[0] < changedKey)) {
        at += 1
        last = ahead[0]
        started = true
        yield ahead
        continue
      }
      if (changedKey === undefined || changedKey >= to) return
      last = changedKey
      started = true
      const value = this.#pending(changedKey)
      if (value === undefined) continue
      if (ahead !== undefined && ahead[0] === changedKey) at += 1
      if (value !== deleted) yield [changedKey, value]
    }
  }

  /** What the commit has to write of what was written since the last one. */
  writes(): StateWrites {
    for (const [key, value] of this.#changed) this.#journal.append(key, value, this.#inTable)
    const { bytes, oldBytes, segments } = this.#journal
    const limits = this.#limits
    const mostBytes = this.#stays ? 0 : limits.bytes + 3 * Math.min(oldBytes, limits.young)
    if (bytes <= mostBytes && segments < limits.segments)
      return { entries: [], segment: this.#journal.seal(), endedSegments: 0 }
    this.#renewal = this.#journal.renewed(limits.young, this.#room)
    const { journal, entries } = this.#renewal
    return { entries: this.#stored.changes(entries), segment: journal.seal(), endedSegments: segments }
  }

  /** The writes are committed now. */
  committed(): void {
    this.#changed.clear()
    if (this.#renewal !== null) {
      const { journal, entries, stays } = this.#renewal
      this.#renewal = null
      this.#room = this.#journal.release(4 * this.#limits.bytes)
      this.#journal = journal
      this.#stays = stays
      for (const { key, value } of entries) {
        this.#recent?.delete(key)
        if (value !== null) this.#tableKeys?.add(key)
      }
    }
    if (this.#keys !== null && this.#keys.size > 2 * this.#journal.size + fewKeys) this.#keys = null
  }

  #change(key: string, value: Value | typeof deleted): void {
    if (this.#keys !== null && !this.#changed.has(key) && !this.#journal.has(key)) this.#keys.add(key)
    this.#changed.set(key, value)
  }

  /** What was written of the key and is not in the table. */
  #pending(key: string): Value | typeof deleted | undefined {
    const changed = this.#changed.size === 0 ? undefined : this.#changed.get(key)
    return changed === undefined ? this.#journal.get(key) : changed
  }

  readonly #inTable = (key: string): boolean =>
    this.#recent === null
      ? this.#stored.mayHave(key)
      : this.#tableKeys === null
        ? !this.#isKnownAbsent(key, this.#recent)
        : this.#tableKeys.mayHave(key)

  #isKnownAbsent(key: string, among: RecentBytes): boolean {
    const recent = among.find(key)
    return recent !== null && recent.start === recent.end
  }

  #orderedKeys(): OrderedKeys {
    if (this.#keys !== null) return this.#keys
    const keys = new OrderedKeys()
    for (const key of this.#journal.keys()) keys.add(key)
    for (const key of this.#changed.keys()) if (!this.#journal.has(key)) keys.add(key)
    this.#keys = keys
    return keys
  }
}

const decoded = <Value>(bytes: Uint8Array, from: number, view: DataView | null): Value =>
  decodeStateValue(bytes, from, view) as Value

function keysOf(stored: StoredEntries<unknown>): KeyFilter | null {
  const keys = stored.keys(fewEntries)
  if (keys === null) return null
  const filter = new KeyFilter()
  for (const key of keys) filter.add(key)
  return filter
}
