import type { Cell } from '../../../streams/engine/ports/analytics.js'
import type { ColumnType } from '../type.js'
import type { Bytes } from './bytes.js'

/** Writes the cells of one column in the Native format. */
export type ColumnWriter = (cells: readonly (Cell | undefined)[], out: Bytes) => void

const refuse = (value: unknown, wanted: string, row: number): never => {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value)
  throw new TypeError(`row ${row}: ${shown} is no ${wanted}`)
}

/** A cell writer for types whose cells stand one after the other. */
const each =
  (write: (value: Cell | undefined, out: Bytes, row: number) => void): ColumnWriter =>
  (cells, out) => {
    for (let row = 0; row < cells.length; row++) write(cells[row], out, row)
  }

/** An integral number within the range, or undefined. */
function whole(value: Cell | undefined, low: number, high: number): number | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : Number.NaN
  return Number.isInteger(number) && number >= low && number <= high ? number : undefined
}

function integerWriter(bits: 8 | 16 | 32 | 64, signed: boolean): ColumnWriter {
  const name = `${signed ? '' : 'U'}Int${bits}`
  if (bits === 64) {
    const low = signed ? Number.MIN_SAFE_INTEGER : 0
    return each((value, out, row) => {
      if (typeof value === 'bigint') out.bigint64(value)
      else out.int64(whole(value, low, Number.MAX_SAFE_INTEGER) ?? refuse(value, name, row))
    })
  }
  const low = signed ? -(2 ** (bits - 1)) : 0
  const high = 2 ** (signed ? bits - 1 : bits) - 1
  const checked = (value: Cell | undefined, row: number) => whole(value, low, high) ?? refuse(value, name, row)
  if (bits === 8) return each((value, out, row) => out.byte(checked(value, row)))
  if (bits === 16) return each((value, out, row) => out.uint16(checked(value, row)))
  return each((value, out, row) => out.uint32(checked(value, row)))
}

/** Instants and days come as milliseconds since the epoch. */
function instantWriter(name: string, low: number, high: number, write: (ms: number, out: Bytes) => void): ColumnWriter {
  return each((value, out, row) => write(whole(value, low, high) ?? refuse(value, `instant of a ${name}`, row), out))
}

const dateTime64 = (precision: number): ColumnWriter => {
  const scale = 10 ** (precision - 3)
  return instantWriter('DateTime64', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, (ms, out) =>
    scale > 1000 ? out.bigint64(BigInt(ms) * BigInt(scale)) : out.int64(Math.floor(ms * scale)),
  )
}

const text: ColumnWriter = each((value, out, row) => {
  if (typeof value === 'string') out.text(value)
  else if (value instanceof Uint8Array) out.blob(value)
  else refuse(value, 'text', row)
})

function fixedString(length: number): ColumnWriter {
  return each((value, out, row) => {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    if (!(bytes instanceof Uint8Array) || bytes.length > length) return refuse(value, `FixedString(${length})`, row)
    out.raw(bytes)
    for (let pad = bytes.length; pad < length; pad++) out.byte(0)
  })
}

/** What stands under a null: never read, but it has to be there. */
function filler(type: ColumnType): Cell {
  switch (type.kind) {
    case 'string':
    case 'fixedString':
      return ''
    case 'bool':
      return false
    case 'array':
      return []
    case 'map':
      return {}
    case 'tuple':
      return type.fields.map((field) => filler(field.type))
    default:
      return 0
  }
}

function nullable(of: ColumnType): ColumnWriter {
  const inner = columnWriter(of)
  const empty = filler(of)
  return (cells, out) => {
    for (const cell of cells) out.byte(cell === null || cell === undefined ? 1 : 0)
    inner(
      cells.map((cell) => cell ?? empty),
      out,
    )
  }
}

function array(of: ColumnType): ColumnWriter {
  const inner = columnWriter(of)
  return (cells, out) => {
    const items: (Cell | undefined)[] = []
    for (let row = 0; row < cells.length; row++) {
      const cell = cells[row]
      if (!Array.isArray(cell)) return refuse(cell, 'array', row)
      for (const item of cell) items.push(item)
      out.int64(items.length)
    }
    inner(items, out)
  }
}

type Entries = Readonly<Record<string, Cell>>
const isEntries = (cell: Cell | undefined): cell is Entries =>
  typeof cell === 'object' && cell !== null && !Array.isArray(cell) && !(cell instanceof Uint8Array)

/** A map comes as an object; keys of integer type as their decimal text. */
function map(key: ColumnType, value: ColumnType): ColumnWriter {
  const writeKeys = columnWriter(key)
  const writeValues = columnWriter(value)
  const toKey =
    key.kind === 'integer' ? (name: string): Cell => (key.bits === 64 ? BigInt(name) : Number(name)) : String
  return (cells, out) => {
    const keys: Cell[] = []
    const values: Cell[] = []
    for (let row = 0; row < cells.length; row++) {
      const cell = cells[row]
      if (!isEntries(cell)) return refuse(cell, 'map', row)
      for (const [name, entry] of Object.entries(cell)) {
        keys.push(toKey(name))
        values.push(entry)
      }
      out.int64(keys.length)
    }
    writeKeys(keys, out)
    writeValues(values, out)
  }
}

/** A tuple comes as an object by the names of its fields, or as an array in their order. */
function tuple(fields: readonly { readonly name: string; readonly type: ColumnType }[]): ColumnWriter {
  const writers = fields.map((field, index) => ({ ...field, index, write: columnWriter(field.type) }))
  return (cells, out) => {
    for (const { name, index, write } of writers) {
      const part = cells.map((cell, row): Cell | undefined =>
        Array.isArray(cell) ? cell[index] : isEntries(cell) ? cell[name] : refuse(cell, 'tuple', row),
      )
      write(part, out)
    }
  }
}

/** @throws TypeError for a type that Pulso does not write. */
export function columnWriter(type: ColumnType): ColumnWriter {
  switch (type.kind) {
    case 'integer':
      return integerWriter(type.bits, type.signed)
    case 'float': {
      const write = type.bits === 32 ? 'float32' : 'float64'
      return each((value, out, row) =>
        typeof value === 'number' ? out[write](value) : refuse(value, `Float${type.bits}`, row),
      )
    }
    case 'bool':
      return each((value, out, row) =>
        typeof value === 'boolean' ? out.byte(Number(value)) : refuse(value, 'boolean', row),
      )
    case 'string':
      return text
    case 'fixedString':
      return fixedString(type.length)
    case 'date':
      return instantWriter('Date', 0, 65_535 * 86_400_000, (ms, out) => out.uint16(Math.floor(ms / 86_400_000)))
    case 'dateTime':
      return instantWriter('DateTime', 0, 4_294_967_295_999, (ms, out) => out.uint32(Math.floor(ms / 1000)))
    case 'dateTime64':
      return dateTime64(type.precision)
    case 'nullable':
      return nullable(type.of)
    case 'array':
      return array(type.of)
    case 'map':
      return map(type.key, type.value)
    case 'tuple':
      return tuple(type.fields)
    case 'other':
      throw new TypeError(`columns of type ${type.name} cannot be written`)
  }
}
