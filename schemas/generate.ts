/** What of Avro the schemas of this folder use. */
interface AvroField {
  readonly name: string
  readonly type: AvroSchema
  readonly doc?: string
}
type AvroSchema =
  | string
  | readonly AvroSchema[]
  | {
      readonly type: string | AvroSchema
      readonly name?: string
      readonly doc?: string
      readonly fields?: readonly AvroField[]
      readonly symbols?: readonly string[]
      readonly items?: AvroSchema
    }

const primitives: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Uint8Array',
}

/**
 * The TypeScript types of an Avro record, as the modules beside the schemas hold them: one exported interface a
 * record, one union of literals an enumeration. A test compares the modules with what this gives.
 * @param file Name of the schema file, for the first line.
 * @throws Error for a construct that no schema here uses yet.
 */
export function typescriptOf(schema: string, file: string): string {
  const declarations: string[] = []

  const typeOf = (type: AvroSchema): string => {
    if (typeof type === 'string') {
      const name = primitives[type]
      if (name === undefined) throw new Error(`${file}: no TypeScript type is known for the Avro type "${type}"`)
      return name
    }
    if (isUnion(type)) {
      const branches = type.map(typeOf)
      return [...branches.filter((branch) => branch !== 'null'), ...branches.filter((b) => b === 'null')].join(' | ')
    }
    if (type.type === 'array' && type.items !== undefined) {
      const items = typeOf(type.items)
      return items.includes('|') ? `readonly (${items})[]` : `readonly ${items}[]`
    }
    if (type.type === 'enum' && type.symbols !== undefined && type.name !== undefined) {
      const symbols = type.symbols.map((symbol) => `'${symbol}'`)
      const line = `export type ${type.name} = ${symbols.join(' | ')}`
      const lines = `export type ${type.name} =${symbols.map((symbol) => `\n  | ${symbol}`).join('')}`
      declarations.push(`${line.length <= lineWidth ? line : lines}\n`)
      return type.name
    }
    if (type.type === 'record' && type.fields !== undefined && type.name !== undefined) {
      const fields = type.fields.map(
        (field) => `${comment(field.doc, '  ')}  readonly ${field.name}: ${typeOf(field.type)}\n`,
      )
      declarations.push(`${comment(type.doc, '')}export interface ${type.name} {\n${fields.join('')}}\n`)
      return type.name
    }
    return typeOf(type.type)
  }

  const parsed: AvroSchema = JSON.parse(schema)
  typeOf(parsed)
  return `// Generated from ${file} by scripts/generate-types.mjs: change the schema, then run it.\n\n${declarations.reverse().join('\n')}`
}

/** As the formatter breaks lines. */
const lineWidth = 120

const isUnion = (type: AvroSchema): type is readonly AvroSchema[] => Array.isArray(type)

const comment = (doc: string | undefined, indent: string): string =>
  doc === undefined ? '' : `${indent}/** ${doc} */\n`
