import type {
  Column,
  ListColumn,
  NullableColumn,
  PlainTextColumn,
  TextColumn,
  ValueColumn,
} from '../../../streams/engine/ports/analytics.js'
import { type ColumnType, typeName } from '../type.js'
import type { Bytes } from './bytes.js'

/** A column that is written as a whole, and the type that it has in the bytes. */
export interface WholeColumn {
  readonly type: string
  /** What stands before the data, once for all that is within the column; absent: nothing. */
  prefix?(out: Bytes): void
  data(out: Bytes): void
}

/**
 * How a column without cells is written in the Native format. Texts go as LowCardinality, each distinct one once.
 * @throws TypeError when the column has another length, or the table's type does not take it.
 */
export function wholeColumn(type: ColumnType, column: Column, length: number): WholeColumn {
  const found = lengthOf(column)
  if (found !== length) throw new TypeError(`it has ${found} rows, the block has ${length}`)
  if ('items' in column) return listColumn(type, column)
  if ('nulls' in column) return nullableColumn(type, column, length)
  return valueColumn(type, column)
}

function lengthOf(column: Column): number {
  if ('nulls' in column) return column.nulls.length
  if ('ends' in column) return column.ends.length
  return 'indexes' in column ? column.indexes.length : column.length
}

function valueColumn(type: ColumnType, column: ValueColumn): WholeColumn {
  const name = typeName(type)
  if ('indexes' in column) {
    if (type.kind !== 'string') throw new TypeError(`texts are no ${name}`)
    return lowCardinality('String', column.texts, column.indexes)
  }
  if ('ends' in column) {
    if (type.kind !== 'string') throw new TypeError(`texts are no ${name}`)
    return { type: name, data: (out) => writePlainTexts(column, out) }
  }
  const data = numbers(type, column)
  if (data === null) throw new TypeError(`${column.constructor.name} is no ${name}`)
  return { type: name, data: (out) => out.lend(bytesOf(data)) }
}

/** Numbers as they stand in the bytes; null when the type does not take them. @throws TypeError for one out of range */
function numbers(type: ColumnType, column: Exclude<ValueColumn, TextColumn | PlainTextColumn>): ArrayBufferView | null {
  if (type.kind === 'integer' && type.signed && column instanceof Int32Array) {
    if (type.bits === 32) return column
    if (type.bits === 8) return asInt8(column)
  }
  if (type.kind === 'integer' && type.signed && type.bits === 64 && column instanceof Float64Array)
    return asInt64(column)
  if (type.kind === 'bool' && column instanceof Uint8Array) return column
  if (type.kind === 'float' && type.bits === 32 && column instanceof Float32Array) return column
  if (type.kind === 'float' && type.bits === 64 && column instanceof Float64Array) return column
  if (type.kind === 'dateTime64' && type.precision === 3 && column instanceof Float64Array) return asInt64(column)
  return null
}

function nullableColumn(type: ColumnType, { nulls, values }: NullableColumn, length: number): WholeColumn {
  if (type.kind !== 'nullable') throw new TypeError(`a column with nulls is no ${typeName(type)}`)
  const inner = wholeColumn(type.of, values, length)
  if ('indexes' in values) {
    // the first text stands for null
    const indexes = values.indexes.map((index, row) => (nulls[row] === 1 ? 0 : index + 1))
    return lowCardinality('Nullable(String)', [new Uint8Array(0), ...values.texts], indexes)
  }
  return {
    type: `Nullable(${inner.type})`,
    data: (out) => {
      out.lend(nulls)
      inner.data(out)
    },
  }
}

/** Arrays of tuples: where each ends, then the fields, one after the other. */
function listColumn(type: ColumnType, { ends, items }: ListColumn): WholeColumn {
  if (type.kind !== 'array' || type.of.kind !== 'tuple') throw new TypeError(`lists are no ${typeName(type)}`)
  const count = ends.at(-1) ?? 0
  const fields = type.of.fields.map((field) => {
    const column = items[field.name]
    if (column === undefined) throw new TypeError(`its items have no field ${field.name}`)
    return { name: field.name, column: wholeColumn(field.type, column, count) }
  })
  return {
    type: `Array(Tuple(${fields.map(({ name, column }) => `\`${name}\` ${column.type}`).join(', ')}))`,
    prefix: (out) => {
      for (const { column } of fields) column.prefix?.(out)
    },
    data: (out) => {
      out.lend(bytesOf(asInt64(ends)))
      for (const { column } of fields) column.data(out)
    },
  }
}

/**
 * LowCardinality: version of the keys (1) before everything; kind of the indexes with the flags "keys follow" and "a new
 * dictionary", keys, indexes; nothing where there are no rows
 * (https://github.com/ClickHouse/ClickHouse/blob/master/src/DataTypes/Serializations/SerializationLowCardinality.cpp).
 */
function lowCardinality(of: string, texts: readonly Uint8Array[], indexes: Uint32Array): WholeColumn {
  return {
    type: `LowCardinality(${of})`,
    prefix: (out) => out.int64(1),
    data: (out) => {
      if (indexes.length === 0) return
      const width = texts.length <= 0x100 ? 0 : texts.length <= 0x10000 ? 1 : 2
      out.int64(width | (1 << 9) | (1 << 10))
      out.int64(texts.length)
      for (const text of texts) out.blob(text)
      out.int64(indexes.length)
      out.lend(bytesOf(width === 0 ? Uint8Array.from(indexes) : width === 1 ? Uint16Array.from(indexes) : indexes))
    },
  }
}

function writePlainTexts({ bytes, ends }: PlainTextColumn, out: Bytes): void {
  let from = 0
  for (let row = 0; row < ends.length; row++) {
    const to = ends[row] as number
    out.slice(bytes, from, to)
    from = to
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

function asInt8(numbers: Int32Array): Int8Array {
  const narrow = Int8Array.from(numbers)
  const row = narrow.findIndex((number, at) => number !== numbers[at])
  if (row >= 0) throw new TypeError(`row ${row}: ${numbers[row]} is no Int8`)
  return narrow
}

/** Integers of 64 bits in two's complement, from numbers that hold them exactly. */
function asInt64(numbers: Float64Array | Uint32Array): Int32Array {
  const halves = new Int32Array(numbers.length * 2)
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] as number
    const high = Math.floor(number / 0x100000000)
    halves[2 * index] = number - high * 0x100000000
    halves[2 * index + 1] = high
  }
  return halves
}
