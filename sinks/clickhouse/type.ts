/** The types of ClickHouse that Pulso's tables use, as a tree. */
export type ColumnType =
  | { readonly kind: 'integer'; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'bool' }
  | { readonly kind: 'string' }
  | { readonly kind: 'fixedString'; readonly length: number }
  | { readonly kind: 'date' }
  | { readonly kind: 'dateTime' }
  /** Ticks of 10^-precision seconds. */
  | { readonly kind: 'dateTime64'; readonly precision: number }
  | { readonly kind: 'nullable'; readonly of: ColumnType }
  | { readonly kind: 'array'; readonly of: ColumnType }
  | { readonly kind: 'map'; readonly key: ColumnType; readonly value: ColumnType }
  | { readonly kind: 'tuple'; readonly fields: readonly { readonly name: string; readonly type: ColumnType }[] }
  /** Any other type: it can be read as text, not written. */
  | { readonly kind: 'other'; readonly name: string }

const integer = /^(U?)Int(8|16|32|64)$/
const float = /^Float(32|64)$/
const call = /^(\w+)\(([\s\S]*)\)$/
const field = /^(\w+|`(?:[^`\\]|\\[\s\S])+`) ([\s\S]+)$/

/** Splits the arguments of a type at the commas that stand outside of parentheses and quotes. */
export function splitArguments(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (quote !== '') {
      if (char === '\\') at++
      else if (char === quote) quote = ''
    } else if (char === "'" || char === '`') quote = char
    else if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim())
      from = at + 1
    }
  }
  parts.push(text.slice(from).trim())
  return parts
}

function tupleField(text: string, index: number): { name: string; type: ColumnType } {
  const named = field.exec(text)
  if (named === null || named[1] === undefined || named[2] === undefined)
    return { name: String(index + 1), type: parseType(text) }
  return { name: named[1].replace(/^`|`$/g, ''), type: parseType(named[2]) }
}

function parameterised(text: string, name: string, inner: string): ColumnType {
  const args = splitArguments(inner)
  const first = args[0] ?? ''
  switch (name) {
    case 'Nullable':
      return { kind: 'nullable', of: parseType(first) }
    case 'LowCardinality':
      return parseType(first)
    case 'SimpleAggregateFunction':
      return parseType(args[1] ?? '')
    case 'Array':
      return { kind: 'array', of: parseType(first) }
    case 'Map':
      return { kind: 'map', key: parseType(first), value: parseType(args[1] ?? '') }
    case 'Tuple':
      return { kind: 'tuple', fields: args.map(tupleField) }
    case 'FixedString':
      return { kind: 'fixedString', length: Number(inner) }
    case 'Enum8':
    case 'Enum16':
      return { kind: 'string' }
    case 'DateTime':
      return { kind: 'dateTime' }
    case 'DateTime64':
      return { kind: 'dateTime64', precision: Number(first) }
    default:
      return { kind: 'other', name: text }
  }
}

/** Parses the name of a type as `system.columns` and result headers give it. LowCardinality is seen through; an Enum is its name. */
export function parseType(text: string): ColumnType {
  const whole = integer.exec(text)
  if (whole !== null) return { kind: 'integer', bits: Number(whole[2]) as 8 | 16 | 32 | 64, signed: whole[1] === '' }
  const real = float.exec(text)
  if (real !== null) return { kind: 'float', bits: Number(real[1]) as 32 | 64 }
  if (text === 'Bool') return { kind: 'bool' }
  if (text === 'String') return { kind: 'string' }
  if (text === 'Date') return { kind: 'date' }
  if (text === 'DateTime') return { kind: 'dateTime' }
  const composed = call.exec(text)
  if (composed?.[1] !== undefined && composed[2] !== undefined) return parameterised(text, composed[1], composed[2])
  return { kind: 'other', name: text }
}

/** The type as it travels in a block: without LowCardinality and SimpleAggregateFunction, which the table adds. */
export function typeName(type: ColumnType): string {
  switch (type.kind) {
    case 'integer':
      return `${type.signed ? '' : 'U'}Int${type.bits}`
    case 'float':
      return `Float${type.bits}`
    case 'bool':
      return 'Bool'
    case 'string':
      return 'String'
    case 'fixedString':
      return `FixedString(${type.length})`
    case 'date':
      return 'Date'
    case 'dateTime':
      return 'DateTime'
    case 'dateTime64':
      return `DateTime64(${type.precision})`
    case 'nullable':
      return `Nullable(${typeName(type.of)})`
    case 'array':
      return `Array(${typeName(type.of)})`
    case 'map':
      return `Map(${typeName(type.key)}, ${typeName(type.value)})`
    case 'tuple':
      return `Tuple(${type.fields.map((part) => `\`${part.name}\` ${typeName(part.type)}`).join(', ')})`
    case 'other':
      return type.name
  }
}
