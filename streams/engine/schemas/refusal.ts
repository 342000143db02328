import { type Compatibility, IncompatibleSchema, type RegisteredSchema } from '../ports/registry.js'
import { parseAvroSchema } from './avro-schema.js'
import { incompatibilities } from './compatibility.js'

/** What a subject allows whose level nobody has set: what was written before can be read. */
export const defaultCompatibility: Compatibility = 'BACKWARD'

/**
 * Why the subject may not get the schema; undefined when it may.
 * @param versions of the subject, the oldest first
 */
export function refusal(
  subject: string,
  level: Compatibility,
  versions: readonly Pick<RegisteredSchema, 'version' | 'schema'>[],
  text: string,
): IncompatibleSchema | undefined {
  if (level === 'NONE') return undefined
  const against = level.endsWith('_TRANSITIVE') ? versions : versions.slice(-1)
  for (const { version, schema } of against) {
    const reasons = [
      ...(level.startsWith('FORWARD') ? [] : incompatibilities({ reader: text, writer: schema })),
      ...(level.startsWith('BACKWARD') ? [] : incompatibilities({ reader: schema, writer: text })),
    ]
    if (reasons.length > 0) return refused(subject, level, `its version ${version}: ${reasons.join('; ')}`)
  }
  return undefined
}

/** @param broken what the schema breaks, and how */
export const refused = (subject: string, level: Compatibility, broken: string): IncompatibleSchema =>
  new IncompatibleSchema(
    `subject ${subject} is ${level}, and the new schema breaks ${broken}. ` +
      'Change the schema so that both can be read, or write to a new topic',
  )

/**
 * The schema as JSON without spaces, as registries compare it.
 * @throws Error that names the subject when the text is no Avro schema
 */
export function canonicalText(subject: string, schema: string): string {
  try {
    parseAvroSchema(schema)
    return JSON.stringify(JSON.parse(schema))
  } catch (error) {
    throw new Error(
      `the schema for subject ${subject} is no Avro schema: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
