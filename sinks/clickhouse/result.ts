import { type ColumnType, parseType } from './type.js'

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type Reader = (value: Json) => Json

/** Rows with names, types and 64-bit integers as texts: nothing is lost on the way through JSON. */
export const resultFormat = 'JSONCompactEachRowWithNamesAndTypes'
export const resultSettings = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_denormals: 0,
  output_format_json_named_tuples_as_objects: 1,
  output_format_json_escape_forward_slashes: 0,
} as const

const identity: Reader = (value) => value

const integer: Reader = (value) => {
  const number = Number(value)
  return value === null ? null : Number.isSafeInteger(number) ? number : value
}

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How the JSON of a type becomes its value; `identity` where it is the value already. */
function reader(type: ColumnType): Reader {
  switch (type.kind) {
    case 'integer':
      return type.bits === 64 ? integer : identity
    case 'nullable':
      return reader(type.of)
    case 'array': {
      const item = reader(type.of)
      return item === identity ? identity : (value) => (Array.isArray(value) ? value.map(item) : value)
    }
    case 'map': {
      const entry = reader(type.value)
      if (entry === identity) return identity
      return (value) =>
        isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, entry(part)])) : value
    }
    case 'tuple': {
      const fields = new Map(type.fields.map((field) => [field.name, reader(field.type)]))
      if ([...fields.values()].every((field) => field === identity)) return identity
      const readers = [...fields.values()]
      return (value) => {
        if (Array.isArray(value)) return value.map((part, index) => (readers[index] ?? identity)(part))
        if (!isObject(value)) return value
        return Object.fromEntries(
          Object.entries(value).map(([key, part]) => [key, (fields.get(key) ?? identity)(part)]),
        )
      }
    }
    default:
      return identity
  }
}

/** Reads what the engine gave in `resultFormat` as one object a row. */
export function readRows<Result extends object = Record<string, Json>>(bytes: Uint8Array): Result[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').trimEnd()
  if (text === '') return []
  const [names, types, ...rows] = JSON.parse(`[${text.replaceAll('\n', ',')}]`) as [string[], string[], ...Json[][]]
  const columns = names.map((name, index) => ({ name, index, read: reader(parseType(types[index] ?? 'String')) }))
  return rows.map((row) => {
    const result: Record<string, Json> = {}
    for (const { name, index, read } of columns) result[name] = read(row[index] ?? null)
    return result as Result
  })
}
