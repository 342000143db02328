import { setMaxListeners } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { remoteModel } from '../../models/remote.js'
import { taskCount } from '../engine/plan.js'
import type { BatchService } from '../engine/ports/batch.js'
import { createTask } from '../engine/task.js'
import { partition } from '../engine/topic.js'
import { Alignment } from '../runtime/alignment.js'
import { systemClock } from '../runtime/clock.js'
import { Lineage } from '../runtime/lineage.js'
import { TaskRunner, type TaskRunnerDependencies } from '../runtime/task-runner.js'
import { openFoundation, taskDependencies } from './foundation.js'
import type { StreamThreadData, ThreadMessage } from './messages.js'
import { noSentiment } from './no-sentiment.js'

/** A thread that runs tasks: for each stage the partitions that fall to it. */
const { config, thread, threads, modelPort }: StreamThreadData = workerData
const tell = (message: ThreadMessage) => parentPort?.postMessage(message)

const foundation = await openFoundation(config)
const dependencies = taskDependencies(config, foundation)
const sentiment: BatchService<string, unknown> = modelPort === null ? noSentiment : remoteModel(modelPort)
const lineage = new Lineage(foundation.backend.log, foundation.stages, foundation.partitionsOf)
const runnerDependencies: TaskRunnerDependencies = {
  backend: foundation.backend,
  clock: systemClock,
  services: new Map([['sentiment', sentiment as BatchService<unknown, unknown>]]),
  observer: {
    ...(config.logLevel === 'trace' && { begins: (what) => tell({ kind: 'begins', what }) }),
    committed: (report) => tell({ kind: 'committed', report }),
    failed: (stage, index, error, attempt) =>
      tell({ kind: 'task-failed', stage, partition: index, message: error.stack ?? error.message, attempt }),
  },
  prepare: (records) => foundation.serdes.ensure(records.map(({ value }) => value)),
  createTask: (stage, index, openStore) => createTask(stage, index, { ...dependencies, openStore }),
  partitionsOf: foundation.partitionsOf,
  isUnused: (topic) => lineage.isUnused(topic),
  isFed: (topic) => lineage.isFed(topic),
  drained: (topic) => lineage.drained(topic),
  backlog: (topic) => lineage.backlog(topic),
  commitInterval: config.commitInterval,
  maxFetchBytes: 16 * 1024 * 1024,
}

const stop = new AbortController()
// every runner listens to the one signal
setMaxListeners(0, stop.signal)
parentPort?.on('message', () => stop.abort())

const runners = foundation.stages.flatMap((stage) => {
  // The records of several producers follow each other in a repartition topic: they are in no order of time.
  const ordered = stage.inputs.every(({ role }) => role !== 'repartition')
  const alignment = ordered ? new Alignment(systemClock, config.commitInterval) : null
  return Array.from({ length: taskCount(stage, foundation.partitionsOf) }, (_, index) => index)
    .filter((index) => index % threads === thread)
    .map((index) => new TaskRunner(stage, partition(index), runnerDependencies, alignment))
})
tell({ kind: 'ready' })
await Promise.all(runners.map((runner) => runner.run(stop.signal)))
await foundation.backend.close()
tell({ kind: 'stopped' })
parentPort?.close()
modelPort?.close()
