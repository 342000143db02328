import type { StateStore } from '../store.js'
import type { Timestamp } from '../time.js'
import { type KeyState, never, type Part } from './layout.js'

const headPrefix = 'k'
const headEnd = 'l'
const partPrefix = 'p'
const indexPrefix = 'd'
const indexEnd = 'e'
const pendingPrefix = 'u'
const pendingEnd = 'v'
const closedKey = 'm'
/** Digits of 2^53 in base 36. */
const timeWidth = 11
/** Entries of the index read ahead at once: few at first, more while they are used up. */
const lookahead = { least: 64, most: 8_192 } as const
const keysPerChunk = 1_000

/** An instant as text that sorts as the instant does. */
const sortable = (time: Timestamp): string => time.toString(36).padStart(timeWidth, '0')
const indexKey = (key: string, due: Timestamp): string => indexPrefix + sortable(due) + key

export interface IndexEntry {
  readonly key: string
  readonly due: Timestamp
}
const pendingKey = (chunk: number): string => pendingPrefix + sortable(chunk)

/** A key whose id may be negative: windows of a shifted grid may begin before 1970. */
const partKey = (key: string, id: number): string => partPrefix + sortable(id + middle) + key
const middle = 2 ** 52

/** What the store says of a key: where its index lists it, and which parts there are. */
type Head = readonly [indexed: Timestamp, parts: readonly number[]]

/** What is stored of a key, its parts ascending. */
export interface LoadedParts<Stored> {
  readonly indexed: Timestamp
  readonly ids: readonly number[]
  readonly parts: readonly Part<Stored>[]
}

/** Something that is read and not written. */
export type ReadableStore = Pick<StateStore<unknown>, 'get'>

/** Undefined when nothing is stored of the key. */
export function loadParts<Stored>(store: ReadableStore, key: string): LoadedParts<Stored> | undefined {
  // The store is an edge: what lies under these keys was written by `save`.
  const head = store.get(headPrefix + key) as Head | undefined
  if (head === undefined) return undefined
  const [indexed, ids] = head
  return { indexed, ids, parts: ids.map((id) => ({ id, stored: store.get(partKey(key, id)) as Stored })) }
}

/** The closing point up to which windows were closed. */
export function loadClosed(store: ReadableStore): Timestamp {
  const closed = store.get(closedKey)
  return typeof closed === 'number' ? closed : Number.NEGATIVE_INFINITY
}

/**
 * How the windows of an operator lie in its store. A part holds windows that close about the same time, so that a commit
 * writes what changed, once, however many windows a record touches and however many others the key has open. The head of
 * a key lists its parts; one entry of an index ordered by time says when the key is due at the earliest, so that closing
 * and restart read what is due and nothing else. An entry may be earlier than the key is really due: it is moved when
 * its turn comes.
 */
export class WindowStore<Stored> {
  readonly #store: StateStore<unknown>
  /** Entries of the index read ahead, in order; those before `#at` are used up. */
  #ahead: readonly IndexEntry[] = []
  #at = 0
  /** Index keys from here on have not been taken. */
  #from = indexPrefix
  /** Index keys before this have been read ahead. */
  #readTo = indexPrefix
  #lookahead: number = lookahead.least
  #pendingChunks = 0
  #pendingSaved = 0

  constructor(store: StateStore<unknown>) {
    this.#store = store
  }

  /** What is stored of the key, its parts ascending; undefined when nothing is. */
  load(key: string): LoadedParts<Stored> | undefined {
    return loadParts(this.#store, key)
  }

  /**
   * Writes the parts that changed, takes out those before `oldest`, and lists the key as due at `due`. Brings the state's
   * notes of what is stored up to date.
   */
  save(state: KeyState, changed: readonly Part<Stored>[], oldest: number, due: Timestamp): void {
    const { key, indexed } = state
    const kept = state.parts.filter((id) => id >= oldest)
    for (const id of state.parts) if (id < oldest) this.#store.delete(partKey(key, id))
    const made = changed.filter(({ id }) => !kept.includes(id))
    for (const { id, stored } of changed) this.#store.put(partKey(key, id), stored)
    if (indexed !== due) {
      this.#unlist(key, indexed)
      this.#list(key, due)
    }
    if (indexed === due && made.length === 0 && kept.length === state.parts.length) return
    for (const { id } of made) kept.push(id)
    if (made.length > 0) kept.sort((one, other) => one - other)
    state.parts = kept
    state.indexed = due
    this.#store.put(headPrefix + key, [due, kept] satisfies Head)
  }

  remove(state: KeyState): void {
    if (state.indexed === never) return
    this.#unlist(state.key, state.indexed)
    for (const id of state.parts) this.#store.delete(partKey(state.key, id))
    this.#store.delete(headPrefix + state.key)
    state.parts = []
    state.indexed = never
  }

  /** True when no key is stored. */
  get empty(): boolean {
    for (const _ of this.#store.range(headPrefix, headEnd)) return false
    return true
  }

  /** The earliest entry of the index not taken yet. */
  get first(): IndexEntry | undefined {
    if (this.#at >= this.#ahead.length) this.#readAhead()
    return this.#ahead[this.#at]
  }

  /** Takes the entry that `first` gave: it will not be given again, unless it is listed anew. */
  take(entry: IndexEntry): void {
    this.#at += 1
    this.#from = `${indexKey(entry.key, entry.due)}\u0000`
  }

  /** The closing point up to which windows were closed and their finals given. */
  get closed(): Timestamp {
    return loadClosed(this.#store)
  }

  saveClosed(closed: Timestamp): void {
    this.#store.put(closedKey, closed)
  }

  /** Keys that were owed an early update at the last flush. */
  loadPending(): string[] {
    const keys: string[] = []
    for (const [, chunk] of this.#store.range(pendingPrefix, pendingEnd)) {
      this.#pendingChunks += 1
      if (Array.isArray(chunk)) for (const key of chunk) keys.push(String(key))
    }
    this.#pendingSaved = keys.length
    return keys
  }

  /**
   * Writes what was added since the last time.
   * @param pending keys in the order in which they were added; since `clearPending`, none was taken out
   */
  savePending(pending: Iterable<string>): void {
    const added: string[] = []
    let index = 0
    for (const key of pending) if (index++ >= this.#pendingSaved) added.push(key)
    this.#pendingSaved = index
    for (let from = 0; from < added.length; from += keysPerChunk)
      this.#store.put(pendingKey(this.#pendingChunks++), added.slice(from, from + keysPerChunk))
  }

  clearPending(): void {
    for (let chunk = 0; chunk < this.#pendingChunks; chunk++) this.#store.delete(pendingKey(chunk))
    this.#pendingChunks = 0
    this.#pendingSaved = 0
  }

  #list(key: string, due: Timestamp): void {
    const at = indexKey(key, due)
    this.#store.put(at, true)
    if (at < this.#from) this.#from = at
    this.#forgetAhead(at)
  }

  #unlist(key: string, due: Timestamp): void {
    if (due === never) return
    const at = indexKey(key, due)
    this.#store.delete(at)
    this.#forgetAhead(at)
  }

  /** What was read ahead holds no longer when the index changes there. */
  #forgetAhead(at: string): void {
    if (at < this.#from || at >= this.#readTo) return
    this.#ahead = []
    this.#at = 0
    this.#readTo = this.#from
    this.#lookahead = lookahead.least
  }

  #readAhead(): void {
    if (this.#readTo === indexEnd) return
    const ahead: IndexEntry[] = []
    this.#readTo = indexEnd
    for (const [at] of this.#store.range(this.#from, indexEnd)) {
      if (ahead.length === this.#lookahead) {
        this.#readTo = at
        break
      }
      const digits = at.slice(indexPrefix.length, indexPrefix.length + timeWidth)
      ahead.push({ key: at.slice(indexPrefix.length + timeWidth), due: Number.parseInt(digits, 36) })
    }
    this.#ahead = ahead
    this.#at = 0
    this.#lookahead = Math.min(2 * this.#lookahead, lookahead.most)
  }
}
