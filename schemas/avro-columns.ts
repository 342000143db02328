import type { Column } from '../streams/engine/ports/analytics.js'
import { AvroCursor } from './avro-cursor.js'
import { type Cells, type FieldColumn, type FieldSchema, fieldColumn } from './field-columns.js'
import { headerLength, schemaIdOf } from './framing.js'

/**
 * Decodes values of one flat record schema (texts, enums, ints, longs, booleans) straight into columns: the same values
 * as the schema's serde gives, without an object for each.
 */
export class AvroColumns {
  readonly #id: number
  readonly #fields: readonly FieldColumn[]
  readonly #cursor = new AvroCursor()
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
  }

  get length(): number {
    return this.#length
  }

  /**
   * Appends the row of a framed value. False, and nothing is appended, when it was written with another schema, or is
   * damaged, or has a number or a text that no column can hold: the serde knows what to say or to do about it.
   */
  read(bytes: Uint8Array): boolean {
    if (schemaIdOf(bytes) !== this.#id) return false
    this.#makeRoom()
    const cursor = this.#cursor.over(bytes, headerLength)
    for (const field of this.#fields) if (!field.read(cursor, this.#length)) return false
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

  /** Cells of a column, as they are compared: texts by their numbers. Valid until a row is added. */
  cells(name: string): Cells {
    const field = this.#fields.find((one) => one.name === name)
    if (field === undefined) throw new TypeError(`the schema has no field ${name}`)
    return field.cells
  }

  /** Views of the rows; valid until the next row or `clear`. */
  columns(): Readonly<Record<string, Column>> {
    return Object.fromEntries(this.#fields.map((field) => [field.name, field.view(this.#length)]))
  }

  clear(): void {
    this.#length = 0
    for (const field of this.#fields) field.clear()
  }

  #makeRoom(): void {
    if (this.#length < this.#capacity) return
    this.#capacity = Math.max(1024, this.#capacity * 2)
    for (const field of this.#fields) field.grow(this.#capacity)
  }
}
