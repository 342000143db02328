import type { PlacedKeys } from '../engine/store.js'
import { hashEnd, hashOf, hashOn } from './key-hash.js'
import type { KeyPrefix } from './state-table.js'

/** Bytes of a chunk; what is larger has one of its own. */
const chunkBytes = 2 ** 20
/** Entries begin at multiples of this, so that a place fits into 31 bits. */
const unit = 8
const unitBits = 17
const unitsAChunk = 2 ** unitBits
/** u32 hash, u32 bytes it takes, u32 bytes of the key, u32 bytes of the value (all ones: deleted). */
const headBytes = 16
const noValue = -1
const free = 0
const firstSlots = 1_024
/** Bytes that a loop copies or compares faster than the platform does. */
const shortRun = 64

/** Keys that are looked ahead for at once. */
const atOnce = 32
/** A line of the cache, in words of four bytes. */
const wordsALine = 16

interface Chunk {
  readonly bytes: Uint8Array
  readonly words: Int32Array
  readonly view: DataView
  /** Bytes in use, those of replaced and deleted entries included. */
  used: number
  dead: number
}

/**
 * A map from bytes to bytes that keeps nothing on the heap: a table of hashes and places with open addressing and linear
 * probing (Knuth, "The Art of Computer Programming" 3, 6.4), and entries one behind the other in chunks. A million small
 * objects cost the collector of garbage and a cache line each on the way to them; here an entry is the line of its slot
 * and those of its bytes. Room of what was replaced is won back chunk by chunk, so that no change waits for all of them.
 */
export class ByteTable {
  /** Of what `find` found, until the next change. */
  bytes: Uint8Array = new Uint8Array(0)
  view: DataView = new DataView(this.bytes.buffer)
  start = 0
  end = 0
  /** Of the key that `findExpected` found. */
  hash = 0
  /** Pairs of a hash and a place, one more than it is; 0 where there is none. */
  #slots = new Int32Array(2 * firstSlots)
  #mask = firstSlots - 1
  #size = 0
  #chunks: (Chunk | undefined)[] = []
  #open = -1
  #bytesHeld = 0
  /**
   * What was looked ahead for last: where keys start, from a place on, their hashes, and the places of the first entries
   * of each hash. The keys themselves are not held: they lie among records, megabytes of them.
   */
  #expectedStarts: Int32Array | null = null
  #expectedPrefix: KeyPrefix | null = null
  #expectedFrom = 0
  #expectedTo = 0
  readonly #hashes = new Int32Array(atOnce)
  /** One more: what was read ahead is written there, or it need not be read. */
  readonly #places = new Int32Array(atOnce + 1)

  get size(): number {
    return this.#size
  }

  /** Bytes that entries take, those that were replaced included. */
  get bytesHeld(): number {
    return this.#bytesHeld
  }

  /** Whether there is a value; then `bytes`, `start` and `end` say where it lies. */
  find(key: Uint8Array, length: number = key.length, hash: number = hashOf(key, 0, length)): boolean {
    const slot = this.#slotOf(key, length, hash)
    if (slot < 0) return false
    const place = (this.#slots[slot + 1] as number) - 1
    const chunk = this.#chunks[place >>> unitBits] as Chunk
    const at = (place & (unitsAChunk - 1)) * unit
    this.bytes = chunk.bytes
    this.view = chunk.view
    this.start = at + headBytes + (chunk.words[(at >> 2) + 2] as number)
    this.end = this.start + (chunk.words[(at >> 2) + 3] as number)
    return true
  }

  /**
   * Brings what `find` reads of some keys into the caches: a processor waits for many places at once as long as for one,
   * but `find` must know the first before it can ask for the second. Of 32 keys among 1,000,000 that took two thirds off.
   * @param prefix what each key begins with, before what lies in `keys`
   */
  expect(prefix: KeyPrefix, keys: PlacedKeys, from: number, to: number): void {
    if (this.#size === 0) return
    const { bytes, keyStarts, keyEnds } = keys
    const hashes = this.#hashes
    for (let at = from; at < to; at += atOnce) {
      const count = Math.min(atOnce, to - at)
      for (let i = 0; i < count; i++)
        hashes[i] = hashEnd(hashOn(prefix.hash, bytes, keyStarts[at + i] as number, keyEnds[at + i] as number))
      this.#places[atOnce] = this.#touchSlots(count) ^ this.#touchEntries(count)
      this.#expectedFrom = at
      this.#expectedTo = at + count
    }
    this.#expectedStarts = keyStarts
    this.#expectedPrefix = prefix
  }

  /** Whether there is a value of a key that was looked ahead for last; false too where it is not known any more. */
  findExpected(prefix: KeyPrefix, keys: PlacedKeys, index: number): boolean {
    if (keys.keyStarts !== this.#expectedStarts || prefix !== this.#expectedPrefix) return false
    if (index < this.#expectedFrom || index >= this.#expectedTo) return false
    const place = this.#places[index - this.#expectedFrom] as number
    if (place < 0) return false
    const chunk = this.#chunks[place >>> unitBits] as Chunk
    const at = (place & (unitsAChunk - 1)) * unit
    const keyAt = at + headBytes + prefix.bytes.length
    const start = keys.keyStarts[index] as number
    const length = (keys.keyEnds[index] as number) - start
    const valueAt = keyAt + length
    const word = at >> 2
    if ((chunk.words[word + 2] as number) !== valueAt - at - headBytes) return false
    const { bytes } = chunk
    for (let i = 0; i < length; i++) if (bytes[keyAt + i] !== keys.bytes[start + i]) return false
    for (let i = 0; i < prefix.bytes.length; i++) if (bytes[at + headBytes + i] !== prefix.bytes[i]) return false
    this.bytes = bytes
    this.view = chunk.view
    this.start = valueAt
    this.end = valueAt + (chunk.words[word + 3] as number)
    this.hash = this.#hashes[index - this.#expectedFrom] as number
    return true
  }

  /** The value is copied. */
  put(key: Uint8Array, value: Uint8Array, keyLength: number = key.length): void {
    this.#expectedStarts = null
    const hash = hashOf(key, 0, keyLength)
    const needed = rounded(headBytes + keyLength + value.length)
    const slot = this.#slotOf(key, keyLength, hash)
    if (slot >= 0) {
      const place = (this.#slots[slot + 1] as number) - 1
      const chunk = this.#chunks[place >>> unitBits] as Chunk
      const at = (place & (unitsAChunk - 1)) * unit
      const room = chunk.words[(at >> 2) + 1] as number
      if (needed <= room && 2 * needed >= room) {
        chunk.words[(at >> 2) + 3] = value.length
        chunk.bytes.set(value, at + headBytes + keyLength)
        return
      }
      const written = this.#write(hash, key, keyLength, value, needed)
      // It may have been moved meanwhile.
      const earlier = (this.#slots[slot + 1] as number) - 1
      this.#slots[slot + 1] = written + 1
      this.#bury(earlier)
      return
    }
    if (2 * (this.#size + 1) > this.#mask + 1) this.#grow()
    const place = this.#write(hash, key, keyLength, value, needed)
    this.#insert(hash, place + 1)
    this.#size += 1
  }

  /** Whether there was a value. */
  delete(key: Uint8Array): boolean {
    this.#expectedStarts = null
    const slot = this.#slotOf(key, key.length, hashOf(key, 0, key.length))
    if (slot < 0) return false
    const place = (this.#slots[slot + 1] as number) - 1
    this.#takeOut(slot)
    this.#size -= 1
    this.#bury(place)
    return true
  }

  clear(): void {
    this.#expectedStarts = null
    this.#slots = new Int32Array(2 * firstSlots)
    this.#mask = firstSlots - 1
    this.#size = 0
    this.#chunks = []
    this.#open = -1
    this.#bytesHeld = 0
  }

  /** Views of all keys, in no order; each holds until the next change. */
  *keys(): IterableIterator<Uint8Array> {
    for (const chunk of this.#chunks) {
      if (chunk === undefined) continue
      for (let at = 0; at < chunk.used; at += chunk.words[(at >> 2) + 1] as number) {
        if (chunk.words[(at >> 2) + 3] === noValue) continue
        yield chunk.bytes.subarray(at + headBytes, at + headBytes + (chunk.words[(at >> 2) + 2] as number))
      }
    }
  }

  /** Where the pair of the key lies; -1 where there is none. */
  #slotOf(key: Uint8Array, length: number, hash: number): number {
    const slots = this.#slots
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const next = slots[2 * slot + 1] as number
      if (next === free) return -1
      if (slots[2 * slot] === hash && this.#holds(next - 1, key, length)) return 2 * slot
    }
  }

  /** Reads the slots in which the search for each hash begins. */
  #touchSlots(count: number): number {
    const slots = this.#slots
    const mask = this.#mask
    const hashes = this.#hashes
    let all = 0
    for (let i = 0; i < count; i++) all ^= slots[2 * ((hashes[i] as number) & mask)] as number
    return all
  }

  /** Reads of the first entry of each hash where it begins, and what is mostly its next line. */
  #touchEntries(count: number): number {
    const slots = this.#slots
    const mask = this.#mask
    const places = this.#places
    for (let i = 0; i < count; i++) {
      const hash = this.#hashes[i] as number
      let slot = hash & mask
      while (slots[2 * slot + 1] !== free && slots[2 * slot] !== hash) slot = (slot + 1) & mask
      places[i] = (slots[2 * slot + 1] as number) - 1
    }
    let all = 0
    for (let i = 0; i < count; i++) {
      const place = places[i] as number
      if (place < 0) continue
      const { words } = this.#chunks[place >>> unitBits] as Chunk
      const word = ((place & (unitsAChunk - 1)) * unit) >> 2
      all ^= (words[word] as number) ^ (words[Math.min(word + wordsALine, words.length - 1)] as number)
    }
    return all
  }

  #holds(place: number, key: Uint8Array, length: number): boolean {
    const chunk = this.#chunks[place >>> unitBits] as Chunk
    const at = (place & (unitsAChunk - 1)) * unit
    if (chunk.words[(at >> 2) + 2] !== length) return false
    const { bytes } = chunk
    const from = at + headBytes
    for (let i = 0; i < length; i++) if (bytes[from + i] !== key[i]) return false
    return true
  }

  #insert(hash: number, entry: number): void {
    const slots = this.#slots
    let slot = hash & this.#mask
    while (slots[2 * slot + 1] !== free) slot = (slot + 1) & this.#mask
    slots[2 * slot] = hash
    slots[2 * slot + 1] = entry
  }

  /** Moves what stands behind it up, so that no gap cuts a run (Knuth, algorithm R). */
  #takeOut(at: number): void {
    const slots = this.#slots
    const mask = this.#mask
    let gap = at / 2
    for (let slot = (gap + 1) & mask; slots[2 * slot + 1] !== free; slot = (slot + 1) & mask) {
      const home = (slots[2 * slot] as number) & mask
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue
      slots[2 * gap] = slots[2 * slot] as number
      slots[2 * gap + 1] = slots[2 * slot + 1] as number
      gap = slot
    }
    slots[2 * gap] = 0
    slots[2 * gap + 1] = free
  }

  #grow(): void {
    const earlier = this.#slots
    this.#slots = new Int32Array(2 * earlier.length)
    this.#mask = earlier.length - 1
    for (let at = 0; at < earlier.length; at += 2)
      if (earlier[at + 1] !== free) this.#insert(earlier[at] as number, earlier[at + 1] as number)
  }

  /** Gives the place. */
  #write(hash: number, key: Uint8Array, keyLength: number, value: Uint8Array, needed: number): number {
    const place = this.#placeFor(needed)
    const chunk = this.#chunks[place >>> unitBits] as Chunk
    const at = (place & (unitsAChunk - 1)) * unit
    const word = at >> 2
    chunk.words[word] = hash
    chunk.words[word + 1] = needed
    chunk.words[word + 2] = keyLength
    chunk.words[word + 3] = value.length
    copy(key, keyLength, chunk.bytes, at + headBytes)
    copy(value, value.length, chunk.bytes, at + headBytes + keyLength)
    return place
  }

  #placeFor(needed: number): number {
    const open = this.#chunks[this.#open]
    if (open !== undefined && open.used + needed <= open.bytes.length) return this.#take(this.#open, needed)
    let index = 0
    while (this.#chunks[index] !== undefined) index += 1
    this.#chunks[index] = chunkOf(Math.max(chunkBytes, needed))
    if (needed > chunkBytes / 2) return this.#take(index, needed)
    const full = this.#open
    this.#open = index
    const place = this.#take(index, needed)
    if (open !== undefined) this.#emptyIfDead(full)
    return place
  }

  #take(index: number, needed: number): number {
    const chunk = this.#chunks[index] as Chunk
    const at = chunk.used
    chunk.used += needed
    this.#bytesHeld += needed
    return index * unitsAChunk + at / unit
  }

  /** The entry at the place is no more. */
  #bury(place: number): void {
    const index = place >>> unitBits
    const chunk = this.#chunks[index] as Chunk
    const word = ((place & (unitsAChunk - 1)) * unit) >> 2
    chunk.words[word + 3] = noValue
    chunk.dead += chunk.words[word + 1] as number
    if (index !== this.#open) this.#emptyIfDead(index)
  }

  /** Moves what is left of a chunk elsewhere when more than half of it is dead. */
  #emptyIfDead(index: number): void {
    const chunk = this.#chunks[index] as Chunk
    if (2 * chunk.dead <= chunk.used) return
    this.#chunks[index] = undefined
    this.#bytesHeld -= chunk.used
    for (let from = 0; from < chunk.used; from += chunk.words[(from >> 2) + 1] as number)
      if (chunk.words[(from >> 2) + 3] !== noValue) this.#move(chunk, index, from)
  }

  #move(chunk: Chunk, index: number, from: number): void {
    const taken = chunk.words[(from >> 2) + 1] as number
    const place = this.#placeFor(taken)
    const to = this.#chunks[place >>> unitBits] as Chunk
    to.bytes.set(chunk.bytes.subarray(from, from + taken), (place & (unitsAChunk - 1)) * unit)
    const hash = chunk.words[from >> 2] as number
    const entry = index * unitsAChunk + from / unit + 1
    let slot = hash & this.#mask
    while (this.#slots[2 * slot + 1] !== entry) slot = (slot + 1) & this.#mask
    this.#slots[2 * slot + 1] = place + 1
  }
}

function chunkOf(length: number): Chunk {
  const bytes = new Uint8Array(rounded(length))
  return { bytes, words: new Int32Array(bytes.buffer), view: new DataView(bytes.buffer), used: 0, dead: 0 }
}

const rounded = (length: number): number => Math.ceil(length / unit) * unit

function copy(from: Uint8Array, length: number, to: Uint8Array, at: number): void {
  if (length > shortRun) to.set(length === from.length ? from : from.subarray(0, length), at)
  else for (let i = 0; i < length; i++) to[at + i] = from[i] as number
}
