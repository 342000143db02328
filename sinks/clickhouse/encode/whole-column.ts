import type { Column, TextColumn } from '../../../streams/engine/ports/analytics.js'
import { type ColumnType, typeName } from '../type.js'
import type { Bytes } from './bytes.js'

/** A column that is written as a whole, and the type that it has in the bytes. */
export interface WholeColumn {
  readonly type: string
  write(out: Bytes): void
}

/**
 * How a column without cells is written in the Native format. Texts go as LowCardinality, each distinct one once.
 * @throws TypeError when the column has another length, or the table's type does not take it.
 */
export function wholeColumnWriter(type: ColumnType, column: Column, length: number): WholeColumn {
  const found = 'indexes' in column ? column.indexes.length : column.length
  if (found !== length) throw new TypeError(`it has ${found} rows, the block has ${length}`)
  const name = typeName(type)
  if ('indexes' in column) {
    if (type.kind !== 'string') throw new TypeError(`texts are no ${name}`)
    return { type: 'LowCardinality(String)', write: (out) => writeTexts(column, out) }
  }
  if (type.kind === 'integer' && type.bits === 32 && type.signed && column instanceof Int32Array)
    return { type: name, write: (out) => out.raw(bytesOf(column)) }
  if (type.kind === 'bool' && column instanceof Uint8Array) return { type: name, write: (out) => out.raw(column) }
  if (type.kind === 'dateTime64' && type.precision === 3 && column instanceof Float64Array)
    return { type: name, write: (out) => out.raw(bytesOf(asInt64(column))) }
  throw new TypeError(`${column.constructor.name} is no ${name}`)
}

/**
 * LowCardinality: version of the keys (1), kind of the indexes with the flags "keys follow" and "a new dictionary", keys,
 * indexes (https://github.com/ClickHouse/ClickHouse/blob/master/src/DataTypes/Serializations/SerializationLowCardinality.cpp).
 */
function writeTexts({ texts, indexes }: TextColumn, out: Bytes): void {
  const width = texts.length <= 0x100 ? 0 : texts.length <= 0x10000 ? 1 : 2
  out.int64(1)
  out.int64(width | (1 << 9) | (1 << 10))
  out.int64(texts.length)
  for (const text of texts) out.blob(text)
  out.int64(indexes.length)
  out.raw(bytesOf(width === 0 ? Uint8Array.from(indexes) : width === 1 ? Uint16Array.from(indexes) : indexes))
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** Integers of 64 bits in two's complement, from numbers that hold them exactly. */
function asInt64(numbers: Float64Array): Int32Array {
  const halves = new Int32Array(numbers.length * 2)
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] as number
    const high = Math.floor(number / 0x100000000)
    halves[2 * index] = number - high * 0x100000000
    halves[2 * index + 1] = high
  }
  return halves
}
