import type { Cell } from '../../streams/engine/ports/analytics.js'

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** A text as a literal of ClickHouse's SQL. */
export const quoteText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that have to be escaped
  `'${text.replace(/[\\'\0\x08\f\n\r\t]/g, (char) => escapes[char] ?? char)}'`

/** A name of a table, column or database as an identifier of ClickHouse's SQL. */
export const quoteName = (name: string): string => `\`${name.replace(/[\\`]/g, (char) => `\\${char}`)}\``

const isList = (value: Cell): value is readonly Cell[] => Array.isArray(value)

function nested(value: Cell): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return quoteText(value)
  if (value instanceof Uint8Array) return quoteText(Buffer.from(value).toString('utf8'))
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(nested).join(',')}]`
  return `{${Object.entries(value)
    .map(([key, entry]) => `${quoteText(key)}:${nested(entry)}`)
    .join(',')}}`
}

/** Values of parameters as ClickHouse's interfaces take them. */
export const encodeParams = (params: Readonly<Record<string, Cell>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, parameterText(value)]))

/**
 * The value of a query parameter as ClickHouse's interfaces take it (`param_x`): a text in the escaping of
 * TabSeparated, everything inside arrays and maps as literals.
 */
export function parameterText(value: Cell): string {
  if (value === null) return '\\N'
  if (typeof value !== 'string') return nested(value)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that have to be escaped
  return value.replace(/[\\\0\x08\f\n\r\t]/g, (char) => escapes[char] ?? char)
}
