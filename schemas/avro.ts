import avsc from 'avsc'

/** An Avro type whose records are plain objects, timestamps plain numbers, bytes Uint8Arrays. */
export type AvroType = avsc.Type

/**
 * Compiles a schema. avsc makes records with a class of its own for each record type; with the prototype of plain
 * objects in its place the same generated code makes objects that MessagePack and structured clones write as any other.
 * @throws Error when the text is no Avro schema.
 */
export function avroType(schema: string): AvroType {
  const type = avsc.Type.forSchema(JSON.parse(schema), { omitRecordMethods: true })
  makeRecordsPlain(type, new Set())
  return type
}

function makeRecordsPlain(type: AvroType, seen: Set<AvroType>): void {
  if (seen.has(type)) return
  seen.add(type)
  if (avsc.Type.isType(type, 'record')) {
    const record = type as avsc.types.RecordType
    Object.defineProperty(record.recordConstructor, 'prototype', { value: Object.prototype })
    for (const field of record.fields) makeRecordsPlain(field.type, seen)
  } else if (avsc.Type.isType(type, 'array')) {
    makeRecordsPlain((type as avsc.types.ArrayType).itemsType, seen)
  } else if (avsc.Type.isType(type, 'map')) {
    makeRecordsPlain((type as avsc.types.MapType).valuesType, seen)
  } else if (avsc.Type.isType(type, 'union')) {
    for (const branch of (type as avsc.types.UnwrappedUnionType).types) makeRecordsPlain(branch, seen)
  }
}

/**
 * avsc takes bytes as Buffers alone: gives a function that views the Uint8Arrays of a record's own fields as such, or
 * null for a record without bytes.
 */
export function bytesAsBuffers(type: AvroType): ((value: unknown) => unknown) | null {
  if (!avsc.Type.isType(type, 'record')) return null
  const fields = (type as avsc.types.RecordType).fields
    .filter((field) => mayBeBytes(field.type))
    .map(({ name }) => name)
  if (fields.length === 0) return null
  return (value) => {
    if (typeof value !== 'object' || value === null) return value
    const copy: Record<string, unknown> = { ...value }
    for (const name of fields) {
      const bytes = copy[name]
      if (bytes instanceof Uint8Array) copy[name] = asBuffer(bytes)
    }
    return copy
  }
}

/** The same bytes as a Buffer, without copying them. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const mayBeBytes = (type: AvroType): boolean =>
  avsc.Type.isType(type, 'bytes') ||
  (avsc.Type.isType(type, 'union') && (type as avsc.types.UnwrappedUnionType).types.some(mayBeBytes))

/** Says which fields of a value do not fit the schema, in a sentence. */
export function misfits(type: AvroType, value: unknown): string {
  const found: string[] = []
  type.isValid(value, {
    errorHook: (path: string[], any: unknown, expected: AvroType) => {
      found.push(`${path.join('.') || 'the value'} is ${describe(any)}, expected ${expected.typeName}`)
    },
  })
  return found.join('; ')
}

const describe = (value: unknown): string => {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string')
    return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`
  return typeof value === 'object' ? (Array.isArray(value) ? 'an array' : 'an object') : `the ${typeof value} ${value}`
}
