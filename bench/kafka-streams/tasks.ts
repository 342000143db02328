import { createSerdes } from '../../schemas/serdes.js'
import { deadLetters, late } from '../../schemas/topics.js'
import { plan, taskCount } from '../../streams/engine/plan.js'
import type { Backend } from '../../streams/engine/ports/log.js'
import type { Task } from '../../streams/engine/stage.js'
import { createTask } from '../../streams/engine/task.js'
import { days } from '../../streams/engine/time.js'
import { partition, topic, topicName } from '../../streams/engine/topic.js'
import { openKafkaBackend } from '../../streams/kafka/backend.js'
import type { Names } from '../../streams/kafka/names.js'
import { Alignment } from '../../streams/runtime/alignment.js'
import { systemClock } from '../../streams/runtime/clock.js'
import { Lineage } from '../../streams/runtime/lineage.js'
import { TaskRunner } from '../../streams/runtime/task-runner.js'
import { memoryRegistry } from '../../tests/support/memory-registry.js'
import { inputTopics, type JobName, jobOf, outputSchemas } from './jobs.js'
import { schemaId, schemas } from './values.js'

export interface PulsoSettings {
  readonly brokers: readonly string[]
  readonly job: JobName
  /** Names the topology, and with it the groups, the transactional ids and the changelog. */
  readonly application: string
  readonly output: string
  readonly partitions: number
  /** Partitions whose tasks run here. */
  readonly owned: readonly number[]
  /** Milliseconds. */
  readonly commitInterval: number
  /** Folder of the state; null: in memory. */
  readonly stateDir: string | null
}

export interface JobObserver {
  /** The first records are here, and none of them has been decoded. */
  begins(): void
  /** So many records were taken up. */
  taken(records: number): void
  /** So many records were taken, and what they brought about is committed. */
  committed(records: number): void
}

const letters = {
  late: { ...late, schema: 'internal' },
  dead: { ...deadLetters, schema: 'internal' },
}

/** Topics and groups are called on the cluster as they are here: there is one application, and the others' names are theirs. */
export const plainNames: Names = {
  topic: (name) => name,
  topicOf: (name) => topicName(name),
  group: (name) => name,
  groupOf: (name) => name,
}

/** Runs tasks of a job until the signal, as a thread of the engine does (streams/app/stream-thread.ts). */
export async function runTasks(settings: PulsoSettings, observer: JobObserver, signal: AbortSignal): Promise<void> {
  const { brokers, job, application, partitions, stateDir, commitInterval } = settings
  const backend = await openKafkaBackend({
    ...{
      cluster: { brokers: [...brokers], clientId: application },
      application: 'bench',
      names: plainNames,
      stateDir,
      replication: 1,
    },
  })
  const output = topic(settings.output, outputSchemas[job])
  const [stage, ...others] = plan(jobOf(job, application, output))
  if (stage === undefined || others.length > 0) throw new Error(`the job ${job} was meant to be one stage`)
  const serdes = await serdesOf(backend, partitions, output)
  const partitionsOf = () => partitions
  const lineage = new Lineage(backend.log, [stage], partitionsOf)
  const alignment = new Alignment(systemClock, commitInterval)
  const owned = settings.owned.filter((index) => index < taskCount(stage, partitionsOf))
  const runners = owned.map((index) =>
    new TaskRunner(
      stage,
      partition(index),
      {
        backend,
        clock: systemClock,
        services: new Map(),
        observer: {
          committed: ({ fates }) => observer.committed(fates.read),
          lost: () => {},
          failed: (_stage, _partition, error) => {
            throw error
          },
        },
        offsetReset: 'none',
        prepare: async (batch) => {
          observer.begins()
          await serdes.ensureWithin(batch)
        },
        createTask: (of, at, openStore) =>
          counted(
            createTask(of, at, {
              ...{ serdes, openStore, partitionsOf, lateTopic: letters.late, deadLetterTopic: letters.dead },
              settings: {
                ...{ idleAfter: null, bufferedRecords: 20_000, maxValueBytes: 100_000 },
                timestamps: { from: 0, aheadOfClock: days(365 * 100) },
              },
            }),
            (records) => observer.taken(records),
          ),
        maxFetchBytes: 16 * 2 ** 20,
        partitionsOf,
        drained: (name) => lineage.drained(name),
        isUnused: (name) => lineage.isUnused(name),
        isFed: (name) => lineage.isFed(name),
        isRead: (name) => lineage.isRead(name),
        backlog: (name) => lineage.backlog(name),
        commitInterval,
      },
      alignment,
    ).run(signal),
  )
  await Promise.all(runners)
  await backend.close()
}

/** The task, which tells after each run how many records it took up. */
function counted(task: Task, taken: (records: number) => void): Task {
  const run = task.run.bind(task)
  task.run = function* (input) {
    const output = yield* run(input)
    taken(output.fates.read)
    return output
  }
  return task
}

/** The ids of schemas are known to everybody here, so that no registry runs beside the broker. */
export async function serdesOf(backend: Backend, partitions: number, output?: ReturnType<typeof topic>) {
  const registry = memoryRegistry()
  for (const [name, schema] of schemas)
    if ((await registry.register(name, schema)) !== schemaId(name)) throw new Error(`${name} got another id`)
  const topics = [inputTopics.bids, inputTopics.auctions, letters.late, letters.dead, ...(output ? [output] : [])]
  for (const each of topics) await backend.log.createTopic(each, partitions)
  return createSerdes(registry, schemas, topics)
}
