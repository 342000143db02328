import { deletions } from '../../schemas/topics.js'
import type { Config } from '../config.js'
import { taskInputs } from '../engine/plan.js'
import { type Partition, partition } from '../engine/topic.js'
import { KafkaClient } from '../kafka/client.js'
import { earlierGroups, NamesMove } from '../kafka/earlier-names.js'
import { SinkRunner } from '../runtime/sink-runner.js'
import { eraserGroup } from './eraser.js'
import { type Foundation, openFoundation } from './foundation.js'
import { clusterOf, namesOf } from './kafka-cluster.js'
import { groupsOf, refuseWorkers } from './kafka-neighbours.js'
import { sinkTasks, streamTasks } from './tasks.js'

export interface MovedNames {
  readonly tasks: number
  /** Records between stages that were not read yet, and were copied. */
  readonly records: number
  /** Topics of before, which nobody reads any more. */
  readonly left: readonly string[]
}

/**
 * Moves the committed offsets of a version before names of applications, and what waits between its stages, to the names
 * of today. May be run again when it was broken off.
 * @param moved is told of each task
 * @throws Error when workers of the application run
 */
export async function moveNames(config: Config, moved: (task: string, records: number) => void): Promise<MovedNames> {
  const names = namesOf(config)
  const client = new KafkaClient(clusterOf(config))
  try {
    await refuseWorkers(client, config)
    const foundation = await openFoundation(config)
    try {
      const groups = await earlierGroups(client, names, groupsOf(foundation.stages))
      if (groups.length === 0) return { tasks: 0, records: 0, left: [] }
      const move = new NamesMove(client, names)
      let tasks = 0
      let records = 0
      for (const { name, ...task } of tasksOf(foundation)) {
        const copied = await move.task(task)
        tasks += 1
        records += copied ?? 0
        moved(name, copied ?? 0)
      }
      await move.forget(groups)
      const between = foundation.stages.flatMap(({ inputs }) =>
        inputs.filter(({ role }) => role === 'repartition').map(({ topic }) => topic.name),
      )
      return { tasks, records, left: between }
    } finally {
      await foundation.close()
    }
  } finally {
    await client.close()
  }
}

/** Whatever commits offsets. */
function tasksOf(foundation: Foundation) {
  const { partitionsOf } = foundation
  const places = (topic: typeof deletions.name, partitions: readonly Partition[]) =>
    partitions.map((index) => ({ topic, partition: index }))
  const ofStages = streamTasks(foundation).map(({ name, stage, partition: index }) => {
    return { name, group: stage.id, partition: index, inputs: taskInputs(stage, index, partitionsOf) }
  })
  const ofSinks = sinkTasks(foundation, true).map(({ name, topic, partitions }) => {
    const [index = partition(0)] = partitions
    return { name, group: SinkRunner.groupOf(topic), partition: index, inputs: places(topic, partitions) }
  })
  const all = Array.from({ length: partitionsOf(deletions.name) }, (_, index) => partition(index))
  const erasing = { group: eraserGroup, partition: partition(0), inputs: places(deletions.name, all) }
  return [...ofStages, ...ofSinks, { name: eraserGroup, ...erasing }]
}
