import { taskCount, taskInputs } from '../engine/plan.js'
import type { TaskId } from '../engine/ports/log.js'
import type { Stage } from '../engine/stage.js'
import type { Partition, TopicName } from '../engine/topic.js'
import { isWidened, ownGroup } from '../engine/widths.js'

/** What is known of the partitions of inputs. */
export interface InputWidths {
  /** Partitions that keys are shared by. */
  partitionsOf(topic: TopicName): number
  /** Partitions that a topic has now; absent: as many, for ever. */
  widthOf?(topic: TopicName): number
  /** Whether others may give the topic more partitions; absent: they may not. */
  mayWiden?(topic: TopicName): boolean
}

/** How a backend knows the task of the partition, as things are: an input may have been widened since the last time. */
export function taskId(
  stage: Stage,
  partition: Partition,
  { partitionsOf, widthOf = partitionsOf, mayWiden }: InputWidths,
): TaskId {
  const topics = stage.inputs.map(({ topic }) => topic.name)
  const shared = topics.filter((topic) => isWidened(topic, { partitionsOf, widthOf }))
  const watched = topics.filter((topic) => mayWiden?.(topic))
  return {
    ...{ group: stage.id, partition, stores: stage.stores, tasks: taskCount(stage, partitionsOf) },
    inputs: taskInputs(stage, partition, partitionsOf, widthOf),
    ...(shared.length > 0 && { shared: { group: ownGroup(stage.id, partition), topics: shared } }),
    ...(watched.length > 0 && { widths: new Map(watched.map((topic) => [topic, widthOf(topic)])) }),
  }
}
