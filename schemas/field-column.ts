import type { Column } from '../streams/engine/ports/analytics.js'
import type { AvroCursor } from './avro-cursor.js'

/** The cells of a column that two rows are compared by. */
export type Cells = Uint32Array | Int32Array | Float64Array | Uint8Array

/** How a field is written. Fields of the kind `own` have no cells, and only they themselves know how to read them. */
export const fieldKind = { int: 0, long: 1, boolean: 2, enumeration: 3, text: 4, own: 5 } as const
export type FieldKind = (typeof fieldKind)[keyof typeof fieldKind]

/** One field of all rows. What was read or set for a row that was not kept is written over by the next. */
export abstract class FieldColumn {
  abstract readonly kind: FieldKind

  constructor(readonly name: string) {}

  /** Reads the value at the cursor; false when it is damaged, or the column cannot hold it. */
  abstract read(cursor: AvroCursor, row: number): boolean
  /** Takes a decoded value. @throws TypeError when the column cannot hold it. */
  abstract set(value: unknown, row: number): void
  /** Makes room for so many rows. */
  abstract grow(capacity: number): void
  /** The first rows; valid until a row is added. */
  abstract view(length: number): Column

  /** Puts the first rows where columns go by their names. */
  addTo(columns: Record<string, Column>, length: number): void {
    columns[this.name] = this.view(length)
  }

  protected refuse(value: unknown, wanted: string): never {
    throw new TypeError(`field ${this.name}: ${JSON.stringify(value)} is no ${wanted}`)
  }
}

/** The same array with more room. */
export function enlarged<Kind extends Cells | Float32Array>(before: Kind, after: Kind): Kind {
  after.set(before)
  return after
}

const noBytes = new Uint8Array(0)

/** UTF-8 of a text. Under every null stands an empty one, and a Buffer for each would cost more than reading the rest. */
export const bytesOf = (text: string): Uint8Array => (text === '' ? noBytes : Buffer.from(text))
