import type { SchemaRegistry } from '../../engine/ports/registry.js'
import { type Names, subjectOn } from '../names.js'

/** The registry of a cluster, asked for the subjects of topics by the names that the engine has for these. */
export function namedRegistry(registry: SchemaRegistry, names: Pick<Names, 'topic'>): SchemaRegistry {
  const on = subjectOn(names)
  return {
    register: (subject, schema) => registry.register(on(subject), schema),
    byId: (id) => registry.byId(id),
    cached: (id) => registry.cached(id),
    latest: (subject) => registry.latest(on(subject)),
    versions: (subject) => registry.versions(on(subject)),
    subjects: () => registry.subjects(),
    setCompatibility: (subject, level) => registry.setCompatibility(on(subject), level),
  }
}
