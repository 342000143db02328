import type { RegisteredSchema, SchemaRegistry } from '../../streams/engine/ports/registry.js'

/** A registry in memory that accepts everything; `remote` schemas are known only once they were asked for by id. */
export function memoryRegistry(remote: readonly RegisteredSchema[] = []): SchemaRegistry {
  const held: RegisteredSchema[] = []
  return {
    register: async (subject, schema) => {
      const same = held.find((known) => known.schema === schema)
      if (same !== undefined) return same.id
      held.push({ id: held.length + 1, subject, version: 1, schema })
      return held.length
    },
    byId: async (id) => {
      const found = remote.find((known) => known.id === id)
      if (found !== undefined && !held.includes(found)) held.push(found)
      return held.find((known) => known.id === id)
    },
    cached: (id) => held.find((known) => known.id === id),
    latest: async (subject) => held.findLast((known) => known.subject === subject),
    versions: async (subject) => held.filter((known) => known.subject === subject),
    subjects: async () => [...new Set(held.map((known) => known.subject))],
    setCompatibility: async () => {},
  }
}
