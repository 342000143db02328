import { shortAscii } from '../engine/utf8.js'
import { ByteWriter } from './byte-writer.js'
import { Shapes } from './shapes.js'
import { decodeStateKey, writeStateKey } from './state-key.js'

/*
 * Values of state as bytes. Each begins with a tag:
 *
 *   0x00..0x7f  that integer
 *   0x80..0xbf  an ASCII text of 0 to 63 characters, its bytes
 *   0xc0..0xdf  an array of 0 to 31 values
 *   the rest    as named below; numbers of bytes of texts as u32, other lengths as LEB128
 *
 * An object is its number of fields, the bytes of their names, the names, and the values in the same order. A value can
 * be read without any other, and by whatever later version knows these tags.
 */
const shortText = 0x80
const shortArray = 0xc0
const longestShortText = 0x3f
const longestShortArray = 0x1f
const tags = {
  undefined: 0xe0,
  null: 0xe1,
  false: 0xe2,
  true: 0xe3,
  float64: 0xe4,
  int32: 0xe5,
  utf8: 0xe6,
  codeUnits: 0xe7,
  array: 0xe8,
  map: 0xe9,
  set: 0xea,
  bytes: 0xeb,
  date: 0xec,
  bigint: 0xed,
  object: 0xee,
} as const

/**
 * Writes plain data: what JSON has, undefined, numbers that JSON lacks, bigint, Map, Set, Date and bytes. Instances of
 * other classes are written as objects of their fields.
 * @throws TypeError when the value holds something that is no data (a function, a symbol)
 */
export function writeStateValue(to: ByteWriter, value: unknown): void {
  switch (typeof value) {
    case 'number':
      writeNumber(to, value)
      return
    case 'string':
      writeText(to, value)
      return
    case 'boolean':
      writeTag(to, value ? tags.true : tags.false)
      return
    case 'undefined':
      writeTag(to, tags.undefined)
      return
    case 'bigint':
      writeTag(to, tags.bigint)
      writeText(to, String(value))
      return
    case 'object':
      if (value === null) writeTag(to, tags.null)
      else if (Array.isArray(value)) writeArray(to, value)
      else writeObject(to, value)
      return
    default:
      throw new TypeError(`a ${typeof value} cannot be kept in a state store: keep plain data only`)
  }
}

function writeTag(to: ByteWriter, tag: number): void {
  to.reserve(1)
  to.bytes[to.at++] = tag
}

function writeLength(to: ByteWriter, length: number): void {
  to.reserve(5)
  let rest = length
  while (rest >= 0x80) {
    to.bytes[to.at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  to.bytes[to.at++] = rest
}

function writeNumber(to: ByteWriter, value: number): void {
  to.reserve(9)
  // Negative zero is no integer here: it would come back as zero.
  if (value === (value | 0) && (value !== 0 || 1 / value > 0)) {
    if (value >= 0 && value < shortText) {
      to.bytes[to.at++] = value
      return
    }
    to.bytes[to.at] = tags.int32
    to.view.setInt32(to.at + 1, value, true)
    to.at += 5
    return
  }
  to.bytes[to.at] = tags.float64
  to.view.setFloat64(to.at + 1, value, true)
  to.at += 9
}

function writeText(to: ByteWriter, text: string): void {
  const { length } = text
  if (length <= longestShortText) {
    to.reserve(1 + length)
    const { bytes, at } = to
    let i = 0
    for (; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x80) break
      bytes[at + 1 + i] = unit
    }
    if (i === length) {
      bytes[at] = shortText | length
      to.at = at + 1 + length
      return
    }
  }
  // UTF-8 has no unpaired surrogates.
  const isText = text.isWellFormed()
  to.reserve(5)
  const start = to.at + 5
  to.bytes[to.at] = isText ? tags.utf8 : tags.codeUnits
  to.at = start
  if (isText) to.appendUtf8(text)
  else writeStateKey(to, text)
  to.view.setUint32(start - 4, to.at - start, true)
}

function writeArray(to: ByteWriter, values: readonly unknown[]): void {
  const { length } = values
  if (length <= longestShortArray) writeTag(to, shortArray | length)
  else {
    writeTag(to, tags.array)
    writeLength(to, length)
  }
  for (let i = 0; i < length; i++) writeStateValue(to, values[i])
}

function writeObject(to: ByteWriter, value: object): void {
  if (value instanceof Map) {
    writeTag(to, tags.map)
    writeLength(to, value.size)
    for (const [key, held] of value) {
      writeStateValue(to, key)
      writeStateValue(to, held)
    }
  } else if (value instanceof Set) {
    writeTag(to, tags.set)
    writeLength(to, value.size)
    for (const held of value) writeStateValue(to, held)
  } else if (ArrayBuffer.isView(value)) {
    writeTag(to, tags.bytes)
    writeLength(to, value.byteLength)
    to.append(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  } else if (value instanceof Date) {
    writeTag(to, tags.date)
    writeNumber(to, value.getTime())
  } else writeFields(to, value)
}

function writeFields(to: ByteWriter, value: object): void {
  writeTag(to, tags.object)
  const { names, bytes } = shapes.of(value)
  writeLength(to, names.length)
  writeLength(to, bytes.length)
  to.append(bytes)
  const fields = value as Readonly<Record<string, unknown>>
  for (let i = 0; i < names.length; i++) writeStateValue(to, fields[names[i] as string])
}

const shapes = new Shapes(
  (names) => {
    const to = new ByteWriter()
    for (const name of names) writeText(to, name)
    return to.bytes.slice(0, to.at)
  },
  (bytes) => {
    // A reader of its own: another value is being read.
    const ofNames = new Reader()
    ofNames.bytes = bytes
    const names: string[] = []
    while (ofNames.at < bytes.length) names.push(ofNames.value() as string)
    return names
  },
)

const writer = new ByteWriter()
const mostScratch = 65_536

/** @throws TypeError when the value holds something that is no data (a function, a symbol) */
export function encodeStateValue(value: unknown): Uint8Array {
  writer.clear(mostScratch)
  writeStateValue(writer, value)
  return writer.bytes.slice(0, writer.at)
}

/**
 * @param from where the value begins
 * @throws RangeError when the bytes are not those of a value
 */
export function decodeStateValue(bytes: Uint8Array, from = 0): unknown {
  reader.bytes = bytes
  reader.at = from
  return reader.value()
}

const eight = new Uint8Array(8)
const float64 = new Float64Array(eight.buffer)

/**
 * Arrays of each short length, copied instead of a literal: of a literal whose first results are kept, V8 makes all later
 * ones old (pretenuring), and one that grows from nothing takes room for 17 values.
 */
const templates: readonly unknown[][] = Array.from({ length: longestShortArray + 1 }, (_, length) =>
  new Array<undefined>(length).fill(undefined),
)

class Reader {
  bytes: Uint8Array = eight
  at = 0

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
        return this.#take(this.#length()).slice()
      case tags.date:
        return new Date(this.value() as number)
      case tags.bigint:
        return BigInt(this.value() as string)
      case tags.object:
        return this.#object(this.#length())
      default:
        throw new RangeError(`${tag} is no tag of a value of state`)
    }
  }

  #byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw cutOff()
    return byte
  }

  #length(): number {
    let length = 0
    for (let shift = 0; ; shift += 7) {
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
    return (
      shortAscii(bytes, from, this.at) ?? Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString('latin1')
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
    const names = shapes.at(this.bytes, from, this.at)
    const object: Record<string, unknown> = {}
    for (let i = 0; i < count; i++) {
      const name = names[i] as string
      const held = this.value()
      if (name !== '__proto__') object[name] = held
      else Object.defineProperty(object, name, { value: held, enumerable: true, configurable: true, writable: true })
    }
    return object
  }
}

const cutOff = () => new RangeError('a value of state is cut off')

/** No value is read while another one is: what is called on the way reads none. */
const reader = new Reader()
