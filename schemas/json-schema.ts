/** A JSON Schema, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>

interface AvroField {
  readonly name: string
  readonly type: unknown
  readonly doc?: string
  readonly default?: unknown
}

/** What a sender may write is more than what is kept: times as texts, identities as numbers. */
const instant = {
  oneOf: [
    { type: 'integer', minimum: 0, description: 'Milliseconds since 1970.' },
    { type: 'string', format: 'date-time', description: 'ISO 8601 with its zone.' },
  ],
}
const kinds: Readonly<Record<string, JsonSchema>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int: { type: 'integer' },
  long: { type: 'integer' },
  float: { type: 'number' },
  double: { type: 'number' },
}

/**
 * What a sender writes for a record of the Avro schema, as JSON Schema.
 * @param docs says of a field what its `doc` does not: that one speaks of the record as it is kept
 * @throws Error for a type that no record from outside has
 */
export function jsonSchemaOf(avsc: string, docs: Readonly<Record<string, string>> = {}): JsonSchema {
  const { doc, fields }: { readonly doc?: string; readonly fields: readonly AvroField[] } = JSON.parse(avsc)
  return {
    type: 'object',
    description: doc,
    required: fields.filter((field) => field.default === undefined).map(({ name }) => name),
    properties: Object.fromEntries(
      fields.map(({ name, type, doc: kept }) => [name, { ...typeOf(type), description: docs[name] ?? kept }]),
    ),
  }
}

function typeOf(type: unknown): JsonSchema {
  if (Array.isArray(type)) return orNull(type.filter((branch) => branch !== 'null').map(typeOf))
  const named = typeof type === 'object' && type !== null && 'type' in type ? type : { type }
  if ('logicalType' in named && named.logicalType === 'timestamp-millis') return instant
  if (named.type === 'enum' && 'symbols' in named) return { type: 'string', enum: named.symbols }
  if (named.type === 'array' && 'items' in named) return { type: 'array', items: typeOf(named.items) }
  const kind = typeof named.type === 'string' ? kinds[named.type] : undefined
  if (kind === undefined) throw new Error(`no record from outside has the type ${JSON.stringify(type)}`)
  return kind
}

const orNull = (branches: readonly JsonSchema[]): JsonSchema => ({ anyOf: [...branches, { type: 'null' }] })
