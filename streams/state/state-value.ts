import type { ValueCursor } from '../engine/store.js'
import { ByteWriter } from './byte-writer.js'
import { type NamesAt, Shapes } from './shapes.js'
import { writeStateKey } from './state-key.js'
import { StateValueReader } from './state-value-reader.js'
import { longestShortArray, longestShortText, shortArray, shortText, tags } from './state-value-tags.js'

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
    const ofNames = new StateValueReader(noNames)
    ofNames.read(bytes, 0, null)
    const names: string[] = []
    while (ofNames.at < bytes.length) names.push(ofNames.value() as string)
    return names
  },
)
const noNames = () => ({ names: [], hasProto: false })
const namesAt: NamesAt = (bytes, from, to, view) => shapes.at(bytes, from, to, view)

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
 * @param view of these very bytes, where there is one at hand
 * @throws RangeError when the bytes are not those of a value
 */
export function decodeStateValue(bytes: Uint8Array, from = 0, view: DataView | null = null): unknown {
  reader.read(bytes, from, view)
  return reader.value()
}

/**
 * To read parts of a value. There is one cursor: it holds until the next is asked for, and while the bytes do.
 * @param from where the value begins
 * @param view of these very bytes
 */
export function stateValueCursor(bytes: Uint8Array, from: number, view: DataView): ValueCursor {
  cursor.read(bytes, from, view)
  return cursor
}

/** No value is read while another one is: what is called on the way reads none. */
const reader = new StateValueReader(namesAt)
const cursor = new StateValueReader(namesAt)
