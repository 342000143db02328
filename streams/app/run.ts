import { pino } from 'pino'
import { Metrics } from '../../sinks/metrics/metrics.js'
import { type Config, showConfig } from '../config.js'
import type { Timestamp } from '../engine/time.js'
import { systemClock } from '../runtime/clock.js'
import { removeControlFile, writeControlFile } from './control.js'
import { type Engine, startEngine } from './engine.js'
import { Eraser } from './eraser.js'
import { version } from './package.js'
import { type SampleProgress, startSamples } from './samples.js'
import { type Serving, serve } from './server.js'
import { streamStatus, waitingOutside } from './stream-status.js'

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
  close(): Promise<void>
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

  const stop = new AbortController()
  const samples = await startSamples(config, instance, systemClock, stop.signal).catch((error: Error) => {
    log.error({ error: error.message }, 'the samples cannot be replayed')
    return null
  })
  samples?.done.catch((error: Error) => log.error({ error: error.message }, 'the samples could not be replayed'))
  const eraser = new Eraser({
    ...engine.foundation,
    store: engine.store,
    instance,
    clock: systemClock,
    erased: (posts) => log.info({ posts }, 'texts of erased posts were removed'),
    failed: (error, attempt) => log.error({ error: error.message, attempt }, 'erasing failed and is tried again'),
  }).run(stop.signal)
  const watching = watch(engine, serving, metrics, () => samples?.progress() ?? null, log)
  const maintaining = setInterval(() => {
    engine.foundation.backend
      .maintain(systemClock.now())
      .catch((error: Error) =>
        log.error({ error: error.message }, 'retention and compaction failed; tried again in a minute'),
      )
  }, maintainEvery)
  const reporting = reportTrouble(engine, log)

  return {
    engine,
    serving,
    failed,
    close: async () => {
      clearInterval(maintaining)
      clearInterval(reporting)
      stop.abort()
      await samples?.done.catch(() => {})
      await eraser
      await watching.stop()
      removeControlFile(config.dataDir)
      await serving.close()
      await engine.close()
    },
  }
}

/** Tells the boards and the metrics how the stream stands. */
function watch(
  engine: Engine,
  serving: Serving,
  metrics: Metrics,
  samples: () => SampleProgress | null,
  log: pino.Logger,
): { stop(): Promise<void> } {
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
  const look = async () => {
    const lag = await instance.lag()
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
  let looking: Promise<void> | null = null
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: Error) => log.error({ error: error.message }, 'the state of the stream cannot be told'))
      .finally(() => {
        looking = null
      })
  }, statusEvery)
  return {
    stop: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

/** Says in the log what keeps failing, once for each attempt. */
function reportTrouble(engine: Engine, log: pino.Logger): NodeJS.Timeout {
  const told = new Map<string, number>()
  return setInterval(() => {
    for (const { what, message, attempt } of engine.observatory.trouble) {
      if (told.get(what) === attempt) continue
      told.set(what, attempt)
      log.error({ what, attempt, message }, 'failed and is tried again')
    }
  }, statusEvery)
}
