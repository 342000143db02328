import type { ByteWriter } from './byte-writer.js'
import { hashOf } from './key-hash.js'
import { KeyMarks } from './key-marks.js'
import { decodeStateKey, writeStateKey } from './state-key.js'
import { decodeStateValue, writeStateValue } from './state-value.js'

/** Marks an entry that was deleted. */
export const deleted: unique symbol = Symbol('deleted')

/** What the journal says of a key, as bytes. They hold until the next write. */
export interface JournalEntry {
  readonly key: string
  readonly keyBytes: Uint8Array
  /** Null: deleted. */
  readonly value: Uint8Array | null
}

/*
 * A record: u32 bytes of the key, u32 bytes of the value (all ones: deleted), the key, the value. A later record of the
 * same key replaces an earlier one.
 */
const headBytes = 8
const noValue = 0xffffffff
/** Part of what was written since the last renewal: when more than that has stayed, nothing is likely to go soon. */
const mostAlive = 0.75

/** What replaces a journal that has grown long, when the commit is through that writes it. */
export interface Renewal<Value> {
  readonly journal: StateJournal<Value>
  /** What the table takes over, in no order. */
  readonly entries: readonly JournalEntry[]
  /** What was written are mostly new keys that have stayed. */
  readonly stays: boolean
}

/**
 * Changes that are committed and not yet in the table: one run of bytes, of which each commit adds a segment. Most
 * entries of windows are gone again after a commit or two, and never cost a write to the table: what the journal hands
 * over is what has stood in it since before it was last renewed.
 */
export class StateJournal<Value> {
  readonly #written: ByteWriter
  /** Twice the place of the key's last record; one more when the table is known not to have the key. */
  readonly #places = new Map<string, number>()
  /** Of all keys that it says something of. */
  #marks = new KeyMarks(0)
  #sealed = 0
  #segments = 0
  /** Records before this place were there when it was last renewed. */
  #oldTo = 0

  /** @param room empty */
  constructor(room: ByteWriter) {
    this.#written = room
  }

  /** Bytes of all records, those that were replaced included: what a restart reads. */
  get bytes(): number {
    return this.#written.at
  }

  /** Bytes that were there when it was last renewed. */
  get oldBytes(): number {
    return this.#oldTo
  }

  /** Keys that it says something of. */
  get size(): number {
    return this.#places.size
  }

  get segments(): number {
    return this.#segments
  }

  /** Reads the segments of an earlier session back. */
  restore(segments: readonly Uint8Array[]): void {
    for (const segment of segments) this.#written.append(segment)
    this.#segments = segments.length
    this.#sealed = this.#written.at
    this.#oldTo = this.#written.at
    const { bytes, view, at: end } = this.#written
    for (let at = 0; at < end; ) {
      const keyEnd = at + headBytes + view.getUint32(at, true)
      const length = view.getUint32(at + 4, true)
      this.#places.set(decodeStateKey(bytes, at + headBytes, keyEnd), 2 * at)
      this.#mark(at)
      at = keyEnd + (length === noValue ? 0 : length)
    }
  }

  has(key: string): boolean {
    return this.#places.has(key)
  }

  /** False: it says nothing of a key of this hash (`hashOf`). */
  mayHave(hash: number): boolean {
    return this.#marks.has(hash)
  }

  keys(): Iterable<string> {
    return this.#places.keys()
  }

  /** Undefined: it says nothing of the key. */
  get(key: string): Value | typeof deleted | undefined {
    const place = this.#places.get(key)
    if (place === undefined) return undefined
    const at = place >>> 1
    const { bytes, view } = this.#written
    if (view.getUint32(at + 4, true) === noValue) return deleted
    return decodeStateValue(bytes, at + headBytes + view.getUint32(at, true), view) as Value
  }

  /** @param inTable false when the table is known not to have a key that the journal says nothing of */
  append(key: string, value: Value | typeof deleted, inTable: (key: string) => boolean): void {
    const to = this.#written
    const before = this.#places.get(key)
    const fresh = before === undefined ? (inTable(key) ? 0 : 1) : before & 1
    if (value === deleted && before === undefined && fresh === 1) return
    const at = to.at
    to.reserve(headBytes)
    to.at += headBytes
    writeStateKey(to, key)
    const keyEnd = to.at
    to.view.setUint32(at, keyEnd - at - headBytes, true)
    if (value !== deleted) writeStateValue(to, value)
    to.view.setUint32(at + 4, value === deleted ? noValue : to.at - keyEnd, true)
    if (value === deleted && fresh === 1) this.#places.delete(key)
    else {
      this.#places.set(key, 2 * at + fresh)
      if (before === undefined) this.#mark(at)
    }
  }

  /** Ends the segment of this commit; null when nothing was added to it. */
  seal(): { readonly number: number; readonly bytes: Uint8Array } | null {
    if (this.#sealed === this.#written.at) return null
    const bytes = this.#written.since(this.#sealed)
    this.#sealed = this.#written.at
    return { number: this.#segments++, bytes }
  }

  /**
   * A journal of what is young, and what is handed over to the table: entries that are old, and what is deleted there.
   * All is handed over when most of what was written has stayed, as posts do: waiting would only write it once more.
   * @param mostYoung bytes; when what is young takes more, all of it is handed over too
   * @param room what the journal is written into
   */
  renewed(mostYoung: number, room: ByteWriter): Renewal<Value> {
    const { alive, fresh } = this.#young()
    const much = mostAlive * (this.bytes - this.#oldTo)
    const all = alive > Math.min(much, mostYoung)
    const journal = new StateJournal<Value>(room)
    const entries: JournalEntry[] = []
    for (const [key, place] of this.#places)
      if (all || !journal.#adopt(this, key, place)) entries.push(this.#entry(key, place >>> 1))
    journal.#oldTo = journal.bytes
    return { journal, entries, stays: fresh > much }
  }

  /** Gives the room back, empty; the journal is used no more. */
  release(mostKept: number): ByteWriter {
    this.#written.clear(mostKept)
    return this.#written
  }

  /** Bytes of young records that say the last word on their key, and of those whose key the table does not have. */
  #young(): { readonly alive: number; readonly fresh: number } {
    let alive = 0
    let fresh = 0
    for (const place of this.#places.values()) {
      const at = place >>> 1
      const length = this.#written.view.getUint32(at + 4, true)
      if (at < this.#oldTo || length === noValue) continue
      const bytes = headBytes + this.#written.view.getUint32(at, true) + length
      alive += bytes
      if ((place & 1) === 1) fresh += bytes
    }
    return { alive, fresh }
  }

  /** Takes over a record of an earlier journal, if it is young; false when it is not. */
  #adopt(earlier: StateJournal<Value>, key: string, place: number): boolean {
    const from = earlier.#written
    const oldTo = earlier.#oldTo
    const at = place >>> 1
    const length = from.view.getUint32(at + 4, true)
    if (at < oldTo || length === noValue) return false
    const end = at + headBytes + from.view.getUint32(at, true) + length
    const to = this.#written.at
    this.#places.set(key, 2 * to + (place & 1))
    this.#written.append(from.bytes.subarray(at, end))
    this.#mark(to)
    return true
  }

  /** Marks the key of the record. */
  #mark(at: number): void {
    if (this.#marks.isFull) {
      this.#marks = new KeyMarks(2 * this.#places.size)
      for (const place of this.#places.values()) this.#marks.add(this.#hashAt(place >>> 1))
    } else this.#marks.add(this.#hashAt(at))
  }

  #hashAt(at: number): number {
    const { bytes, view } = this.#written
    return hashOf(bytes, at + headBytes, at + headBytes + view.getUint32(at, true))
  }

  #entry(key: string, at: number): JournalEntry {
    const { bytes, view } = this.#written
    const keyEnd = at + headBytes + view.getUint32(at, true)
    const length = view.getUint32(at + 4, true)
    const keyBytes = bytes.subarray(at + headBytes, keyEnd)
    return { key, keyBytes, value: length === noValue ? null : bytes.subarray(keyEnd, keyEnd + length) }
  }
}
