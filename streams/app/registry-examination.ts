import { readSchemas } from '../../schemas/files.js'
import { subjectOf } from '../../schemas/topics.js'
import type { Config } from '../config.js'
import { canonicalText, defaultCompatibility, refusal } from '../engine/schemas/refusal.js'
import type { Topic } from '../engine/topic.js'
import { subjectOn } from '../kafka/names.js'
import { RegistryError, remedies } from '../kafka/registry/errors.js'
import { KafkaRegistry } from '../kafka/registry.js'
import { projectPath } from '../project.js'
import { doubtful, type Finding, fine, wrong } from './finding.js'
import { namesOf } from './kafka-cluster.js'
import { registryOptions } from './registry-options.js'
import { allTopics } from './topics.js'

const what = 'schema registry'

interface Examined {
  readonly topics: readonly Topic<unknown>[]
  /** Texts of the schemas by full name. */
  readonly schemas: ReadonlyMap<string, string>
}

/** Looks at the schema registry that is set, and whether it will take the schemas of this program. Changes nothing. */
export async function* examineRegistry(
  config: Config,
  examined: Examined = { topics: allTopics, schemas: readSchemas(projectPath('schemas')) },
): AsyncGenerator<Finding> {
  let registry: KafkaRegistry | undefined
  try {
    // Who examines wants to know what is, not what comes after a while.
    registry = new KafkaRegistry({ ...registryOptions(config), retryFor: 0 })
    const subjects = new Set(await registry.subjects())
    yield fine(what, `${subjects.size} subjects at ${config.schemaRegistryUrl}`)
    yield* schemasIn(registry, subjects, examined, subjectOn(namesOf(config)))
  } catch (error) {
    yield error instanceof RegistryError
      ? wrong(what, `${config.schemaRegistryUrl} ${error.found}`, remedies[error.trouble])
      : wrong(what, error instanceof Error ? error.message : String(error), 'the message says what to do')
  } finally {
    registry?.close()
  }
}

async function* schemasIn(
  registry: KafkaRegistry,
  subjects: ReadonlySet<string>,
  { topics, schemas }: Examined,
  subjectOnCluster: (subject: string) => string,
): AsyncGenerator<Finding> {
  let held = 0
  let fresh = 0
  for (const topic of topics) {
    const schema = schemas.get(topic.schema)
    if (schema === undefined) continue
    const subject = subjectOnCluster(subjectOf(topic))
    const level = topic.compatibility ?? (await levelOf(registry, subjects, subject))
    if (topic.compatibility === undefined && (level === 'NONE' || level.startsWith('FORWARD')))
      yield doubtful(
        `schema of ${topic.name}`,
        `subject ${subject} is ${level}: it takes schemas that cannot read what was written before`,
        `set it to ${defaultCompatibility} in the registry`,
      )
    const text = canonicalText(subject, schema)
    const versions = subjects.has(subject) ? await registry.versions(subject) : []
    if (versions.some((version) => version.schema === text)) {
      held += 1
      continue
    }
    const refused = refusal(subject, level, versions, text)
    if (refused === undefined) fresh += 1
    else yield wrong(`schema of ${topic.name}`, refused.message, 'run the Pulso that wrote it, or one that is newer')
  }
  yield fine('schemas', `${held} registered, ${fresh} to be registered at the first start`)
}

/** A subject that is not there yet gets the default when it is made. */
const levelOf = async (registry: KafkaRegistry, subjects: ReadonlySet<string>, subject: string) =>
  subjects.has(subject) ? registry.compatibilityOf(subject) : defaultCompatibility
