import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { loopbackNames } from '../../dashboard/server/options.js'
import { createServer } from '../../dashboard/server/server.js'
import { readSchemas } from '../../schemas/files.js'
import { boards, mentions, trends } from '../../schemas/topics.js'
import { LiveHub } from '../../sinks/live/hub.js'
import { storeHistory } from '../../sinks/live/store-history.js'
import type { Metrics } from '../../sinks/metrics/metrics.js'
import { isLoopback } from '../config/loopback.js'
import type { Topic } from '../engine/topic.js'
import { projectPath } from '../project.js'
import { systemClock } from '../runtime/clock.js'
import { forRequests } from './analytics-store.js'
import { authorizer, callerOf, tokenCookie } from './authorization.js'
import { BoardCatalogue } from './board-catalogue.js'
import { controlRoutes } from './control-routes.js'
import type { Engine } from './engine.js'
import { readyFor } from './ingest.js'
import type { IncomingRecord } from './instance.js'
import { version } from './package.js'
import { portError } from './ports.js'
import { scoreTexts } from './scoring.js'
import { Tailer } from './tailer.js'

/** Values handed to the boards at a time; when more come, boards take a new snapshot instead. */
const mostAtATime = 4_000

/** The doors of an engine: board and API, live updates, the ClickHouse interface. */
export interface Serving {
  readonly hub: LiveHub
  readonly url: string
  readonly clickhouseUrl: string
  /** Lets the commands of the same user in. */
  readonly token: string
  close(): Promise<void>
}

/** Opens the doors. @throws Error naming the port that is taken and the setting that changes it */
export async function serve(
  engine: Engine,
  metrics: Metrics,
  log: Logger,
  notReady: () => readonly string[],
): Promise<Serving> {
  const { config, foundation, instance, model } = engine
  const store = forRequests(engine.store)
  const hub = new LiveHub({
    history: storeHistory(store),
    clock: systemClock.now,
    observer: {
      clients: (count) => metrics.liveClients(count),
      channels: (count) => metrics.liveChannels(count),
      closed: () => metrics.liveClientClosed(),
      // while the store is away, that is told, and not by each board that wants something of it
      failed: (error) => {
        const level = engine.observatory.storeFails ? 'debug' : 'warn'
        log[level]({ error: error.message }, 'a live board could not be filled')
      },
    },
  })
  const { log: topics } = foundation.backend
  const catalogue = new BoardCatalogue({
    ...{ log: topics, topic: boards, serdes: foundation.serdes, partitions: foundation.partitionsOf(boards.name) },
    ...{ clock: systemClock, newId: randomUUID, append: (records) => instance.append(records) },
    changed: (boardId, board) => hub.onBoard(boardId, board),
    failed: (error) => log.warn({ error: error.message }, 'boards that were changed elsewhere cannot be read'),
  })
  await catalogue.read()
  const assetsDir = projectPath('dist/web')
  const authorize = authorizer(config)
  const app = await createServer({
    store,
    hub,
    metrics,
    notReady,
    standing: engine.standing,
    openTrends: engine.openTrends,
    score: model === null ? null : (texts) => scoreTexts(model, texts),
    ingest: ({ topic, values }) => instance.append(values.map((value) => incoming(topic, value))),
    boards: catalogue,
    caller: callerOf(config),
    intakeLimits: {
      earliest: config.earliestTimestamp,
      aheadOfClock: config.aheadOfClock,
      bytes: config.maxValueBytes,
    },
    schemas: readSchemas(projectPath('schemas')),
    assetsDir: existsSync(assetsDir) ? assetsDir : null,
    version,
    clock: systemClock.now,
    allowedHosts: isLoopback(config.httpHost) ? loopbackNames : null,
    authorize,
    onError: (error, request) => log.error({ error: error.stack, ...request }, 'a request failed'),
  })
  const token = randomBytes(24).toString('base64url')
  admitBoards(app)
  await app.register(controlRoutes, { instance, token })
  const url = await listen(app, config.httpHost, config.httpPort)
  const stop = new AbortController()
  const tailer = <Value>(topic: Topic<Value>) =>
    new Tailer(topics, foundation.serdes, topic, foundation.partitionsOf(topic.name), systemClock)
  const skipped = () => hub.reload()
  const tails = [
    tailer(trends).run(stop.signal, mostAtATime, (trend) => hub.onTrend(trend), skipped),
    catalogue.run(stop.signal),
    tailer(mentions).run(stop.signal, mostAtATime, (mention) => hub.onMention(mention), skipped),
  ]
  return {
    hub,
    url,
    clickhouseUrl: engine.clickhouseUrl,
    token,
    close: async () => {
      stop.abort()
      await Promise.all(tails)
      await app.close()
    },
  }
}

/** A board opened as `/?token=...` keeps the token in a cookie, and the address is cleaned of it. */
function admitBoards(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const url = new URL(request.url, 'http://localhost')
    const given = url.searchParams.get('token')
    if (given === null || url.pathname !== '/') return
    await reply.header('set-cookie', tokenCookie(given)).redirect('/', 303)
  })
}

function incoming(topic: string, value: object): IncomingRecord {
  const ready = readyFor(topic, { ...value })
  if (typeof ready === 'string') throw new Error(ready)
  return ready.at(ready.time)
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw portError(error, { host, port, variable: 'PULSO_HTTP_PORT', what: 'board and API' })
  }
}
