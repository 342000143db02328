import type { Column } from '../streams/engine/ports/analytics.js'
import { AvroCursor } from './avro-cursor.js'
import type { ByteDictionary } from './byte-dictionary.js'
import { type Cells, type FieldColumn, type FieldKind, fieldKind } from './field-column.js'
import { type FieldSchema, fieldColumn } from './field-columns.js'
import { EnumField, FlatColumn, TextField } from './flat-columns.js'
import { headerLength, schemaIdOf } from './framing.js'
import { OmittedField } from './omitted-field.js'

const noCells = new Uint8Array(0)

/**
 * Decodes values of one record schema straight into columns: the same values as the schema's serde gives, without an
 * object for each. Its fields may be plain values, values or null, lists of flat records, a flat record or null.
 */
export class AvroColumns {
  readonly #id: number
  readonly #fields: readonly FieldColumn[]
  /** Those that have a column. */
  readonly #kept: readonly FieldColumn[]
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
   * @param plain names of fields whose texts seldom come twice
   * @param omitted names of fields that are read over and have no column
   * @throws TypeError when a field has a type that has no column
   */
  constructor(
    schema: string,
    id: number,
    plain: ReadonlySet<string> = new Set(),
    omitted: ReadonlySet<string> = new Set(),
  ) {
    const { fields }: { fields: readonly { readonly name: string; readonly type: FieldSchema }[] } = JSON.parse(schema)
    this.#id = id
    this.#fields = fields.map(({ name, type }) => {
      const column = fieldColumn(name, type, plain)
      return omitted.has(name) ? new OmittedField(column) : column
    })
    this.#kept = this.#fields.filter((field) => !(field instanceof OmittedField))
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
   * @param start where the value begins in the bytes
   * @param end where it ends
   */
  read(bytes: Uint8Array, start = 0, end: number = bytes.length): boolean {
    if (schemaIdOf(bytes, start, end) !== this.#id) return false
    this.#makeRoom()
    const row = this.#length
    const cursor = this.#cursor.over(bytes, start + headerLength, end)
    for (let index = 0; index < this.#kinds.length; index++) {
      const kind = this.#kinds[index]
      if (kind === fieldKind.own) {
        if (!(this.#fields[index] as FieldColumn).read(cursor, row)) return false
        continue
      }
      // Inline what most fields are: a call for each would cost as much as the rest.
      const cells = this.#cells[index] as Cells
      if (kind === fieldKind.boolean) {
        const byte = cursor.byte()
        cells[row] = byte
        if (byte !== 0 && byte !== 1) return false
        continue
      }
      if (kind === fieldKind.long) {
        // Numbers that no small integer holds lie on the heap wherever they are handed on: this one is not.
        if (!cursor.longInto(cells, row)) return false
        continue
      }
      const value = cursor.long()
      if (kind === fieldKind.int) {
        cells[row] = value
        if (cells[row] !== value) return false
      } else if (kind === fieldKind.enumeration) {
        cells[row] = value
        if (!(value >= 0 && value < (this.#symbols[index] as number))) return false
      } else {
        const textEnd = cursor.skip(value)
        if (textEnd < 0) return false
        const number = (this.#dictionaries[index] as ByteDictionary).numberOf(bytes, cursor.skipped, textEnd)
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
    for (const field of this.#kept) field.set(value[field.name], this.#length)
    this.#length += 1
  }

  /**
   * Takes the last row away and, where another place is given, puts it there.
   * @throws TypeError when a field has more than a cell a row
   */
  moveLast(to: number | null): void {
    this.#length -= 1
    if (to !== null) for (const field of this.#kept) flat(field).copy(this.#length, to)
  }

  /** Cells of a column, as they are compared: texts by their numbers. */
  cells(name: string): Cells {
    const field = this.#fields.find((one) => one.name === name)
    if (field === undefined) throw new TypeError(`the schema has no field ${name}`)
    return flat(field).cells
  }

  /** Views of the rows, those of a record within as `field.inner`; valid until the next row or `clear`. */
  columns(): Readonly<Record<string, Column>> {
    const columns: Record<string, Column> = {}
    for (const field of this.#kept) field.addTo(columns, this.#length)
    return columns
  }

  #makeRoom(): void {
    if (this.#length === this.#capacity) this.reserve(Math.max(1024, this.#capacity * 2))
  }

  /** Makes room for so many rows at once, where it is known how many there will be. */
  reserve(rows: number): void {
    if (rows <= this.#capacity) return
    this.#capacity = rows
    for (const field of this.#fields) field.grow(this.#capacity)
    this.#cells = this.#fields.map((field) => (field instanceof FlatColumn ? field.cells : noCells))
  }
}

function flat(field: FieldColumn): FlatColumn {
  if (field instanceof FlatColumn) return field
  throw new TypeError(`field ${field.name} has more than a cell a row`)
}
