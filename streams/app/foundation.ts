import { readSchemas } from '../../schemas/files.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import { deadLetters, late } from '../../schemas/topics.js'
import type { Config } from '../config.js'
import type { Backend } from '../engine/ports/log.js'
import type { Stage, TaskDependencies } from '../engine/stage.js'
import type { Topic, TopicName } from '../engine/topic.js'
import { projectPath } from '../project.js'
import { type BackendObserver, openBackend } from './backends.js'
import { stagesOf, writtenTopics } from './catalogue.js'
import { allTopics } from './topics.js'

/** What every thread of an engine stands on: the log, the codecs, the stages. Each thread opens its own. */
export interface Foundation {
  readonly backend: Backend
  readonly serdes: RegisteredSerdes
  readonly stages: readonly Stage[]
  /** Public topics and those between stages. */
  readonly topics: readonly Topic<unknown>[]
  /** Partitions that keys are shared by: there is a task for each. The topic may have more. */
  partitionsOf(topic: TopicName): number
  /** Partitions that are read: of a topic from outside all that it was known to have at the latest look. */
  widthOf(topic: TopicName): number
  /** Whether the topic comes from outside, and is read: somebody may give it more partitions. */
  mayWiden(topic: TopicName): boolean
  /** Looks how many partitions the topics from outside have; gives those that have more than at the look before. */
  recount(): Promise<readonly WidenedTopic[]>
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

/**
 * Whether the topic may have more partitions than its keys are shared by: what comes from outside is then read from all
 * of them, and what no task reads is not written to them. Where a stage reads what another one writes the number says how
 * many tasks share the keys: another one means that the configuration is not that of the state.
 */
export function mayHaveMore(stages: readonly Stage[]): (topic: TopicName) => boolean {
  const isRead = readBy(stages)
  const outside = fromOutside(stages)
  return (topic) => outside.has(topic) || !isRead(topic)
}

/** A topic that somebody gave more partitions than it was made with. */
export interface WidenedTopic {
  readonly topic: TopicName
  readonly partitions: number
}

/** Topics that the stages read and that come from outside: no topology writes them, whether it runs here or not. */
export function fromOutside(stages: readonly Stage[]): ReadonlySet<TopicName> {
  const written = writtenTopics()
  const read = stages.flatMap(({ inputs }) => inputs.filter(({ role }) => role !== 'repartition'))
  return new Set(read.map(({ topic }) => topic.name).filter((name) => !written.has(name)))
}

/** Opens the log, makes the topics that are missing, registers the schemas. */
export async function openFoundation(config: Config, observer?: BackendObserver): Promise<Foundation> {
  const stages = stagesOf(config.topologies)
  const topics = topicsOf(stages)
  const { backend, registry, close, explain } = await openBackend(config, observer)
  try {
    const partitions = new Map(topics.map((topic) => [topic.name, topic.partitions ?? config.partitions]))
    const orMore = mayHaveMore(stages)
    for (const topic of topics) await backend.log.createTopic(topic, config.partitions, orMore(topic.name))
    const outside = [...fromOutside(stages)]
    const widths = new Map(partitions)
    const recount = async () => {
      const grown = [...(await backend.log.widths(outside))]
        .map(([topic, count]): WidenedTopic => ({ topic, partitions: count }))
        .filter(({ topic, partitions: count }) => count > (widths.get(topic) ?? 0))
      // Whatever is appended here goes where other producers send it.
      for (const { topic: name, partitions: count } of grown)
        for (const topic of topics.filter((each) => each.name === name))
          await backend.log.createTopic({ ...topic, partitions: count }, count, true)
      for (const { topic, partitions: count } of grown) widths.set(topic, count)
      return grown
    }
    await recount()
    const serdes = await createSerdes(registry, readSchemas(projectPath('schemas')), topics)
    return {
      backend,
      serdes,
      stages,
      topics,
      partitionsOf: (topic) => known(topic, partitions),
      widthOf: (topic) => known(topic, widths),
      mayWiden: (topic) => outside.includes(topic),
      recount,
      close,
    }
  } catch (error) {
    await close()
    throw explain(error)
  }
}

function known(topic: TopicName, counts: ReadonlyMap<TopicName, number>): number {
  const count = counts.get(topic)
  if (count === undefined) throw new Error(`topic ${topic} is part of no topology that runs`)
  return count
}

/** What tasks are made with, apart from their stores. */
export const taskDependencies = (
  config: Config,
  { serdes, partitionsOf, widthOf }: Pick<Foundation, 'serdes' | 'partitionsOf' | 'widthOf'>,
): Omit<TaskDependencies, 'openStore'> => ({
  serdes,
  partitionsOf,
  widthOf,
  lateTopic: late,
  deadLetterTopic: deadLetters,
  settings: {
    idleAfter: config.idleAfter,
    bufferedRecords: config.bufferedRecords,
    timestamps: { from: config.earliestTimestamp, aheadOfClock: config.aheadOfClock },
    maxValueBytes: config.maxValueBytes,
  },
})
