import { type Foundation, mayHaveMore } from './foundation.js'

/** A topic that somebody gave more partitions than its keys are shared by. */
export interface WidenedTopic {
  readonly topic: string
  readonly partitions: number
  /** Tasks that share its keys. */
  readonly tasks: number
  /**
   * `read`: by all tasks, each of which takes what is its own. `unread`: a stage writes it and another reads it, and
   * neither goes beyond the partitions that there were.
   */
  readonly added: 'read' | 'unread'
}

/** Topics that tasks read of which somebody added partitions. */
export async function widenedTopics({
  backend,
  stages,
  partitionsOf,
  mayWiden,
}: Pick<Foundation, 'backend' | 'stages' | 'partitionsOf' | 'mayWiden'>): Promise<readonly WidenedTopic[]> {
  const orMore = mayHaveMore(stages)
  return (await backend.log.topics())
    .filter(({ name, partitions }) => (mayWiden(name) || !orMore(name)) && partitions > partitionsOf(name))
    .map(({ name, partitions }) => {
      return { topic: name, partitions, tasks: partitionsOf(name), added: mayWiden(name) ? 'read' : 'unread' }
    })
}
