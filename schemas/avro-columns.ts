import type { Column } from '../streams/engine/ports/analytics.js'
import { AvroCursor } from './avro-cursor.js'
import type { ByteDictionary } from './byte-dictionary.js'
import {
  type Cells,
  EnumField,
  type FieldColumn,
  type FieldKind,
  type FieldSchema,
  fieldColumn,
  fieldKind,
  TextField,
} from './field-columns.js'
import { headerLength, schemaIdOf } from './framing.js'

/**
 * Decodes values of one flat record schema (texts, enums, ints, longs, booleans) straight into columns: the same values
 * as the schema's serde gives, without an object for each.
 */
export class AvroColumns {
  readonly #id: number
  readonly #fields: readonly FieldColumn[]
  readonly #cursor = new AvroCursor()
  /** What `read` needs of the fields, each in an array of its own: it runs millions of times. */
  readonly #kinds: readonly FieldKind[]
  readonly #dictionaries: readonly (ByteDictionary | null)[]
  readonly #symbols: readonly number[]
  #cells: readonly Cells[] = []
  #capacity = 0
  #length = 0

  /**
   * @param schema text of the Avro schema
   * @param id id under which the registry holds it
   * @throws TypeError when a field has a type that has no column
   */
  constructor(schema: string, id: number) {
    const { fields }: { fields: readonly { readonly name: string; readonly type: FieldSchema }[] } = JSON.parse(schema)
    this.#id = id
    this.#fields = fields.map(({ name, type }) => fieldColumn(name, type))
    this.#kinds = this.#fields.map(({ kind }) => kind)
    this.#dictionaries = this.#fields.map((field) => (field instanceof TextField ? field.dictionary : null))
    this.#symbols = this.#fields.map((field) => (field instanceof EnumField ? field.symbols.length : 0))
  }

  get length(): number {
    return this.#length
  }

  /** Rows that there is room for: while it is the same, the cells are the same arrays. */
  get capacity(): number {
    return this.#capacity
  }

  /**
   * Appends the row of a framed value. False, and nothing is appended, when it was written with another schema, or is
   * damaged, or has a number or a text that no column can hold: the serde knows what to say or to do about it.
   */
  read(bytes: Uint8Array): boolean {
    if (schemaIdOf(bytes) !== this.#id) return false
    this.#makeRoom()
    const row = this.#length
    const cursor = this.#cursor.over(bytes, headerLength)
    for (let index = 0; index < this.#kinds.length; index++) {
      const kind = this.#kinds[index]
      const cells = this.#cells[index] as Cells
      if (kind === fieldKind.boolean) {
        const byte = cursor.byte()
        cells[row] = byte
        if (byte !== 0 && byte !== 1) return false
        continue
      }
      const value = cursor.long()
      if (kind === fieldKind.int) {
        cells[row] = value
        if (cells[row] !== value) return false
      } else if (kind === fieldKind.long) {
        cells[row] = value
        if (!Number.isSafeInteger(value)) return false
      } else if (kind === fieldKind.enumeration) {
        cells[row] = value
        if (!(value >= 0 && value < (this.#symbols[index] as number))) return false
      } else {
        const end = cursor.skip(value)
        if (end < 0) return false
        const number = (this.#dictionaries[index] as ByteDictionary).numberOf(bytes, cursor.skipped, end)
        if (number < 0) return false
        cells[row] = number
      }
    }
    if (!cursor.atEnd) return false
    this.#length += 1
    return true
  }

  /** Appends the row of a decoded value. @throws TypeError when a column cannot hold it. */
  append(value: Readonly<Record<string, unknown>>): void {
    this.#makeRoom()
    for (const field of this.#fields) field.set(value[field.name], this.#length)
    this.#length += 1
  }

  /** Takes the last row away and, where another place is given, puts it there. */
  moveLast(to: number | null): void {
    this.#length -= 1
    if (to !== null) for (const field of this.#fields) field.copy(this.#length, to)
  }

  /** Cells of a column, as they are compared: texts by their numbers. */
  cells(name: string): Cells {
    const field = this.#fields.find((one) => one.name === name)
    if (field === undefined) throw new TypeError(`the schema has no field ${name}`)
    return field.cells
  }

  /** Views of the rows; valid until the next row or `clear`. */
  columns(): Readonly<Record<string, Column>> {
    return Object.fromEntries(this.#fields.map((field) => [field.name, field.view(this.#length)]))
  }

  #makeRoom(): void {
    if (this.#length < this.#capacity) return
    this.#capacity = Math.max(1024, this.#capacity * 2)
    for (const field of this.#fields) field.grow(this.#capacity)
    this.#cells = this.#fields.map(({ cells }) => cells)
  }
}
