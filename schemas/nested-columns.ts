import { isUtf8 } from 'node:buffer'
import type {
  Column,
  ListColumn,
  NullableColumn,
  PlainTextColumn,
  ValueColumn,
} from '../streams/engine/ports/analytics.js'
import type { AvroCursor } from './avro-cursor.js'
import { bytesOf, enlarged, FieldColumn, fieldKind } from './field-column.js'

/** Bytes that a loop copies faster than the platform does. */
const longestLoop = 64

/** Texts one behind the other: for those that seldom come twice. */
export class PlainTextField extends FieldColumn {
  readonly kind = fieldKind.own
  #bytes = new Uint8Array(0)
  #ends = new Uint32Array(0)

  read(cursor: AvroCursor, row: number): boolean {
    const end = cursor.skip(cursor.long())
    return end >= 0 && this.#put(cursor.bytes, cursor.skipped, end, row)
  }

  set(value: unknown, row: number): void {
    if (typeof value !== 'string') this.refuse(value, 'text')
    const bytes = bytesOf(value)
    this.#put(bytes, 0, bytes.length, row)
  }

  grow(capacity: number): void {
    this.#ends = enlarged(this.#ends, new Uint32Array(capacity))
  }

  view(length: number): PlainTextColumn {
    const ends = this.#ends.subarray(0, length)
    return { bytes: this.#bytes.subarray(0, ends[length - 1] ?? 0), ends }
  }

  #put(from: Uint8Array, start: number, end: number, row: number): boolean {
    const at = row === 0 ? 0 : (this.#ends[row - 1] as number)
    const to = at + end - start
    if (to > this.#bytes.length)
      this.#bytes = enlarged(this.#bytes, new Uint8Array(Math.max(to, 2 * this.#bytes.length, 1 << 16)))
    const bytes = this.#bytes
    this.#ends[row] = to
    if (to - at > longestLoop) {
      bytes.set(from.subarray(start, end), at)
      return isUtf8(bytes.subarray(at, to))
    }
    let bits = 0
    for (let index = start; index < end; index++) {
      const byte = from[index] as number
      bytes[at + index - start] = byte
      bits |= byte
    }
    return bits < 0x80 || isUtf8(bytes.subarray(at, to))
  }
}

const scratch = new Uint8Array(8)
const asFloat = new Float32Array(scratch.buffer, 0, 1)
const asDouble = new Float64Array(scratch.buffer)

/** Avro's float: 32 bits, little-endian. */
export class FloatField extends FieldColumn {
  readonly kind = fieldKind.own
  #cells = new Float32Array(0)

  read(cursor: AvroCursor, row: number): boolean {
    if (cursor.skip(4) < 0) return false
    for (let byte = 0; byte < 4; byte++) scratch[byte] = cursor.bytes[cursor.skipped + byte] as number
    this.#cells[row] = asFloat[0] as number
    return true
  }

  set(value: unknown, row: number): void {
    if (typeof value !== 'number') this.refuse(value, 'number')
    this.#cells[row] = value
  }

  grow(capacity: number): void {
    this.#cells = enlarged(this.#cells, new Float32Array(capacity))
  }

  view(length: number): Float32Array {
    return this.#cells.subarray(0, length)
  }
}

/** Avro's double: 64 bits, little-endian. */
export class DoubleField extends FieldColumn {
  readonly kind = fieldKind.own
  #cells = new Float64Array(0)

  read(cursor: AvroCursor, row: number): boolean {
    if (cursor.skip(8) < 0) return false
    for (let byte = 0; byte < 8; byte++) scratch[byte] = cursor.bytes[cursor.skipped + byte] as number
    this.#cells[row] = asDouble[0] as number
    return true
  }

  set(value: unknown, row: number): void {
    if (typeof value !== 'number') this.refuse(value, 'number')
    this.#cells[row] = value
  }

  grow(capacity: number): void {
    this.#cells = enlarged(this.#cells, new Float64Array(capacity))
  }

  view(length: number): Float64Array {
    return this.#cells.subarray(0, length)
  }
}

/** A value, or null as the first branch of a union. */
export class NullableField extends FieldColumn {
  readonly kind = fieldKind.own
  readonly #value: FieldColumn
  /** What stands under a null. */
  readonly #filler: unknown
  #nulls = new Uint8Array(0)

  constructor(value: FieldColumn, filler: unknown) {
    super(value.name)
    this.#value = value
    this.#filler = filler
  }

  read(cursor: AvroCursor, row: number): boolean {
    const branch = cursor.long()
    if (branch === 1) return this.readValue(cursor, row)
    if (branch === 0) this.setNull(row)
    return branch === 0
  }

  readValue(cursor: AvroCursor, row: number): boolean {
    this.#nulls[row] = 0
    return this.#value.read(cursor, row)
  }

  setNull(row: number): void {
    this.#nulls[row] = 1
    this.#value.set(this.#filler, row)
  }

  set(value: unknown, row: number): void {
    if (value === null || value === undefined) this.setNull(row)
    else {
      this.#nulls[row] = 0
      this.#value.set(value, row)
    }
  }

  grow(capacity: number): void {
    this.#nulls = enlarged(this.#nulls, new Uint8Array(capacity))
    this.#value.grow(capacity)
  }

  view(length: number): NullableColumn {
    return { nulls: this.#nulls.subarray(0, length), values: this.#value.view(length) as ValueColumn }
  }
}

/** A record or null: a column for each of its fields, null where the record is. */
export class NullableRecordField extends FieldColumn {
  readonly kind = fieldKind.own
  readonly #fields: readonly NullableField[]

  constructor(name: string, fields: readonly NullableField[]) {
    super(name)
    this.#fields = fields
  }

  read(cursor: AvroCursor, row: number): boolean {
    const branch = cursor.long()
    if (branch === 0) for (const field of this.#fields) field.setNull(row)
    else if (branch === 1) return this.#fields.every((field) => field.readValue(cursor, row))
    return branch === 0
  }

  set(value: unknown, row: number): void {
    const record = (value ?? {}) as Readonly<Record<string, unknown>>
    for (const field of this.#fields) field.set(record[field.name], row)
  }

  grow(capacity: number): void {
    for (const field of this.#fields) field.grow(capacity)
  }

  view(): never {
    throw new TypeError(`field ${this.name} is a column for each of its fields`)
  }

  override addTo(columns: Record<string, Column>, length: number): void {
    for (const field of this.#fields) columns[`${this.name}.${field.name}`] = field.view(length)
  }
}

/** Lists of records: the fields of all items of all rows stand in columns. */
export class ListField extends FieldColumn {
  readonly kind = fieldKind.own
  readonly #fields: readonly FieldColumn[]
  #ends = new Uint32Array(0)
  #capacity = 0

  constructor(name: string, fields: readonly FieldColumn[]) {
    super(name)
    this.#fields = fields
  }

  /** Items come in blocks; the count of a block is negative when its size in bytes follows. */
  read(cursor: AvroCursor, row: number): boolean {
    let at = this.#begin(row)
    for (;;) {
      const count = cursor.long()
      if (count === 0) break
      if (Number.isNaN(count) || (count < 0 && Number.isNaN(cursor.long()))) return false
      for (let left = Math.abs(count); left > 0; left--) {
        this.#makeRoom(at)
        for (const field of this.#fields) if (!field.read(cursor, at)) return false
        at += 1
      }
    }
    this.#ends[row] = at
    return true
  }

  set(value: unknown, row: number): void {
    if (!Array.isArray(value)) this.refuse(value, 'list')
    let at = this.#begin(row)
    for (const item of value) {
      this.#makeRoom(at)
      for (const field of this.#fields) field.set(item[field.name], at)
      at += 1
    }
    this.#ends[row] = at
  }

  grow(capacity: number): void {
    this.#ends = enlarged(this.#ends, new Uint32Array(capacity))
  }

  view(length: number): ListColumn {
    const ends = this.#ends.subarray(0, length)
    const items: Record<string, Column> = {}
    for (const field of this.#fields) field.addTo(items, ends[length - 1] ?? 0)
    return { ends, items }
  }

  #begin(row: number): number {
    return row === 0 ? 0 : (this.#ends[row - 1] as number)
  }

  #makeRoom(item: number): void {
    if (item < this.#capacity) return
    this.#capacity = Math.max(1024, this.#capacity * 2)
    for (const field of this.#fields) field.grow(this.#capacity)
  }
}
