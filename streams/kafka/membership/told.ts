import type { Writes } from '../applications.js'

/** What a worker tells the others of its group when it joins. */
export interface Told {
  /** Tasks that it runs, or has yet to stop. */
  readonly owned: readonly string[]
  readonly weight: number
  /** Where it can be asked. */
  readonly place: string
  /** Absent: it knows all tasks, as workers of early versions do. */
  readonly known?: readonly string[]
  /** Tasks of others of whose state it has a copy. */
  readonly standbys?: readonly string[]
  /** Absent in what workers tell that are older than names of applications: theirs are those of the topology. */
  readonly writes?: Writes
}

const end = '.streams'

/** The group of the workers that share the tasks of an application's stages. */
export const streamsGroup = {
  of: (application: string): string => application + end,
  nameIn: (group: string): string | null => (group.endsWith(end) ? group.slice(0, -end.length) : null),
}

/** Null when the bytes are no such thing: brokers give none while the workers agree anew. */
export function toldBy(metadata: Uint8Array | null): Told | null {
  if (metadata === null || metadata.length === 0) return null
  try {
    return JSON.parse(Buffer.from(metadata).toString('utf8'))
  } catch {
    return null
  }
}
