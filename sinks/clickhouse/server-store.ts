import { Readable } from 'node:stream'
import { type ClickHouseClient, ClickHouseLogLevel, type ClickHouseSettings, createClient } from '@clickhouse/client'
import { AnalyticsError, analyticsError } from './error.js'
import type { Executed, ExecuteOptions, Executor, Settings } from './executor.js'
import { ClickHouseStore, type SchemaOptions } from './store.js'

export interface ServerStoreOptions extends SchemaOptions {
  /** Address of the HTTP interface, as in `http://clickhouse:8123`. */
  readonly url: string
  readonly user?: string
  readonly password?: string
  /** Milliseconds that a statement may take. */
  readonly timeout?: number
}

/** An error of the client: its message is the exception's, its code and type stand beside it. */
function clientError(cause: unknown): AnalyticsError {
  const { code, type } = cause as { code?: unknown; type?: unknown }
  if (!(cause instanceof Error) || !/^\d+$/.test(String(code))) return analyticsError(cause)
  return new AnalyticsError(cause.message.replace(/[\s.]+$/, ''), Number(code), String(type ?? ''), { cause })
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Parameters and formats are, on the wire, settings of another name. */
function wireSettings(options: ExecuteOptions): ClickHouseSettings {
  const settings: Record<string, string | number> = { ...options.settings, wait_end_of_query: 1 }
  for (const [name, value] of Object.entries(options.params ?? {})) settings[`param_${name}`] = value
  if (options.format !== undefined) settings.default_format = options.format
  if (options.database !== undefined) settings.database = options.database
  if (options.timeout !== undefined) settings.max_execution_time = options.timeout / 1000
  if (options.readonly !== undefined) settings.readonly = options.readonly
  return settings as ClickHouseSettings
}

/** A ClickHouse server, through the official client. */
class ServerExecutor implements Executor {
  constructor(private readonly client: ClickHouseClient) {}

  async execute(sql: string, options: ExecuteOptions = {}): Promise<Executed> {
    try {
      const result = await this.client.exec({ query: sql, clickhouse_settings: wireSettings(options) })
      const bytes = await bytesOf(result.stream)
      const { result_rows: rows = 0, elapsed_ns: elapsed = 0 } = result.summary ?? {}
      return { bytes, rows: Number(rows), elapsed: Number(elapsed) / 1e9 }
    } catch (error) {
      throw clientError(error)
    }
  }

  async insertNative(into: string, _structure: string, bytes: Uint8Array, settings: Settings): Promise<void> {
    try {
      const { stream } = await this.client.exec({
        query: `INSERT INTO ${into} FORMAT Native`,
        values: Readable.from([bytes], { objectMode: false }),
        clickhouse_settings: wireSettings({ settings }),
      })
      await bytesOf(stream)
    } catch (error) {
      throw clientError(error)
    }
  }

  close(): Promise<void> {
    return this.client.close()
  }
}

/**
 * Opens an analytics store on a ClickHouse server. Its tables are those of one server; they deduplicate by
 * `non_replicated_deduplication_window`, whose log a server that is killed between two system calls can leave ahead of
 * its data (see deduplication-log.ts): where that matters, let the tables be replicated ones.
 */
export function openServerStore({
  url,
  user,
  password,
  timeout = 60_000,
  ...options
}: ServerStoreOptions): ClickHouseStore {
  const client = createClient({
    url,
    request_timeout: timeout,
    // Failures are thrown to the caller, who knows what they mean.
    log: { level: ClickHouseLogLevel.OFF },
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
  })
  return new ClickHouseStore(new ServerExecutor(client), options)
}
