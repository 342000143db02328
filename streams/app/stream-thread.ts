import { parentPort, workerData } from 'node:worker_threads'
import { remoteModel } from '../../models/remote.js'
import type { BatchService } from '../engine/ports/batch.js'
import { createTask } from '../engine/task.js'
import { Alignment } from '../runtime/alignment.js'
import { systemClock } from '../runtime/clock.js'
import { Lineage } from '../runtime/lineage.js'
import { TaskRunner } from '../runtime/task-runner.js'
import type { TaskRunnerDependencies } from '../runtime/task-runner-dependencies.js'
import { openFoundation, taskDependencies } from './foundation.js'
import type { StreamThreadData, ThreadMessage } from './messages.js'
import { noSentiment } from './no-sentiment.js'
import { recounting } from './recounting.js'
import { Standbys, standbyOf } from './standbys.js'
import { answerOf } from './state-answers.js'
import { answerFor, hostTasks } from './task-host.js'
import { streamTasks } from './tasks.js'

/** A thread that runs tasks of stages, as it is told. */
const { config, modelPort }: StreamThreadData = workerData
const tell = (message: ThreadMessage) => parentPort?.postMessage(message)

if (parentPort === null) throw new Error('this is a thread of an engine: start it by pulso start')
const foundation = await openFoundation(config, {
  aborted: ({ group }) => tell({ kind: 'aborted', group }),
  restored: ({ group, partition }, changes, left) => tell({ kind: 'restored', group, partition, changes, left }),
  standby: ({ group, partition }, left) => tell({ kind: 'standby', group, partition, left }),
})
const dependencies = taskDependencies(config, foundation)
const running = new Map<string, TaskRunner>()
const sentiment: BatchService<string, unknown> = modelPort === null ? noSentiment : remoteModel(modelPort)
const lineage = new Lineage(foundation.backend.log, foundation.stages, foundation.partitionsOf, foundation.widthOf)
/** Makes the tasks anew that read topics which somebody widened. */
async function recount(): Promise<void> {
  if ((await foundation.recount()).length > 0) for (const runner of running.values()) runner.renew()
}
const runnerDependencies: TaskRunnerDependencies = {
  backend: foundation.backend,
  clock: systemClock,
  services: new Map([['sentiment', sentiment as BatchService<unknown, unknown>]]),
  observer: {
    ...(config.logLevel === 'trace' && { begins: (what) => tell({ kind: 'begins', what }) }),
    lost: (group, range) => tell({ kind: 'lost', group, range }),
    committed: (report) => tell({ kind: 'committed', report }),
    failed: (stage, index, error, attempt) =>
      tell({ kind: 'task-failed', stage, partition: index, message: error.stack ?? error.message, attempt }),
  },
  prepare: (batch) => foundation.serdes.ensureWithin(batch),
  createTask: (stage, index, openStore) => createTask(stage, index, { ...dependencies, openStore }),
  partitionsOf: foundation.partitionsOf,
  widthOf: foundation.widthOf,
  mayWiden: foundation.mayWiden,
  recount,
  isUnused: (topic) => lineage.isUnused(topic),
  isFed: (topic) => lineage.isFed(topic),
  isRead: (topic) => lineage.isRead(topic),
  drained: (topic) => lineage.drained(topic),
  isProducerBehind: (topic, producer) => lineage.isProducerBehind(topic, producer),
  backlog: (topic) => lineage.backlog(topic),
  commitInterval: config.commitInterval,
  offsetReset: config.offsetReset,
  maxFetchBytes: 16 * 1024 * 1024,
}

/** Of the stages whose records are in an order of time: those of several producers follow each other in a repartition topic. */
const alignments = new Map(
  foundation.stages
    .filter(({ inputs }) => inputs.every(({ role }) => role !== 'repartition'))
    .map(({ id }) => [id, new Alignment(systemClock, config.commitInterval)]),
)
const tasks = new Map(streamTasks(foundation).map((task) => [task.name, task]))
const standbys = new Standbys(foundation)
answerFor(parentPort, async (name, question) => {
  const stage = tasks.get(name)?.stage
  if (stage === undefined) return { kind: 'not-here' }
  const answer = await running.get(name)?.committed((open) => answerOf(question, stage, open))
  return answer ?? { kind: 'not-here' }
})
const stopped = hostTasks(parentPort, async (name, signal) => {
  const copied = standbyOf(name)
  const task = tasks.get(copied ?? name)
  if (task === undefined) throw new Error(`there is no task ${name}: all workers must run the same topologies`)
  if (copied !== null) return standbys.run(task, signal)
  const { stage, partition } = task
  // Its copy is this task's own state from here on.
  await standbys.ended(name)
  const runner = new TaskRunner(stage, partition, runnerDependencies, alignments.get(stage.id) ?? null)
  running.set(name, runner)
  await runner.run(signal)
  // One that was given up may end after the next has begun.
  if (running.get(name) === runner) running.delete(name)
})
tell({ kind: 'ready' })
const looking = config.backend === 'kafka' ? recounting(recount) : null
await stopped
looking?.stop()
await foundation.close()
tell({ kind: 'stopped' })
parentPort?.close()
modelPort?.close()
