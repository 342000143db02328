import type { ValueCursor } from '../engine/store.js'
import { shortAscii } from '../engine/utf8.js'
import { type NamesAt, proto } from './shapes.js'
import { ShortTexts } from './short-texts.js'
import { decodeStateKey } from './state-key.js'
import { longestShortArray, shortArray, shortText, tags } from './state-value-tags.js'

const eight = new Uint8Array(8)
const float64 = new Float64Array(eight.buffer)

/**
 * Arrays of each short length, copied instead of a literal: of a literal whose first results are kept, V8 makes all later
 * ones old (pretenuring), and one that grows from nothing takes room for 17 values.
 */
const templates: readonly unknown[][] = Array.from({ length: longestShortArray + 1 }, (_, length) =>
  new Array<undefined>(length).fill(undefined),
)

/** Reads values that `writeStateValue` wrote. */
export class StateValueReader implements ValueCursor {
  bytes: Uint8Array = eight
  at = 0
  /** Of the bytes, where there is one at hand: it reads numbers at once that take a step a byte without it. */
  #view: DataView | null = null
  readonly #namesAt: NamesAt
  readonly #texts = new ShortTexts()

  /** @param namesAt the names of fields that were written there */
  constructor(namesAt: NamesAt) {
    this.#namesAt = namesAt
  }

  /** @param view of these very bytes; null: making one would cost more than it saves */
  read(bytes: Uint8Array, from: number, view: DataView | null): void {
    this.bytes = bytes
    this.at = from
    this.#view = view
  }

  /** @throws RangeError when the bytes are not those of a value */
  value(): unknown {
    const tag = this.#byte()
    if (tag < shortText) return tag
    if (tag < shortArray) return this.#ascii(tag - shortText)
    if (tag < tags.undefined) return this.#values(tag - shortArray)
    switch (tag) {
      case tags.undefined:
        return undefined
      case tags.null:
        return null
      case tags.false:
        return false
      case tags.true:
        return true
      case tags.float64:
        return this.#float64()
      case tags.int32:
        return this.#uint32() | 0
      case tags.utf8:
        return this.#utf8(this.#uint32())
      case tags.codeUnits:
        return decodeStateKey(this.#take(this.#uint32()))
      case tags.array:
        return this.#values(this.#length())
      case tags.map:
        return this.#map(this.#length())
      case tags.set:
        return new Set(this.#values(this.#length()))
      case tags.bytes:
        // `slice` of a Buffer, which LMDB gives, is a view of it
        return new Uint8Array(this.#take(this.#length()))
      case tags.date:
        return new Date(this.value() as number)
      case tags.bigint:
        return BigInt(this.value() as string)
      case tags.object:
        return this.#object(this.#length())
      default:
        throw noTag(tag)
    }
  }

  enter(): number {
    const tag = this.#byte()
    if (tag >= shortArray && tag < tags.undefined) return tag - shortArray
    if (tag === tags.array) return this.#length()
    throw new RangeError(`${tag} is no tag of an array`)
  }

  exceeds(limit: number): boolean {
    const { at } = this
    if (this.#view !== null && this.bytes[at] === tags.float64 && at + 9 <= this.bytes.length) {
      this.at = at + 9
      return this.#view.getFloat64(at + 1, true) > limit
    }
    const value = this.value()
    if (typeof value !== 'number') throw new RangeError(`a ${typeof value} is no number`)
    return value > limit
  }

  skip(): void {
    const tag = this.#byte()
    if (tag < shortText) return
    if (tag < shortArray) this.#pass(tag - shortText)
    else if (tag < tags.undefined) this.#skipValues(tag - shortArray)
    else this.#skipTagged(tag)
  }

  #skipTagged(tag: number): void {
    switch (tag) {
      case tags.undefined:
      case tags.null:
      case tags.false:
      case tags.true:
        return
      case tags.float64:
        this.#pass(8)
        return
      case tags.int32:
        this.#pass(4)
        return
      case tags.utf8:
      case tags.codeUnits:
        this.#pass(this.#uint32())
        return
      case tags.array:
      case tags.set:
        this.#skipValues(this.#length())
        return
      case tags.map:
        this.#skipValues(2 * this.#length())
        return
      case tags.bytes:
        this.#pass(this.#length())
        return
      case tags.date:
      case tags.bigint:
        this.skip()
        return
      case tags.object: {
        const count = this.#length()
        this.#pass(this.#length())
        this.#skipValues(count)
        return
      }
      default:
        throw noTag(tag)
    }
  }

  #skipValues(count: number): void {
    for (let i = 0; i < count; i++) this.skip()
  }

  #byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw cutOff()
    return byte
  }

  /** Nearly all take one byte; a power of two costs more than the rest of a value. */
  #length(): number {
    const byte = this.#byte()
    return byte < 0x80 ? byte : this.#longLength(byte & 0x7f)
  }

  #longLength(lowest: number): number {
    let length = lowest
    for (let shift = 7; ; shift += 7) {
      const byte = this.#byte()
      length += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return length
    }
  }

  /** Passes over so many bytes; gives where they begin. */
  #pass(length: number): number {
    this.at += length
    if (this.at > this.bytes.length) throw cutOff()
    return this.at - length
  }

  #take(length: number): Uint8Array {
    const from = this.#pass(length)
    return this.bytes.subarray(from, this.at)
  }

  #ascii(length: number): string {
    const from = this.#pass(length)
    const { bytes } = this
    const known = this.#view === null ? null : this.#texts.at(bytes, this.#view, from, length)
    return (
      known ??
      shortAscii(bytes, from, this.at) ??
      Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString('latin1')
    )
  }

  #utf8(length: number): string {
    const from = this.#pass(length)
    const { bytes } = this
    return Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString('utf8')
  }

  #uint32(): number {
    const at = this.#pass(4)
    const { bytes } = this
    return (
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      0
    )
  }

  /** Little-endian, as the machines are that run this. */
  #float64(): number {
    const at = this.#pass(8)
    const { bytes } = this
    for (let i = 0; i < 8; i++) eight[i] = bytes[at + i] as number
    return float64[0] as number
  }

  #values(length: number): unknown[] {
    const template = templates[length]
    if (template === undefined) return this.#manyValues(length)
    const values = template.slice()
    for (let i = 0; i < length; i++) values[i] = this.value()
    return values
  }

  /** The length may be any number where the bytes are those of something else: no room is made for it beforehand. */
  #manyValues(length: number): unknown[] {
    const values: unknown[] = []
    for (let i = 0; i < length; i++) values.push(this.value())
    return values
  }

  #map(size: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>()
    for (let i = 0; i < size; i++) {
      const key = this.value()
      map.set(key, this.value())
    }
    return map
  }

  #object(count: number): object {
    const length = this.#length()
    const from = this.#pass(length)
    const { names, hasProto } = this.#namesAt(this.bytes, from, this.at, this.#view)
    const object: Record<string, unknown> = {}
    for (let i = 0; i < count; i++) {
      const name = names[i] as string
      if (hasProto && name === proto) defineField(object, name, this.value())
      else object[name] = this.value()
    }
    return object
  }
}

/** An assignment to this name would change what the object inherits. */
const defineField = (object: object, name: string, value: unknown): void => {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
}
const cutOff = () => new RangeError('a value of state is cut off')
const noTag = (tag: number) => new RangeError(`${tag} is no tag of a value of state`)
