import { partitionFor } from './partitioner.js'
import type { Stage } from './stage.js'
import { type Partition, partition, type TopicName, type TopicPartition } from './topic.js'

/**
 * How many tasks share the keys of a topic, and how many partitions it has. Somebody may have added some: then keys are
 * written to other partitions than before, and the state of each is still with the task that had it. So every task reads
 * all partitions of such a topic, and takes the records whose keys are its own.
 */
export interface Widths {
  /** Tasks among which the keys are shared: the partitions that the topic was made with. */
  partitionsOf(topic: TopicName): number
  /** Partitions that it has now. */
  widthOf(topic: TopicName): number
}

/** Whether the topic was given more partitions than there are tasks for its keys. */
export const isWidened = (topic: TopicName, { partitionsOf, widthOf }: Widths): boolean =>
  widthOf(topic) > partitionsOf(topic)

/** Partitions of the topic that a task reads: its own, where there is one; all of one that was widened. */
export function readPartitions(topic: TopicName, own: Partition, widths: Widths): readonly TopicPartition[] {
  if (isWidened(topic, widths)) return allPartitions(topic, widths.widthOf)
  return own < widths.partitionsOf(topic) ? [{ topic, partition: own }] : []
}

/** So many partitions of a topic as it has. */
export const allPartitions = (topic: TopicName, countOf: (topic: TopicName) => number): readonly TopicPartition[] =>
  Array.from({ length: countOf(topic) }, (_, index) => ({ topic, partition: partition(index) }))

/** Whether a key is one task's, by its bytes; records without one stay near the partition that they lie in. */
export type Owns = (key: Uint8Array | null, at: Partition) => boolean

/** The keys of one of so many tasks. */
export const ownKeys =
  (own: Partition, tasks: number): Owns =>
  (key, at) =>
    (key === null ? at % tasks : partitionFor(key, tasks)) === own

/** The group that commits what a task has read of widened topics: each task comes to another place of them. */
export const ownGroup = (stage: string, own: number): string => `${stage}-${own}`

/** The groups that read the topic for the stage: one, or one for each task. */
export function groupsOf({ id }: Pick<Stage, 'id'>, topic: TopicName, widths: Widths): readonly string[] {
  if (!isWidened(topic, widths)) return [id]
  return Array.from({ length: widths.partitionsOf(topic) }, (_, own) => ownGroup(id, own))
}
