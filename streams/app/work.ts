import { setMaxListeners } from 'node:events'
import type { Config } from '../config.js'
import { threadOf } from '../runtime/thread-of.js'
import { isOnServer } from './analytics-store.js'
import { eraserTask } from './eraser.js'
import type { Foundation } from './foundation.js'
import type { SharingObserver } from './shared-tasks.js'
import { type StreamTask, sinkTasks, streamTasks } from './tasks.js'
import type { EngineThread } from './threads.js'

/** Where tasks run. */
export interface Workplaces {
  readonly streams: readonly EngineThread[]
  /** null where this worker has no tables. */
  readonly analytics: EngineThread | null
  /** Removes the texts of erased posts until the signal. */
  erase(signal: AbortSignal): Promise<void>
}

/** What a process works on, until it is closed. */
export interface Work {
  /** Where the other worker is asked that has the task of a stage, as far as is known; null: this one has it, or nobody. */
  ownerOf(task: string): string | null
  /** Resolves when everything under way is finished and committed, and others may take it over. */
  close(): Promise<void>
}

type Run = (task: string, signal: AbortSignal) => Promise<void>

/**
 * Begins the work: all of it on the embedded backend, which has one process; on Kafka the part that the workers agree on.
 * A process is one member of the group that shares the tasks of stages and, with tables, one of that which carries topics
 * there and erases.
 * @param address where this worker is asked; the others are told
 */
export async function startWork(
  config: Config,
  foundation: Foundation,
  places: Workplaces,
  observer: SharingObserver,
  address: string,
): Promise<Work> {
  const shared = config.backend === 'kafka'
  const ofStages = streamRuns(foundation, places.streams)
  const ofTables = tableRuns(foundation, places, shared)
  if (!shared) return leavingFirst(places, startAll(new Map([...ofStages, ...ofTables])))
  const { shareTasks } = await import('./shared-tasks.js')
  const { writesOf } = await import('./other-applications.js')
  const streams = shareTasks(
    config,
    {
      ...{ name: 'streams', address, runs: ofStages, writes: writesOf(foundation.stages, config) },
      ...{ standbys: config.standbys, weight: places.streams.length, alone: false },
    },
    observer,
  )
  if (places.analytics === null) return streams
  const tables = shareTasks(
    config,
    { name: 'tables', address, runs: ofTables, weight: 1, alone: !isOnServer(config) },
    observer,
  )
  return leavingFirst(places, {
    ownerOf: streams.ownerOf,
    close: async () => {
      await Promise.all([streams.close(), tables.close()])
    },
  })
}

/** Sinks that wait for a store would be waited for in turn. */
const leavingFirst = ({ analytics }: Workplaces, work: Work): Work => ({
  ownerOf: work.ownerOf,
  close: () => {
    analytics?.leaving()
    return work.close()
  },
})

function startAll(runs: ReadonlyMap<string, Run>): Work {
  const stop = new AbortController()
  // every run listens to the one signal
  setMaxListeners(0, stop.signal)
  const all = Promise.all([...runs].map(([task, run]) => run(task, stop.signal)))
  return {
    ownerOf: () => null,
    close: async () => {
      stop.abort()
      await all
    },
  }
}

function streamRuns(foundation: Foundation, threads: readonly EngineThread[]): ReadonlyMap<string, Run> {
  return new Map(streamTasks(foundation).map((task) => [task.name, threadFor(task, foundation, threads).run]))
}

/** The thread that runs the task when it falls to this process. */
export function threadFor(
  { name, position, partition }: StreamTask,
  { stages }: Pick<Foundation, 'stages'>,
  threads: readonly EngineThread[],
): EngineThread {
  const thread = threads[threadOf({ stage: position, stages: stages.length, partition, threads: threads.length })]
  if (thread === undefined) throw new Error(`no thread for task ${name}`)
  return thread
}

function tableRuns(
  foundation: Foundation,
  { analytics, erase }: Workplaces,
  shared: boolean,
): ReadonlyMap<string, Run> {
  if (analytics === null) return new Map()
  return new Map<string, Run>([
    ...sinkTasks(foundation, shared).map(({ name }) => [name, analytics.run] as const),
    [eraserTask, (_, signal) => erase(signal)],
  ])
}
