/** An Avro schema with its names resolved; a named type may contain itself, so fields are read at need. */
export type AvroSchema =
  | { readonly kind: 'primitive'; readonly type: PrimitiveType }
  | { readonly kind: 'array' | 'map'; readonly items: () => AvroSchema }
  | { readonly kind: 'union'; readonly branches: readonly (() => AvroSchema)[] }
  | {
      readonly kind: 'fixed'
      readonly name: string
      readonly aliases: readonly string[]
      readonly size: number
    }
  | {
      readonly kind: 'enum'
      readonly name: string
      readonly aliases: readonly string[]
      readonly symbols: readonly string[]
      readonly fallback: string | undefined
    }
  | {
      readonly kind: 'record'
      readonly name: string
      readonly aliases: readonly string[]
      readonly fields: readonly AvroField[]
    }

export interface AvroField {
  readonly name: string
  readonly aliases: readonly string[]
  readonly hasDefault: boolean
  readonly type: () => AvroSchema
}

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const
export type PrimitiveType = (typeof primitives)[number]

type Declared = Readonly<Record<string, unknown>>

/** @throws Error that says which part of the text is no Avro schema */
export function parseAvroSchema(text: string): AvroSchema {
  const parser = new Parser()
  const schema = parser.parse(JSON.parse(text), '', 'the schema')
  for (const resolve of parser.references) resolve()
  return schema
}

class Parser {
  /** Looked at once everything was declared, so that a name nobody declares is found. */
  readonly references: (() => AvroSchema)[] = []
  readonly #named = new Map<string, AvroSchema>()

  parse(declared: unknown, namespace: string, place: string): AvroSchema {
    if (typeof declared === 'string') return this.#byName(declared, namespace, place)
    if (Array.isArray(declared))
      return {
        kind: 'union',
        branches: declared.map((branch, index) => this.#child(branch, namespace, `branch ${index} of ${place}`)),
      }
    if (typeof declared !== 'object' || declared === null) throw new Error(`${place} is no Avro schema`)
    return this.#complex(declared as Declared, namespace, place)
  }

  #complex(declared: Declared, namespace: string, place: string): AvroSchema {
    const { type } = declared
    if (type === 'array') return { kind: type, items: this.#child(declared.items, namespace, `items of ${place}`) }
    if (type === 'map') return { kind: type, items: this.#child(declared.values, namespace, `values of ${place}`) }
    if (type !== 'record' && type !== 'error' && type !== 'enum' && type !== 'fixed')
      return this.parse(type, namespace, place)
    if (typeof declared.name !== 'string') throw new Error(`${place} is of type ${type} and has no name`)
    const name = fullName(declared.name, typeof declared.namespace === 'string' ? declared.namespace : namespace)
    const inner = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : ''
    const aliases = texts(declared.aliases).map((alias) => fullName(alias, inner))
    if (type === 'fixed') return this.#name({ kind: type, name, aliases, size: Number(declared.size) })
    if (type === 'enum') {
      const fallback = typeof declared.default === 'string' ? declared.default : undefined
      return this.#name({ kind: type, name, aliases, symbols: texts(declared.symbols), fallback })
    }
    const fields: AvroField[] = []
    const record = this.#name({ kind: 'record', name, aliases, fields })
    if (!Array.isArray(declared.fields)) throw new Error(`record ${name} has no list of fields`)
    for (const field of declared.fields as readonly Declared[]) {
      if (typeof field.name !== 'string') throw new Error(`a field of record ${name} has no name`)
      fields.push({
        name: field.name,
        aliases: texts(field.aliases),
        hasDefault: 'default' in field,
        type: this.#child(field.type, inner, `field ${field.name} of ${name}`),
      })
    }
    return record
  }

  #child(declared: unknown, namespace: string, place: string): () => AvroSchema {
    const isReference = typeof declared === 'string' && !isPrimitive(declared)
    if (!isReference) {
      const schema = this.parse(declared, namespace, place)
      return () => schema
    }
    const resolve = () => this.#byName(declared, namespace, place)
    this.references.push(resolve)
    return resolve
  }

  #byName(name: string, namespace: string, place: string): AvroSchema {
    if (isPrimitive(name)) return { kind: 'primitive', type: name }
    const found = this.#named.get(fullName(name, namespace)) ?? this.#named.get(name)
    if (found === undefined) throw new Error(`${place} has the type ${name}, which the schema does not declare`)
    return found
  }

  #name<Named extends AvroSchema & { readonly name: string }>(schema: Named): Named {
    if (this.#named.has(schema.name)) throw new Error(`${schema.name} is declared twice`)
    this.#named.set(schema.name, schema)
    return schema
  }
}

const isPrimitive = (name: string): name is PrimitiveType => (primitives as readonly string[]).includes(name)

const fullName = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`

const texts = (declared: unknown): readonly string[] =>
  Array.isArray(declared) ? declared.filter((item) => typeof item === 'string') : []
