import { hostname } from 'node:os'
import { pino } from 'pino'
import type { LocalSentimentModel } from '../../models/sentiment-model.js'
import { Metrics } from '../../sinks/metrics/metrics.js'
import { type Config, showConfig } from '../config.js'
import type { Timestamp } from '../engine/time.js'
import { systemClock } from '../runtime/clock.js'
import { removeControlFile, writeControlFile } from './control.js'
import { consumersOf, type Engine, startEngine } from './engine.js'
import { Eraser } from './eraser.js'
import type { Foundation } from './foundation.js'
import type { Observatory } from './observatory.js'
import { version } from './package.js'
import { type SampleProgress, startSamples } from './samples.js'
import { type Serving, serve } from './server.js'
import type { SharingObserver } from './shared-tasks.js'
import { Stopping } from './stopping.js'
import { streamStatus, waitingOutside } from './stream-status.js'
import { TroubleLog } from './trouble-log.js'
import { widenedTopics } from './widened-topics.js'

/** Milliseconds between two looks at the state of the stream. */
const statusEvery = 1_000
/** Milliseconds between two maintenances of the log: retention and compaction. */
const maintainEvery = 60_000

/** A whole running instance: engine, doors, samples, what watches over them. */
export interface Running {
  readonly engine: Engine
  readonly serving: Serving
  /** Resolves once, with the reason, when the instance cannot go on. */
  readonly failed: Promise<Error>
  /** Reads the model's folder anew; what is being scored is finished by the present one. What fails changes nothing. */
  reloadModel(): Promise<void>
  close(): Promise<void>
  /** What `close` waits for now. */
  readonly closing: string
}

/** Starts everything that `pulso start` starts. @throws Error that says what is in the way and the remedy */
export async function run(config: Config): Promise<Running> {
  const log = pino({ level: config.logLevel, base: null }, pino.destination(2))
  log.debug({ config: showConfig(config).split('\n') }, `pulso ${version}`)
  const metrics = new Metrics()
  let fail: (error: Error) => void = () => {}
  const failed = new Promise<Error>((resolve) => {
    fail = resolve
  })
  const engine = await startEngine(config, metrics, fail, (message) => {
    if (message.kind === 'begins') log.trace({ begins: message.what }, 'begins')
    if (message.kind === 'lost') {
      const { group, range } = message
      log.error(
        { group, topic: range.at.topic, partition: range.at.partition, from: range.from, to: range.to },
        'records were removed before this group read them: it goes on without them',
      )
    }
    if (message.kind === 'resumed')
      log.info({ topic: message.topic }, 'a block planned before the last end is written again')
  })
  const { observatory, instance } = engine
  const serving = await serve(engine, metrics, log, () =>
    observatory.trouble.map(
      ({ what, message, attempt }) => `${what} failed ${attempt} times: ${message.split('\n')[0]}`,
    ),
  ).catch(async (error) => {
    await engine.close()
    throw error
  })
  writeControlFile(config.dataDir, {
    pid: process.pid,
    url: serving.url,
    clickhouse: serving.clickhouseUrl,
    token: serving.token,
  })

  if (engine.model !== null) log.info(modelLine(engine.model), 'texts are scored')
  const stop = new AbortController()
  const samples = await startSamples(config, instance, systemClock, stop.signal).catch((error: Error) => {
    log.error({ error: error.message }, 'the samples cannot be replayed')
    return null
  })
  samples?.done.catch((error: Error) => log.error({ error: error.message }, 'the samples could not be replayed'))
  const eraser = new Eraser({
    ...engine.foundation,
    partitionsOf: engine.foundation.widthOf,
    store: engine.store,
    instance,
    clock: systemClock,
    erased: (posts, redacted) =>
      log.info(
        { posts },
        redacted
          ? 'texts of erased posts were removed'
          : 'texts of erased posts were removed from the tables: they stay in the topics until the retention of those',
      ),
    failed: (error, attempt) => {
      // at the first attempt, and each time that they have doubled
      if (Number.isInteger(Math.log2(attempt)))
        log.error({ error: error.message, attempt }, 'erasing failed and is tried again')
    },
  })
  const address = config.httpAdvertised === '' ? advertised(serving.url) : config.httpAdvertised
  const work = await engine.work(address, (signal) => eraser.run(signal), sharing(observatory, log, fail))
  const watching = watch(engine, serving, metrics, () => samples?.progress() ?? null, log)
  const told = new Set<string>()
  const maintaining = setInterval(() => {
    Promise.all([maintain(engine, metrics, log, told), lookAround(config, log)]).catch((error: Error) =>
      log.error({ error: error.message }, 'retention and compaction failed; tried again in a minute'),
    )
  }, maintainEvery)
  const reporting = reportTrouble(engine, log)
  const stopping = new Stopping()

  return {
    engine,
    serving,
    failed,
    reloadModel: () => reloadModel(config.modelDir, engine, log),
    close: () => {
      clearInterval(maintaining)
      clearInterval(reporting)
      watching.stop()
      stop.abort()
      return stopping.end([
        { name: 'the replay of the samples', end: () => samples?.done.catch(() => {}) },
        { name: 'what its tasks have under way', end: () => work.close() },
        { name: 'the board and the API', end: () => leave(config, serving) },
        { name: 'its threads and connections', end: () => engine.close() },
      ])
    },
    get closing() {
      return stopping.waitsFor
    },
  }
}

/** Others are told to open the data folder themselves from here on. */
function leave({ dataDir }: Config, serving: Serving): Promise<void> {
  removeControlFile(dataDir)
  return serving.close()
}

/** Which model it is, what computes it, and why that. */
function modelLine(model: LocalSentimentModel): object {
  const { name, provider, precision, why, workers } = model.status()
  return { model: name, provider, precision, why, workers }
}

/** Takes the model as its folder holds it now, and tells what came of it. */
async function reloadModel(dir: string, { model }: Engine, log: pino.Logger): Promise<void> {
  if (model === null) {
    log.warn('there is no model to load again: sentiment is switched off (PULSO_SENTIMENT)')
    return
  }
  try {
    await model.reload(dir)
    log.info(modelLine(model), 'the model was loaded again')
  } catch (error) {
    log.error({ model: model.name, error: String(error) }, 'the model cannot be loaded again: the present one stays')
  }
}

/** The address with the name of this machine, where it is that of all its addresses. */
function advertised(listened: string): string {
  const url = new URL(listened)
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = hostname()
  return url.origin
}

/** Tells how the workers share the tasks. */
function sharing(observatory: Observatory, log: pino.Logger, fail: (error: Error) => void): SharingObserver {
  return {
    assigned: (group, tasks) => {
      log.info({ group, tasks }, 'the workers agreed who has which tasks')
      observatory.assigned(group, tasks)
    },
    expelled: (group) => {
      log.warn({ group }, 'this worker was taken for dead: it gives its tasks up and joins again')
      observatory.assigned(group, 0)
    },
    unknown: (group, task) =>
      log.error({ group, task }, 'a task fell to this worker that it does not have: give all PULSO_TOPOLOGIES alike'),
    failed: (group, error, attempt) => {
      // a cluster that starts has no coordinator for a moment
      if (attempt > 2 && Number.isInteger(Math.log2(attempt)))
        log.error({ group, error: error.message, attempt }, 'the workers cannot agree who has which tasks: tried again')
    },
    refused: fail,
  }
}

/** Says once of each topic that somebody gave more partitions what becomes of them. */
async function tellWidened(foundation: Foundation, log: pino.Logger, told: Set<string>): Promise<void> {
  for (const widened of await widenedTopics(foundation)) {
    const text = JSON.stringify(widened)
    if (told.has(text)) continue
    told.add(text)
    if (widened.added === 'read')
      log.info(
        { ...widened },
        'somebody added partitions to the topic: every task reads all, and takes the keys that it has',
      )
    else
      log.warn(
        { ...widened },
        'somebody added partitions to the topic, which stages write and read: they go on with those that there were, and what others write to the new ones is not read',
      )
  }
}

/** Keeps the log within its limits; says which groups keep it from that. */
async function maintain({ foundation }: Engine, metrics: Metrics, log: pino.Logger, told: Set<string>): Promise<void> {
  const held = new Map<string, number>()
  await foundation.backend.maintain(systemClock.now(), {
    consumers: consumersOf(foundation),
    held: (_, group) => held.set(group, (held.get(group) ?? 0) + 1),
  })
  metrics.retentionHeld(held)
  await tellWidened(foundation, log, told)
  for (const [group, partitions] of held) {
    log.warn(
      { group, partitions },
      'the log is beyond its limits, and stays, as this group has yet to read it: see what the group fails at',
    )
  }
}

/** Says what other applications of the cluster do that harms this one. */
async function lookAround(config: Config, log: pino.Logger): Promise<void> {
  if (config.backend !== 'kafka') return
  const { obstaclesNow } = await import('./kafka-neighbours.js')
  for (const { found, remedy } of await obstaclesNow(config)) log.error({ remedy }, found)
}

/** Tells the boards and the metrics how the stream stands. */
function watch(
  engine: Engine,
  serving: Serving,
  metrics: Metrics,
  samples: () => SampleProgress | null,
  log: pino.Logger,
): { stop(): void } {
  const { observatory, instance, model } = engine
  const written = new Set(engine.foundation.stages.flatMap(({ outputs }) => outputs.map(({ name }) => name)))
  const sources = new Set<string>(
    engine.foundation.stages
      .flatMap(({ inputs }) => inputs.map(({ topic }) => topic.name))
      .filter((name) => !written.has(name)),
  )
  let backlog = 0
  let read = -1
  let lastReadAt: Timestamp | null = null
  let last = { scored: 0, failed: 0, repeated: 0 }
  let stopped = false
  const look = async () => {
    const lag = await instance.lag()
    if (stopped) return
    const waiting = waitingOutside(lag, sources)
    backlog = waiting === 0 ? 0 : Math.max(backlog, waiting)
    const now = systemClock.now()
    if (observatory.read !== read && observatory.read > 0) lastReadAt = now
    read = observatory.read
    const status = streamStatus({
      lag,
      sources,
      lastEventAt: observatory.lastEventAt,
      fates: observatory.fates,
      model: model?.status().name ?? null,
      samples: samples(),
      backlog,
      now,
      lastReadAt,
    })
    for (const { group, records } of status.lag) metrics.lag(group, records)
    if (model !== null) {
      const { scored, failed, repeated } = model.status()
      const texts = scored + failed + repeated - last.scored - last.failed - last.repeated
      metrics.textsScored({
        texts: Math.max(0, texts),
        hits: Math.max(0, repeated - last.repeated),
        failed: Math.max(0, failed - last.failed),
      })
      last = { scored, failed, repeated }
    }
    serving.hub.onStatus(status)
  }
  let looking = false
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    look()
      .catch((error: Error) => {
        if (!stopped) log.error({ error: error.message }, 'the state of the stream cannot be told')
      })
      .finally(() => {
        looking = false
      })
  }, statusEvery)
  return {
    // What asks the brokers at that moment may have to wait for them for long: nobody waits for it.
    stop: () => {
      clearInterval(timer)
      stopped = true
    },
  }
}

/** Says in the log what keeps failing, ever less often, and when it works again. */
function reportTrouble(engine: Engine, log: pino.Logger): NodeJS.Timeout {
  const troubles = new TroubleLog()
  return setInterval(() => {
    for (const line of troubles.take(engine.observatory.trouble)) {
      if (line.kind === 'fails') log.error(line.trouble, 'failed and is tried again')
      else log.info({ what: line.what, attempts: line.attempts }, 'works again')
    }
  }, statusEvery)
}
