import { readSchemas } from '../../schemas/files.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import { deadLetters, late } from '../../schemas/topics.js'
import type { Config } from '../config.js'
import type { Backend } from '../engine/ports/log.js'
import type { Stage, TaskDependencies } from '../engine/stage.js'
import type { Topic, TopicName } from '../engine/topic.js'
import { projectPath } from '../project.js'
import { type BackendObserver, openBackend } from './backends.js'
import { stagesOf } from './catalogue.js'
import { allTopics } from './topics.js'

/** What every thread of an engine stands on: the log, the codecs, the stages. Each thread opens its own. */
export interface Foundation {
  readonly backend: Backend
  readonly serdes: RegisteredSerdes
  readonly stages: readonly Stage[]
  /** Public topics and those between stages. */
  readonly topics: readonly Topic<unknown>[]
  /** Partitions that records are written to and read from; the topic may have more. */
  partitionsOf(topic: TopicName): number
  close(): Promise<void>
}

/** Public topics and those between the stages. */
export function topicsOf(stages: readonly Stage[]): readonly Topic<unknown>[] {
  const between = stages.flatMap(({ inputs }) =>
    inputs.filter(({ role }) => role === 'repartition').map(({ topic }) => topic),
  )
  return [...new Map([...allTopics, ...between].map((topic) => [topic.name, topic])).values()]
}

/** Whether a task of the stages reads the topic. */
export function readBy(stages: readonly Stage[]): (topic: TopicName) => boolean {
  const read = new Set(stages.flatMap(({ inputs }) => inputs.map(({ topic }) => topic.name)))
  return (topic) => read.has(topic)
}

/** Opens the log, makes the topics that are missing, registers the schemas. */
export async function openFoundation(config: Config, observer?: BackendObserver): Promise<Foundation> {
  const stages = stagesOf(config.topologies)
  const topics = topicsOf(stages)
  const { backend, registry, close, explain } = await openBackend(config, observer)
  try {
    const partitions = new Map(topics.map((topic) => [topic.name, topic.partitions ?? config.partitions]))
    const isRead = readBy(stages)
    const held = new Map((await backend.log.topics()).map((topic) => [topic.name, topic.partitions]))
    for (const topic of topics) {
      const wanted = partitions.get(topic.name) ?? config.partitions
      // Nothing is written to partitions that somebody added, so that what no task reads may have some.
      const count = isRead(topic.name) ? wanted : Math.max(wanted, held.get(topic.name) ?? 0)
      await backend.log.createTopic({ ...topic, partitions: count }, count)
    }
    const serdes = await createSerdes(registry, readSchemas(projectPath('schemas')), topics)
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
      close,
    }
  } catch (error) {
    await close()
    throw explain(error)
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
