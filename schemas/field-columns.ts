import type { Column } from '../streams/engine/ports/analytics.js'
import { ByteDictionary } from './byte-dictionary.js'

/** The cells of a column that two rows are compared by. */
export type Cells = Uint32Array | Int32Array | Float64Array | Uint8Array

export type FieldSchema =
  | 'string'
  | 'int'
  | 'long'
  | 'boolean'
  | { readonly type: 'enum'; readonly symbols: readonly string[] }
  | { readonly type: 'long' }

/** How a field is written. */
export const fieldKind = { int: 0, long: 1, boolean: 2, enumeration: 3, text: 4 } as const
export type FieldKind = (typeof fieldKind)[keyof typeof fieldKind]

/** @throws TypeError for a type that has no column */
export function fieldColumn(name: string, type: FieldSchema): FieldColumn {
  const kind = typeof type === 'string' ? type : type.type
  switch (kind) {
    case 'string':
      return new TextField(name)
    case 'enum':
      if (typeof type === 'object' && type.type === 'enum') return new EnumField(name, type.symbols)
      break
    case 'int':
      return new IntField(name)
    case 'long':
      return new LongField(name)
    case 'boolean':
      return new BooleanField(name)
  }
  throw new TypeError(`field ${name} has the type ${JSON.stringify(type)}, which has no column`)
}

/** One field of all rows. */
export abstract class FieldColumn {
  abstract readonly kind: FieldKind
  /** What rows are compared by: numbers, and texts by theirs. Another array once there is more room. */
  abstract readonly cells: Cells

  constructor(readonly name: string) {}

  /** Takes a decoded value. @throws TypeError when the column cannot hold it. */
  abstract set(value: unknown, row: number): void
  /** Makes room for so many rows. */
  abstract grow(capacity: number): void
  /** The first rows; valid until a row is added. */
  abstract view(length: number): Column

  copy(from: number, to: number): void {
    this.cells[to] = this.cells[from] as number
  }

  protected refuse(value: unknown, wanted: string): never {
    throw new TypeError(`field ${this.name}: ${JSON.stringify(value)} is no ${wanted}`)
  }
}

class IntField extends FieldColumn {
  readonly kind = fieldKind.int
  cells = new Int32Array(0)

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

class LongField extends FieldColumn {
  readonly kind = fieldKind.long
  cells = new Float64Array(0)

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

class BooleanField extends FieldColumn {
  readonly kind = fieldKind.boolean
  cells = new Uint8Array(0)

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

export class EnumField extends FieldColumn {
  readonly kind = fieldKind.enumeration
  cells = new Uint32Array(0)
  readonly symbols: readonly string[]
  readonly #texts: readonly Uint8Array[]

  constructor(name: string, symbols: readonly string[]) {
    super(name)
    this.symbols = symbols
    this.#texts = symbols.map((symbol) => Buffer.from(symbol))
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

export class TextField extends FieldColumn {
  readonly kind = fieldKind.text
  cells = new Uint32Array(0)
  readonly dictionary = new ByteDictionary()

  set(value: unknown, row: number): void {
    if (typeof value !== 'string') this.refuse(value, 'text')
    const bytes = Buffer.from(value)
    this.cells[row] = this.dictionary.numberOf(bytes, 0, bytes.length)
  }

  grow(capacity: number): void {
    this.cells = enlarged(this.cells, new Uint32Array(capacity))
  }

  view(length: number): Column {
    return { texts: this.dictionary.texts, indexes: this.cells.subarray(0, length) }
  }
}

function enlarged<Kind extends Cells>(before: Kind, after: Kind): Kind {
  after.set(before)
  return after
}
