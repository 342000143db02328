import type { Column } from '../streams/engine/ports/analytics.js'
import type { AvroCursor } from './avro-cursor.js'
import { ByteDictionary } from './byte-dictionary.js'
import { bytesOf, type Cells, enlarged, FieldColumn, fieldKind } from './field-column.js'

/** A field with one cell a row. */
export abstract class FlatColumn extends FieldColumn {
  /** What rows are compared by: numbers, and texts by theirs. Another array once there is more room. */
  abstract readonly cells: Cells

  copy(from: number, to: number): void {
    this.cells[to] = this.cells[from] as number
  }
}

export class IntField extends FlatColumn {
  readonly kind = fieldKind.int
  cells = new Int32Array(0)

  read(cursor: AvroCursor, row: number): boolean {
    const value = cursor.long()
    this.cells[row] = value
    return this.cells[row] === value
  }

  set(value: unknown, row: number): void {
    if (typeof value !== 'number' || (value | 0) !== value) this.refuse(value, 'integer of 32 bits')
    this.cells[row] = value
  }

  grow(capacity: number): void {
    this.cells = enlarged(this.cells, new Int32Array(capacity))
  }

  view(length: number): Column {
    return this.cells.subarray(0, length)
  }
}

export class LongField extends FlatColumn {
  readonly kind = fieldKind.long
  cells = new Float64Array(0)

  read(cursor: AvroCursor, row: number): boolean {
    const value = cursor.long()
    this.cells[row] = value
    return Number.isSafeInteger(value)
  }

  set(value: unknown, row: number): void {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) this.refuse(value, 'integer of 53 bits')
    this.cells[row] = value
  }

  grow(capacity: number): void {
    this.cells = enlarged(this.cells, new Float64Array(capacity))
  }

  view(length: number): Column {
    return this.cells.subarray(0, length)
  }
}

export class BooleanField extends FlatColumn {
  readonly kind = fieldKind.boolean
  cells = new Uint8Array(0)

  read(cursor: AvroCursor, row: number): boolean {
    const byte = cursor.byte()
    this.cells[row] = byte
    return byte === 0 || byte === 1
  }

  set(value: unknown, row: number): void {
    if (typeof value !== 'boolean') this.refuse(value, 'boolean')
    this.cells[row] = Number(value)
  }

  grow(capacity: number): void {
    this.cells = enlarged(this.cells, new Uint8Array(capacity))
  }

  view(length: number): Column {
    return this.cells.subarray(0, length)
  }
}

export class EnumField extends FlatColumn {
  readonly kind = fieldKind.enumeration
  cells = new Uint32Array(0)
  readonly symbols: readonly string[]
  readonly #texts: readonly Uint8Array[]

  constructor(name: string, symbols: readonly string[]) {
    super(name)
    this.symbols = symbols
    this.#texts = symbols.map((symbol) => Buffer.from(symbol))
  }

  read(cursor: AvroCursor, row: number): boolean {
    const value = cursor.long()
    this.cells[row] = value
    return value >= 0 && value < this.symbols.length
  }

  set(value: unknown, row: number): void {
    const index = typeof value === 'string' ? this.symbols.indexOf(value) : -1
    if (index < 0) this.refuse(value, `one of ${this.symbols.join(', ')}`)
    this.cells[row] = index
  }

  grow(capacity: number): void {
    this.cells = enlarged(this.cells, new Uint32Array(capacity))
  }

  view(length: number): Column {
    return { texts: this.#texts, indexes: this.cells.subarray(0, length) }
  }
}

/** Texts of which each distinct one is kept once. */
export class TextField extends FlatColumn {
  readonly kind = fieldKind.text
  cells = new Uint32Array(0)
  readonly dictionary = new ByteDictionary()

  read(cursor: AvroCursor, row: number): boolean {
    const end = cursor.skip(cursor.long())
    if (end < 0) return false
    const number = this.dictionary.numberOf(cursor.bytes, cursor.skipped, end)
    this.cells[row] = number
    return number >= 0
  }

  set(value: unknown, row: number): void {
    if (typeof value !== 'string') this.refuse(value, 'text')
    const bytes = bytesOf(value)
    this.cells[row] = this.dictionary.numberOf(bytes, 0, bytes.length)
  }

  grow(capacity: number): void {
    this.cells = enlarged(this.cells, new Uint32Array(capacity))
  }

  view(length: number): Column {
    return { texts: this.dictionary.texts, indexes: this.cells.subarray(0, length) }
  }
}
