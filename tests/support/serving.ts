import type { Boards } from '../../dashboard/server/boards.js'
import type { Ingested, ServerOptions } from '../../dashboard/server/options.js'
import { loopbackNames } from '../../dashboard/server/options.js'
import { createServer } from '../../dashboard/server/server.js'
import { readSchemas } from '../../schemas/files.js'
import type { Mention, SentimentLabel } from '../../schemas/mention.js'
import type { Trend } from '../../schemas/trend.js'
import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { mentionRow, trendRows } from '../../sinks/clickhouse/rows.js'
import { LiveHub } from '../../sinks/live/hub.js'
import { storeHistory } from '../../sinks/live/store-history.js'
import { Metrics } from '../../sinks/metrics/metrics.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { projectPath } from '../../streams/project.js'
import { aMention } from './records.js'
import { rollupOf } from './rollup-oracle.js'
import { scratchFolder } from './scratch.js'

const lengths = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** What the stream gives for the mentions: the final result of every window, counted one mention after the other. */
export const trendsOf = (mentions: readonly Mention[]): readonly Trend[] =>
  (['minute', 'hour', 'day'] as const).flatMap((window) =>
    rollupOf(mentions, window).map(
      (row): Trend => ({
        ...row,
        // The oracle copies kinds from the mentions and adds `all`.
        kind: row.kind as Trend['kind'],
        window,
        end: row.start + lengths[window],
        isFinal: true,
        revision: 1,
        // Tables have no such column.
        aspects: [],
      }),
    ),
  )

/** A mention scored with the label, and no doubt. */
export const scoredMention = (label: SentimentLabel, fields: Partial<Mention>): Mention =>
  aMention({
    sentiment: {
      label,
      confidence: 0.75,
      negative: 0.125,
      neutral: 0.125,
      positive: 0.125,
      sure: true,
      model: 'test@1',
    },
    ...fields,
  })

export interface Serving {
  readonly url: string
  readonly hub: LiveHub
  readonly store: AnalyticsStore
  readonly ingested: Ingested[]
  readonly errors: Error[]
  /** The time, moved by hand. */
  readonly time: { now: number }
  close(): Promise<void>
}

/** What a server has that nobody made a board for. */
const noBoards: Boards = {
  list: () => [],
  find: () => null,
  create: async () => ({ kind: 'full', most: 0 }),
  update: async () => ({ kind: 'missing' }),
  remove: async () => ({ kind: 'missing' }),
}

/** A server that listens on a free port of loopback. */
export async function startServer(
  store: AnalyticsStore,
  now: number,
  options: Partial<ServerOptions> = {},
): Promise<Serving> {
  const time = { now }
  const errors: Error[] = []
  const ingested: Ingested[] = []
  const failed = (error: Error) => {
    errors.push(error)
  }
  const metrics = new Metrics({ processMetrics: false })
  const clock = () => time.now
  const hub = new LiveHub({
    history: storeHistory(store),
    clock,
    observer: {
      clients: (count) => metrics.liveClients(count),
      channels: (count) => metrics.liveChannels(count),
      closed: () => metrics.liveClientClosed(),
      failed,
    },
  })
  const ingest = async (records: Ingested) => {
    ingested.push(records)
  }
  const app = await createServer({
    ...{ store, hub, metrics, clock, ingest, onError: failed },
    ...{ notReady: () => [], score: null, assetsDir: null, version: '0.0.0-test' },
    intakeLimits: { earliest: Date.UTC(2000, 0, 1), aheadOfClock: 30_000, bytes: 10_000 },
    schemas: readSchemas(projectPath('schemas')),
    ...{ boards: noBoards, caller: () => null },
    ...{ allowedHosts: loopbackNames, authorize: () => true },
    standing: async () => ({ kind: 'unknown' }),
    openTrends: async () => ({ kind: 'not-run' }),
    ...options,
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, hub, store, ingested, errors, time, close: () => app.close() }
}

/** A server over a real store that holds the mentions and their trends. */
export async function startServing(
  mentions: readonly Mention[],
  now: number,
  options: Partial<ServerOptions> = {},
): Promise<Serving> {
  const folder = scratchFolder()
  const store = await openEmbeddedStore({ dir: folder.dir })
  await store.migrate()
  await store.write({ table: 'mentions', rows: mentions.map((one) => mentionRow(one)), token: 'mentions' })
  await store.write({ table: 'trends', rows: trendRows(trendsOf(mentions)), token: 'trends' })
  const serving = await startServer(store, now, options)
  return {
    ...serving,
    async close() {
      await serving.close()
      await store.close()
      folder.remove()
    },
  }
}

/** A store that answers every question with the error. */
export const brokenStore = (message: string): AnalyticsStore => {
  const refuse = () => Promise.reject(new Error(message))
  return { migrate: refuse, write: refuse, query: refuse, queryRaw: refuse, erase: refuse, close: async () => {} }
}
