import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { failureOf } from '../../sinks/clickhouse/server/failure.js'
import type { ServerStore } from '../../sinks/clickhouse/server-store.js'
import { type Config, ConfigError } from '../config.js'
import type { AnalyticsStore } from '../engine/ports/analytics.js'

/** Folder of the embedded analytics store within the data folder. */
export const analyticsDir = (config: Config): string => join(config.dataDir, 'clickhouse')

/** Whether the tables are on a server; else they are in the data folder. */
export const isOnServer = (config: Config): boolean => config.clickhouseUrl !== ''

/** ClickHouse's engine in this process. Its code is loaded here, by those who need it. */
export async function openEmbeddedAnalytics(config: Config): Promise<EmbeddedStore> {
  const { openEmbeddedStore } = await import('../../sinks/clickhouse/embedded-store.js')
  return openEmbeddedStore({ dir: analyticsDir(config), database: config.clickhouseDatabase })
}

/** The store on the server of the configuration, whether it answers or not. @throws ConfigError */
export async function openServerAnalytics(config: Config): Promise<ServerStore> {
  const { openServerStore } = await import('../../sinks/clickhouse/server-store.js')
  return openServerStore({
    url: config.clickhouseUrl,
    user: config.clickhouseUser,
    password: config.clickhousePassword,
    database: config.clickhouseDatabase,
    ...(config.clickhouseCa !== '' && { ca: certificates(config.clickhouseCa) }),
  })
}

/** The store as requests ask it: while it is away or lets nobody in, they are answered with status 503. */
export function forRequests(store: AnalyticsStore): AnalyticsStore {
  const away = (error: unknown): never => {
    if (failureOf(error).kind === 'fault') throw error
    throw Object.assign(new Error('the analytics store does not answer', { cause: error }), { statusCode: 503 })
  }
  return {
    migrate: () => store.migrate(),
    write: (block) => store.write(block),
    query: (sql, options) => store.query<never>(sql, options).catch(away),
    queryRaw: (sql, format, options) => store.queryRaw(sql, format, options).catch(away),
    erase: (postIds) => store.erase(postIds),
    close: () => store.close(),
  }
}

function certificates(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new ConfigError(`PULSO_CLICKHOUSE_CA: "${file}" cannot be read: ${(error as Error).message}`)
  }
}
