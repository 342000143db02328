import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import { compressFrame } from 'lz4-napi'
import { AnalyticsError } from '../error.js'
import type { Executed, ExecuteOptions, Executor, Settings } from '../executor.js'
import { readRows } from '../result.js'
import { connectionError } from './failure.js'
import { insertableSettings, type UserSetting } from './settings.js'

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

/**
 * The same for every attempt at a block, so that the server refuses one while it still works at another
 * (`QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING`): two at once could both miss what the other has yet to note.
 */
const insertId = (into: string, token: string): string =>
  `pulso-${createHash('sha1').update(into).update('\0').update(token).digest('hex')}`

/** A ClickHouse server, through the official client. */
export class ServerExecutor implements Executor {
  private ofUser: Promise<ReadonlyMap<string, UserSetting>> | undefined

  constructor(
    private readonly client: ClickHouseClient,
    /** For messages. */
    private readonly url: string,
  ) {}

  async execute(sql: string, options: ExecuteOptions = {}): Promise<Executed> {
    try {
      const result = await this.client.exec({
        query: sql,
        clickhouse_settings: wireSettings(options),
        ...(options.signal !== undefined && { abort_signal: options.signal }),
      })
      const bytes = await bytesOf(result.stream)
      const { result_rows: rows = 0, elapsed_ns: elapsed = 0 } = result.summary ?? {}
      return { bytes, rows: Number(rows), elapsed: Number(elapsed) / 1e9 }
    } catch (error) {
      throw this.failed(error)
    }
  }

  /**
   * Sends the block compressed as LZ4, which costs a tenth of gzip. Memory for the block twice: the server reads one
   * frame.
   */
  async insertNative(
    into: string,
    _structure: string,
    parts: readonly Uint8Array[],
    settings: Settings,
  ): Promise<void> {
    try {
      const sent = await this.insertable(settings)
      const body = await compressFrame(Buffer.concat(parts))
      const { stream } = await this.client.exec({
        query: `INSERT INTO ${into} FORMAT Native`,
        query_id: insertId(into, String(settings['insert_deduplication_token'])),
        values: Readable.from([body], { objectMode: false }),
        http_headers: { 'Content-Encoding': 'lz4' },
        clickhouse_settings: wireSettings({ settings: sent }),
      })
      await bytesOf(stream)
    } catch (error) {
      // it may be another server that answers next, or a profile that was mended
      this.ofUser = undefined
      throw this.failed(error)
    }
  }

  /**
   * Those of the settings that have to be sent.
   * @throws AnalyticsError UNFIT when the server or the user's profile does not allow what has to be
   */
  async insertable(settings: Settings): Promise<Settings> {
    this.ofUser ??= this.readUserSettings()
    return insertableSettings(settings, await this.ofUser)
  }

  close(): Promise<void> {
    return this.client.close()
  }

  private async readUserSettings(): Promise<ReadonlyMap<string, UserSetting>> {
    const { bytes } = await this.execute('SELECT name, value, readonly, min, max FROM system.settings', {
      format: 'JSONCompactEachRowWithNamesAndTypes',
    })
    const text = (value: unknown) => (value === null ? null : String(value))
    return new Map(
      readRows(bytes).map(({ name, value, readonly, min, max }) => [
        String(name),
        { value: String(value), fixed: Number(readonly) === 1, min: text(min ?? null), max: text(max ?? null) },
      ]),
    )
  }

  /** An error of the client: of ClickHouse, where its message is the exception's, or of the way there. */
  private failed(cause: unknown): AnalyticsError {
    if (cause instanceof AnalyticsError) return cause
    const { code, type } = cause as { code?: unknown; type?: unknown }
    if (!(cause instanceof Error) || !/^\d+$/.test(String(code))) return connectionError(this.url, cause)
    return new AnalyticsError(cause.message.replace(/[\s.]+$/, ''), Number(code), String(type ?? ''), { cause })
  }
}
