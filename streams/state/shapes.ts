export const proto = '__proto__'

/** The names of an object's fields. */
export interface Names {
  readonly names: readonly string[]
  /** Whether one of them is that of what an object inherits from: told once, and not of each object. */
  readonly hasProto: boolean
}

/** The names of an object's fields, and the bytes that stand for them. */
export interface Shape extends Names {
  readonly bytes: Uint8Array
}

/** A shape that was read: `words` are its bytes, four at a time, without what is left over. */
interface ReadShape extends Shape {
  readonly words: Int32Array
}

/** @param view of these very bytes, or null */
export type NamesAt = (bytes: Uint8Array, from: number, to: number, view: DataView | null) => Names

const mostShapes = 256
const mostNames = 64
const mostSimilar = 8

/**
 * Shapes of objects that were met lately, so that names are neither encoded nor decoded one by one each time. It is a
 * cache and nothing else: the bytes of each value hold all its names, and are read without any other.
 */
export class Shapes {
  readonly #encode: (names: readonly string[]) => Uint8Array
  readonly #decode: (bytes: Uint8Array) => readonly string[]
  readonly #written = new Map<string, Shape[]>()
  #writtenCount = 0
  readonly #read = new Map<number, ReadShape>()
  /** Neighbours mostly have the same. */
  #last: ReadShape | null = null

  constructor(
    encode: (names: readonly string[]) => Uint8Array,
    /** @param bytes what `encode` made, in an array of their own */
    decode: (bytes: Uint8Array) => readonly string[],
  ) {
    this.#encode = encode
    this.#decode = decode
  }

  /** Of a plain object with at least one field. */
  of(value: object): Shape {
    const first = firstName(value)
    const similar = this.#written.get(first)
    if (similar !== undefined) for (const shape of similar) if (hasNames(value, shape.names)) return shape
    const names = Object.keys(value)
    const shape = { names, hasProto: names.includes(proto), bytes: this.#encode(names) }
    if (names.length > mostNames) return shape
    if (this.#writtenCount >= mostShapes) {
      this.#written.clear()
      this.#writtenCount = 0
    }
    this.#writtenCount += 1
    const known = this.#written.get(first)
    if (known === undefined) this.#written.set(first, [shape])
    else if (known.length < mostSimilar) known.push(shape)
    return shape
  }

  /**
   * The names that `encode` wrote there.
   * @param view of these very bytes, by which they are compared four at a time; null: there is none at hand
   */
  at(bytes: Uint8Array, from: number, to: number, view: DataView | null): Names {
    const last = this.#last
    if (last !== null && (view === null ? isSame(last.bytes, bytes, from, to) : isSameAt(view, last, from, to)))
      return last
    const hash = hashOf(bytes, from, to)
    const met = this.#read.get(hash)
    if (met !== undefined && isSame(met.bytes, bytes, from, to)) {
      this.#last = met
      return met
    }
    const own = new Uint8Array(bytes.subarray(from, to))
    const names = this.#decode(own)
    const shape = { names, hasProto: names.includes(proto), bytes: own, words: wordsOf(own) }
    if (names.length > mostNames) return shape
    if (this.#read.size >= mostShapes) this.#read.clear()
    this.#read.set(hash, shape)
    return shape
  }
}

function firstName(value: object): string {
  for (const name in value) return name
  return ''
}

/** What an object inherits makes it none of the shape: it is encoded by its own names. */
function hasNames(value: object, names: readonly string[]): boolean {
  let at = 0
  for (const name in value) if (name !== names[at++]) return false
  return at === names.length
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo). */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
  return hash
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false
  return true
}

function isSameAt(view: DataView, { bytes: known, words }: ReadShape, from: number, to: number): boolean {
  if (known.length !== to - from) return false
  for (let i = 0; i < words.length; i++) if (words[i] !== view.getInt32(from + 4 * i, true)) return false
  for (let i = 4 * words.length; i < known.length; i++) if (known[i] !== view.getUint8(from + i)) return false
  return true
}

function wordsOf(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Int32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(4 * i, true))
}
