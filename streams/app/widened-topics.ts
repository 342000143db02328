import { type Foundation, readBy } from './foundation.js'

/** A topic that somebody gave more partitions than its tasks read. */
export interface WidenedTopic {
  readonly topic: string
  readonly partitions: number
  /** Of these, the first. */
  readonly read: number
}

/** Topics of which some partitions are read by nobody: a key that moved there would miss its state. */
export async function widenedTopics({
  backend,
  stages,
  partitionsOf,
}: Pick<Foundation, 'backend' | 'stages' | 'partitionsOf'>): Promise<readonly WidenedTopic[]> {
  const isRead = readBy(stages)
  return (await backend.log.topics())
    .filter(({ name, partitions }) => isRead(name) && partitions > partitionsOf(name))
    .map(({ name, partitions }) => ({ topic: name, partitions, read: partitionsOf(name) }))
}
