import { type AvroField, type AvroSchema, type PrimitiveType, parseAvroSchema } from './avro-schema.js'

/** What a reader takes besides its own type (Apache Avro specification, "Schema Resolution"). */
const promotions: Readonly<Partial<Record<PrimitiveType, readonly PrimitiveType[]>>> = {
  long: ['int'],
  float: ['int', 'long'],
  double: ['int', 'long', 'float'],
  string: ['bytes'],
  bytes: ['string'],
}

/**
 * Why records written with one schema cannot be read with another; empty when they can. Each reason begins with the path
 * of the field.
 * @throws Error when one of the texts is no Avro schema
 */
export function incompatibilities({ reader, writer }: { reader: string; writer: string }): readonly string[] {
  return new Resolution().check(parseAvroSchema(reader), parseAvroSchema(writer), '')
}

class Resolution {
  /** Pairs of records under way, or found to agree: a schema may contain itself. */
  readonly #seen = new Map<AvroSchema, Set<AvroSchema>>()

  check(reader: AvroSchema, writer: AvroSchema, path: string): readonly string[] {
    if (writer.kind === 'union')
      return writer.branches.flatMap((branch) =>
        this.check(reader, branch(), path).map((reason) => `${reason} (when it was written as ${named(branch())})`),
      )
    if (reader.kind === 'union') return this.#union(reader, writer, path)
    if (reader.kind === 'primitive' && writer.kind === 'primitive')
      return reader.type === writer.type || promotions[reader.type]?.includes(writer.type)
        ? []
        : [mismatch(reader, writer, path)]
    if ((reader.kind === 'array' && writer.kind === 'array') || (reader.kind === 'map' && writer.kind === 'map'))
      return this.check(reader.items(), writer.items(), `${path}[]`)
    if (reader.kind === 'record' && writer.kind === 'record') return this.#record(reader, writer, path)
    if (reader.kind === 'enum' && writer.kind === 'enum') return enumeration(reader, writer, path)
    if (reader.kind === 'fixed' && writer.kind === 'fixed') {
      if (!sameName(reader, writer)) return [mismatch(reader, writer, path)]
      return reader.size === writer.size
        ? []
        : [`${at(path)} was ${writer.size} bytes of ${writer.name} and would be ${reader.size}`]
    }
    return [mismatch(reader, writer, path)]
  }

  #union(reader: AvroSchema & { kind: 'union' }, writer: AvroSchema, path: string): readonly string[] {
    let nearest: readonly string[] | undefined
    for (const branch of reader.branches) {
      const reasons = this.check(branch(), writer, path)
      if (reasons.length === 0) return []
      if (branch().kind === writer.kind && writer.kind !== 'primitive') nearest = reasons
    }
    return nearest ?? [`${at(path)} was ${named(writer)}, which is no branch of ${named(reader)}`]
  }

  #record(
    reader: AvroSchema & { kind: 'record' },
    writer: AvroSchema & { kind: 'record' },
    path: string,
  ): readonly string[] {
    if (!sameName(reader, writer)) return [mismatch(reader, writer, path)]
    const seen = this.#seen.get(reader) ?? new Set()
    if (seen.has(writer)) return []
    this.#seen.set(reader, seen.add(writer))
    const reasons = reader.fields.flatMap((field) => {
      const inside = path === '' ? field.name : `${path}.${field.name}`
      const written = writer.fields.find((candidate) => sameField(field, candidate))
      if (written !== undefined) return this.check(field.type(), written.type(), inside)
      return field.hasDefault ? [] : [`${inside} has no default, and records without it would have no value`]
    })
    if (reasons.length > 0) seen.delete(writer)
    return reasons
  }
}

function enumeration(
  reader: AvroSchema & { kind: 'enum' },
  writer: AvroSchema & { kind: 'enum' },
  path: string,
): readonly string[] {
  if (!sameName(reader, writer)) return [mismatch(reader, writer, path)]
  const missing = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
  return missing.length === 0 || reader.fallback !== undefined
    ? []
    : [`${at(path)} no longer knows ${missing.join(', ')} of ${writer.name}`]
}

type Named = AvroSchema & { readonly name: string; readonly aliases: readonly string[] }

const sameName = (reader: Named, writer: Named): boolean =>
  reader.name === writer.name || reader.aliases.includes(writer.name)

const sameField = (reader: AvroField, writer: AvroField): boolean =>
  reader.name === writer.name || reader.aliases.includes(writer.name)

const at = (path: string): string => (path === '' ? 'the value' : path)

const mismatch = (reader: AvroSchema, writer: AvroSchema, path: string): string =>
  `${at(path)} was ${named(writer)} and would be ${named(reader)}`

function named(schema: AvroSchema): string {
  if (schema.kind === 'primitive') return schema.type
  if (schema.kind === 'union') return `[${schema.branches.map((branch) => named(branch())).join(', ')}]`
  return 'items' in schema ? `${schema.kind} of ${named(schema.items())}` : `${schema.kind} ${schema.name}`
}
