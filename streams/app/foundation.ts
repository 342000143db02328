import { join } from 'node:path'
import { readSchemas } from '../../schemas/files.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import { deadLetters, late } from '../../schemas/topics.js'
import type { Config } from '../config.js'
import { openEmbeddedBackend } from '../embedded/backend.js'
import type { Backend } from '../engine/ports/log.js'
import type { Stage, TaskDependencies } from '../engine/stage.js'
import type { Topic, TopicName } from '../engine/topic.js'
import { projectPath } from '../project.js'
import { stagesOf } from './catalogue.js'
import { allTopics } from './topics.js'

/** What every thread of an engine stands on: the log, the codecs, the stages. Each thread opens its own. */
export interface Foundation {
  readonly backend: Backend
  readonly serdes: RegisteredSerdes
  readonly stages: readonly Stage[]
  /** Public topics and those between stages. */
  readonly topics: readonly Topic<unknown>[]
  partitionsOf(topic: TopicName): number
}

/** Opens the log, makes the topics that are missing, registers the schemas. */
export async function openFoundation(config: Config): Promise<Foundation> {
  const backend = await openEmbeddedBackend({
    dir: join(config.dataDir, 'log'),
    sync: config.sync,
    stateCache: config.stateCache,
  })
  const stages = stagesOf(config.topologies)
  const between = stages.flatMap(({ inputs }) =>
    inputs.filter(({ role }) => role === 'repartition').map(({ topic }) => topic),
  )
  const topics = [...new Map([...allTopics, ...between].map((topic) => [topic.name, topic])).values()]
  const partitions = new Map<string, number>()
  for (const topic of topics) {
    const description = await backend.log.createTopic(topic, config.partitions)
    partitions.set(topic.name, description.partitions)
  }
  const serdes = await createSerdes(backend.registry, readSchemas(projectPath('schemas')), topics)
  return {
    backend,
    serdes,
    stages,
    topics,
    partitionsOf: (topic) => {
      const count = partitions.get(topic)
      if (count === undefined) throw new Error(`topic ${topic} is part of no topology that runs`)
      return count
    },
  }
}

/** What tasks are made with, apart from their stores. */
export const taskDependencies = (
  config: Config,
  { serdes, partitionsOf }: Pick<Foundation, 'serdes' | 'partitionsOf'>,
): Omit<TaskDependencies, 'openStore'> => ({
  serdes,
  partitionsOf,
  lateTopic: late,
  deadLetterTopic: deadLetters,
  settings: {
    idleAfter: config.idleAfter,
    bufferedRecords: config.bufferedRecords,
    timestamps: { from: config.earliestTimestamp, aheadOfClock: config.aheadOfClock },
    maxValueBytes: config.maxValueBytes,
  },
})
