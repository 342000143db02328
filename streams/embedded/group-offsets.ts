import { partitionId as nameOfPartition, type Offset, offset, type TopicPartition } from '../engine/topic.js'
import type { Environment } from './environment.js'
import { decodeNumber, encodeNumber, namedKey, nameOf } from './keys.js'
import type { Topics } from './topics.js'

/** Committed offsets of the groups. */
export class GroupOffsets {
  readonly #environment: Environment
  readonly #topics: Topics

  constructor(environment: Environment, topics: Topics) {
    this.#environment = environment
    this.#topics = topics
  }

  committed(group: string, partitions: readonly TopicPartition[]): ReadonlyMap<string, Offset> {
    const places = partitions.map((at) => this.#topics.place(at))
    return this.#environment.read(() => {
      const found = new Map<string, Offset>()
      for (const place of places) {
        const committed = this.read(group, place.id)
        if (committed !== undefined) found.set(nameOfPartition(place), committed)
      }
      return found
    })
  }

  groups(): readonly string[] {
    return this.#environment.read(() => [
      ...new Set([...this.#environment.tables.offsets.getKeys({})].map((key) => nameOf(key as Uint8Array))),
    ])
  }

  /** Inside a read or a write. */
  read(group: string, partitionId: number): Offset | undefined {
    const found = this.#environment.tables.offsets.get(namedKey(group, partitionId))
    return found && offset(decodeNumber(found))
  }

  /** Inside a write. */
  write(group: string, partitionId: number, next: Offset): void {
    void this.#environment.tables.offsets.put(namedKey(group, partitionId), encodeNumber(next))
  }
}
