import { taskCount } from '../engine/plan.js'
import type { Stage } from '../engine/stage.js'
import { type Partition, partition, type TopicName } from '../engine/topic.js'
import { SinkRunner } from '../runtime/sink-runner.js'
import type { Foundation } from './foundation.js'
import { sinkMappings } from './sinks.js'

/** A task by the name that everybody knows it by: its group and its partition. */
export interface StreamTask {
  readonly name: string
  readonly stage: Stage
  /** Position of the stage among all of them. */
  readonly position: number
  readonly partition: Partition
}

export interface SinkTask {
  readonly name: string
  readonly topic: TopicName
  readonly partitions: readonly Partition[]
}

/** All tasks of the stages. */
export const streamTasks = ({ stages, partitionsOf }: Pick<Foundation, 'stages' | 'partitionsOf'>) =>
  stages.flatMap((stage, position) =>
    indexes(taskCount(stage, partitionsOf)).map((index): StreamTask => {
      return { name: `${stage.id}-${index}`, stage, position, partition: index }
    }),
  )

/**
 * All tasks that carry topics into tables: one for a topic, whose blocks are then few and large; where workers share
 * them, one for each partition.
 */
export function sinkTasks(
  { serdes, partitionsOf }: Pick<Foundation, 'serdes' | 'partitionsOf'>,
  shared: boolean,
): readonly SinkTask[] {
  return [...sinkMappings(serdes).keys()].flatMap((topic) => {
    const partitions = indexes(partitionsOf(topic))
    return (shared ? partitions.map((index) => [index]) : [partitions]).map((part) => {
      return { name: `${SinkRunner.groupOf(topic)}-${part[0] ?? 0}`, topic, partitions: part }
    })
  })
}

const indexes = (count: number): readonly Partition[] => Array.from({ length: count }, (_, index) => partition(index))
