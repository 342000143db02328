import { MessageChannel } from 'node:worker_threads'
import type { OpenTrends, Standing } from '../../dashboard/server/options.js'
import { serveModel } from '../../models/remote.js'
import type { LocalSentimentModel } from '../../models/sentiment-model.js'
import { deletions } from '../../schemas/topics.js'
import { remoteStore } from '../../sinks/clickhouse/remote-store.js'
import type { Metrics } from '../../sinks/metrics/metrics.js'
import type { Config } from '../config.js'
import type { AnalyticsStore } from '../engine/ports/analytics.js'
import type { Consumer } from '../engine/ports/log.js'
import { groupsOf } from '../engine/widths.js'
import { SinkRunner } from '../runtime/sink-runner.js'
import { stagesOf } from './catalogue.js'
import { ownDataFolder } from './data-folder.js'
import { eraserGroup } from './eraser.js'
import { type Foundation, openFoundation } from './foundation.js'
import { analyticsLimits, streamHeaps } from './heaps.js'
import type { AnalyticsThreadData, StreamThreadData, ThreadMessage } from './messages.js'
import { openModel, workersBeside } from './model.js'
import { noTables } from './no-tables.js'
import { Observatory } from './observatory.js'
import { openTrendsOf, type TrendPlace } from './open-trends.js'
import { OpenedInstance } from './opened-instance.js'
import { authorKey } from './pseudonyms.js'
import type { SharingObserver } from './shared-tasks.js'
import { sinkMappings } from './sinks.js'
import { standingOf } from './standing.js'
import { type EngineThread, startThread } from './threads.js'
import { startWork, type Work, type Workplaces } from './work.js'

/** A running engine: its threads work until it is closed. */
export interface Engine {
  readonly config: Config
  readonly foundation: Foundation
  readonly store: AnalyticsStore
  /** Where ClickHouse is asked: the embedded interface, or the server; empty where there are no tables. */
  readonly clickhouseUrl: string
  /** Null when sentiment is switched off. */
  readonly model: LocalSentimentModel | null
  readonly observatory: Observatory
  readonly instance: OpenedInstance
  /**
   * Begins to work on tasks.
   * @param address where this process is asked
   * @param erase removes the texts of erased posts until the signal, where that falls to this process
   * @returns how to stop: what is under way is committed first
   */
  work(address: string, erase: Workplaces['erase'], observer: SharingObserver): Promise<Work>
  /** What stands of a post, asked of the task that has it. */
  standing(postId: string): Promise<Standing>
  /** The windows of a term that are not closed yet, asked of the task that has them. */
  openTrends(place: TrendPlace): Promise<OpenTrends>
  /** Closes the stores, gives the data folder back. Stop the work first. */
  close(): Promise<void>
}

/**
 * Starts the engine on its data folder: threads for streams, one for analytics, those of the model.
 * @throws Error when the folder is owned by another process, or a part cannot start; nothing is left behind then
 * @throws ConfigError for a topology that there is none of, before anything is made
 */
export async function startEngine(
  config: Config,
  metrics: Metrics,
  died: (error: Error) => void,
  observe: (message: ThreadMessage) => void = () => {},
): Promise<Engine> {
  const closing: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step()
  }
  stagesOf(config.topologies)
  try {
    const directory = await ownDataFolder(config)
    closing.push(() => directory.release())
    if (config.backend === 'kafka') await (await import('./kafka-neighbours.js')).refuseObstacles(config)
    const foundation = await openFoundation(config)
    closing.push(() => foundation.close())
    const observatory = new Observatory(metrics)
    const message = (told: ThreadMessage) => {
      observatory.take(told)
      observe(told)
    }
    const on = { message, died }

    const analytics = config.tables ? startAnalytics(config, on) : { thread: null, store: noTables }
    closing.push(() => analytics.thread?.stop())
    const model = config.sentiment ? await openModel(config, workersBeside(config)) : null
    if (model !== null) closing.push(() => model.close())
    const { clickhouse = '' } = (await analytics.thread?.ready) ?? {}
    const streams = Array.from({ length: config.streamThreads }, (_, thread) => startStreams(config, thread, model, on))
    closing.push(async () => {
      await Promise.all(streams.map((thread) => thread.stop()))
    })
    await Promise.all(streams.map((thread) => thread.ready))

    const key = authorKey(config.authorKey, config.dataDir)
    let work: Work | null = null
    const instance = new OpenedInstance({
      backend: async () => foundation.backend,
      serdes: async () => foundation.serdes,
      store: async () => analytics.store,
      model: async () => {
        if (model === null) throw new Error('sentiment is switched off: set PULSO_SENTIMENT=true')
        return model
      },
      topics: foundation.topics,
      authorKey: () => key,
      consumers: () => consumersNow(foundation),
      close: async () => {},
    })
    return {
      config,
      foundation,
      clickhouseUrl: clickhouse,
      store: analytics.store,
      model,
      observatory,
      instance,
      work: async (address, erase, observer) => {
        const places = { streams, analytics: analytics.thread, erase }
        work = await startWork(config, foundation, places, observer, address)
        return work
      },
      standing: (postId) => standingOf(postId, { foundation, threads: streams, work }),
      openTrends: (place) => openTrendsOf(place, { foundation, threads: streams, work }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

type ThreadEvents = Parameters<typeof startThread>[4]

function startAnalytics(
  config: Config,
  on: ThreadEvents,
): { readonly thread: EngineThread; readonly store: AnalyticsStore } {
  const { port1, port2 } = new MessageChannel()
  const data: AnalyticsThreadData = { config, storePort: port2 }
  const thread = startThread(
    'analytics',
    new URL('./analytics-thread.js', import.meta.url),
    data,
    [port2],
    on,
    analyticsLimits,
  )
  return { thread, store: remoteStore(port1) }
}

function startStreams(
  config: Config,
  thread: number,
  model: LocalSentimentModel | null,
  on: ThreadEvents,
): EngineThread {
  const channel = model === null ? null : new MessageChannel()
  if (model !== null && channel !== null) serveModel(model, channel.port1)
  const modelPort = channel?.port2 ?? null
  const data: StreamThreadData = { config, modelPort }
  const ports = modelPort === null ? [] : [modelPort]
  const module = new URL('./stream-thread.js', import.meta.url)
  return startThread(`streams-${thread}`, module, data, ports, on, streamHeaps(config.backend))
}

type Consumed = Pick<Foundation, 'stages' | 'serdes' | 'partitionsOf' | 'widthOf'>

/** The groups of a stage: one, and where a topic was widened one for each task. */
function readersOf(stage: Foundation['stages'][number], widths: Consumed): readonly Consumer[] {
  const groups = new Map<string, string[]>([[stage.id, []]])
  for (const { topic } of stage.inputs)
    for (const group of groupsOf(stage, topic.name, widths))
      groups.set(group, [...(groups.get(group) ?? []), topic.name])
  return [...groups].map(([group, topics]) => ({ group, topics }))
}

/** Every group that reads and what it reads: stages, sinks and the eraser. */
export function consumersOf(foundation: Consumed): readonly Consumer[] {
  const { stages, serdes } = foundation
  return [
    ...stages.flatMap((stage) => readersOf(stage, foundation)),
    ...[...sinkMappings(serdes).keys()].map((topic) => ({ group: SinkRunner.groupOf(topic), topics: [topic] })),
    { group: eraserGroup, topics: [deletions.name] },
  ]
}

/** The same, as many as there are now that somebody may have widened a topic. */
export async function consumersNow(foundation: Foundation): Promise<readonly Consumer[]> {
  await foundation.recount()
  return consumersOf(foundation)
}
