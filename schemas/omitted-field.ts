import type { AvroCursor } from './avro-cursor.js'
import { FieldColumn, fieldKind } from './field-column.js'

/** A field that is read over: what it holds stands in no column. */
export class OmittedField extends FieldColumn {
  readonly kind = fieldKind.own
  readonly #value: FieldColumn

  constructor(value: FieldColumn) {
    super(value.name)
    this.#value = value
    value.grow(1)
  }

  /** Damage is found as in any other field; what was read is written over by the next. */
  read(cursor: AvroCursor): boolean {
    return this.#value.read(cursor, 0)
  }

  set(): void {}

  grow(): void {}

  view(): never {
    throw new TypeError(`field ${this.name} has no column`)
  }
}
