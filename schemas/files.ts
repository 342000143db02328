import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Reads the Avro schemas of a folder: text by full name, as in `pulso.Post`.
 * @throws Error when a file is not the JSON of a named schema.
 */
export function readSchemas(folder: string): ReadonlyMap<string, string> {
  const schemas = new Map<string, string>()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.avsc'))) {
    const text = readFileSync(join(folder, file), 'utf8')
    schemas.set(fullName(text, join(folder, file)), text)
  }
  return schemas
}

function fullName(text: string, file: string): string {
  const parsed: unknown = JSON.parse(text)
  if (typeof parsed === 'object' && parsed !== null && 'name' in parsed && typeof parsed.name === 'string') {
    const space = 'namespace' in parsed && typeof parsed.namespace === 'string' ? `${parsed.namespace}.` : ''
    return space + parsed.name
  }
  throw new Error(`${file} holds no named Avro schema: give it a "name"`)
}
