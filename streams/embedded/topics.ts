import type { TopicDescription } from '../engine/ports/log.js'
import type { Topic, TopicName, TopicPartition } from '../engine/topic.js'
import type { PartitionPlace } from './batches.js'
import type { Environment } from './environment.js'
import { decodeNumber, encodeNumber, textKey } from './keys.js'

/** A topic as the environment keeps it. Its partitions are numbered from `firstPartitionId` on. */
export interface StoredTopic extends TopicDescription {
  readonly retention: Topic<unknown>['retention']
  readonly firstPartitionId: number
}

const nextPartitionKey = textKey('next-partition')

/** The topics of an environment. What was read once is answered from memory: topics are never deleted or re-cut. */
export class Topics {
  readonly #environment: Environment
  readonly #known = new Map<string, StoredTopic>()

  constructor(environment: Environment) {
    this.#environment = environment
  }

  create(topic: Topic<unknown>, defaultPartitions: number): StoredTopic {
    const { name, cleanup, retention } = topic
    const partitions = topic.partitions ?? defaultPartitions
    if (!Number.isSafeInteger(partitions) || partitions < 1)
      throw new RangeError(`topic ${name} needs a number of partitions >= 1, not ${partitions}`)
    const stored = this.#environment.write(() => {
      const found = this.#read(name)
      if (found !== undefined) {
        refuseChange(found, partitions, cleanup)
        const kept = { ...found, retention }
        if (JSON.stringify(kept) !== JSON.stringify(found)) this.#put(kept)
        return kept
      }
      const { meta } = this.#environment.tables
      const next = meta.get(nextPartitionKey)
      const firstPartitionId = next === undefined ? 0 : decodeNumber(next)
      void meta.put(nextPartitionKey, encodeNumber(firstPartitionId + partitions))
      const made = { name, partitions, cleanup, retention, firstPartitionId }
      this.#put(made)
      return made
    })
    this.#known.set(name, stored)
    return stored
  }

  all(): readonly StoredTopic[] {
    return this.#environment.read(() =>
      [...this.#environment.tables.topics.getRange({})].map(({ value }) => decodeTopic(value)),
    )
  }

  /** @throws Error when there is no such topic */
  get(name: TopicName): StoredTopic {
    const known = this.#known.get(name) ?? this.#environment.read(() => this.#read(name))
    if (known === undefined) throw new Error(`there is no topic ${name}: create it before it is read or written`)
    this.#known.set(name, known)
    return known
  }

  /** @throws Error when there is no such topic, or it has no such partition */
  place({ topic, partition }: TopicPartition): PartitionPlace {
    const { partitions, firstPartitionId } = this.get(topic)
    if (partition >= partitions)
      throw new Error(`topic ${topic} has no partition ${partition}: it has ${partitions}, counted from 0`)
    return { topic, partition, id: firstPartitionId + partition }
  }

  #read(name: TopicName): StoredTopic | undefined {
    const bytes = this.#environment.tables.topics.get(textKey(name))
    return bytes && decodeTopic(bytes)
  }

  #put(topic: StoredTopic): void {
    void this.#environment.tables.topics.put(textKey(topic.name), Buffer.from(JSON.stringify(topic)))
  }
}

const decodeTopic = (bytes: Uint8Array): StoredTopic => JSON.parse(Buffer.from(bytes).toString('utf8'))

function refuseChange(found: StoredTopic, partitions: number, cleanup: Topic<unknown>['cleanup']): void {
  if (found.partitions !== partitions)
    throw new Error(
      `topic ${found.name} has ${found.partitions} partitions, not ${partitions}: records stay in the partition that ` +
        `their key chose, so configure ${found.partitions}, or start with an empty data directory`,
    )
  if (found.cleanup !== cleanup)
    throw new Error(
      `topic ${found.name} has the cleanup ${found.cleanup}, not ${cleanup}: give it that one, or another name`,
    )
}
