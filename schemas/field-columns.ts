import type { FieldColumn } from './field-column.js'
import { BooleanField, EnumField, IntField, LongField, TextField } from './flat-columns.js'
import {
  DoubleField,
  FloatField,
  ListField,
  NullableField,
  NullableRecordField,
  PlainTextField,
} from './nested-columns.js'

interface NamedSchema {
  readonly name: string
  readonly type: FieldSchema
}

interface RecordSchema {
  readonly type: 'record'
  readonly fields: readonly NamedSchema[]
}

export type FieldSchema =
  | 'null'
  | 'string'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'boolean'
  | { readonly type: 'enum'; readonly symbols: readonly string[] }
  | { readonly type: 'long' }
  | { readonly type: 'array'; readonly items: FieldSchema }
  | RecordSchema
  | readonly FieldSchema[]

/**
 * @param plain names of fields whose texts seldom come twice, and are kept one by one
 * @throws TypeError for a type that has no column
 */
export function fieldColumn(name: string, type: FieldSchema, plain: ReadonlySet<string> = new Set()): FieldColumn {
  const refuse = (): never => {
    throw new TypeError(`field ${name} has the type ${JSON.stringify(type)}, which has no column`)
  }
  if (type === 'string') return plain.has(name) ? new PlainTextField(name) : new TextField(name)
  if (type === 'int') return new IntField(name)
  if (type === 'long') return new LongField(name)
  if (type === 'float') return new FloatField(name)
  if (type === 'double') return new DoubleField(name)
  if (type === 'boolean') return new BooleanField(name)
  if (typeof type === 'string') return refuse()
  if (!('type' in type)) {
    const [first, value, ...others] = type
    if (first !== 'null' || value === undefined || others.length > 0) return refuse()
    if (!isRecord(value)) return nullable(name, value, plain)
    return new NullableRecordField(
      name,
      value.fields.map((field) => nullable(field.name, field.type, plain)),
    )
  }
  if (type.type === 'long') return new LongField(name)
  if (type.type === 'enum') return new EnumField(name, type.symbols)
  if (type.type === 'array' && isRecord(type.items)) {
    return new ListField(
      name,
      type.items.fields.map((field) => fieldColumn(field.name, field.type, plain)),
    )
  }
  return refuse()
}

const isRecord = (type: FieldSchema): type is RecordSchema =>
  typeof type === 'object' && 'type' in type && type.type === 'record'

function nullable(name: string, type: FieldSchema, plain: ReadonlySet<string>): NullableField {
  const filler =
    type === 'string'
      ? ''
      : type === 'boolean'
        ? false
        : typeof type === 'object' && 'symbols' in type
          ? type.symbols[0]
          : 0
  return new NullableField(fieldColumn(name, type, plain), filler)
}
