import { AnalyticsError } from '../error.js'
import type { Settings } from '../executor.js'

/** Bounds of one query that comes over HTTP. A client may ask for less, never for more. */
export interface QueryLimits {
  /** Milliseconds. */
  readonly executionTime: number
  /** Rows of the result. */
  readonly resultRows: number
  /** Bytes of the result, uncompressed, in the engine's memory. */
  readonly resultBytes: number
  /** Bytes of memory that the query may take. */
  readonly memory: number
}

export const defaultLimits: QueryLimits = {
  executionTime: 60_000,
  resultRows: 5_000_000,
  resultBytes: 256 * 1024 * 1024,
  memory: 1024 * 1024 * 1024,
}

/** Parameters of the address that are no settings. */
export const interfaceParameters = new Set([
  'query',
  'user',
  'password',
  'database',
  'default_format',
  'query_id',
  'session_id',
  'session_timeout',
  'session_check',
  'quota_key',
  'role',
  'client_protocol_version',
  'buffer_size',
  'wait_end_of_query',
  'compress',
  'decompress',
])

/** Settings of the transport: answered by this interface, or without effect on it. */
const transport =
  /^(enable_http_compression|http_.*|send_progress_in_http_headers|send_logs_level|cancel_http_readonly_queries_on_client_close|add_http_cors_header|log_queries|network_(compression_method|zstd_compression_level)|log_comment|readonly|async_insert|wait_for_async_insert)$/

/** Settings that change how a result looks or how NULLs join, and cannot reach anything. */
const harmless =
  /^(output_format_(?!schema).*|input_format_.*|date_time_(in|out)put_format|format_csv_.*|bool_(true|false)_representation|session_timezone|join_use_nulls|extremes|result_overflow_mode|read_overflow_mode|timeout_overflow_mode|group_by_use_nulls|union_default_mode|max_block_size|max_threads|prefer_column_name_to_alias|enable_analyzer|allow_experimental_analyzer|allow_experimental_.*_type|use_variant_as_common_type|joined_subquery_requires_alias|any_join_distinct_right_table_keys|transform_null_in|format_null_as_default|data_type_default_nullable|cast_keep_nullable|limit|offset)$/

const bounded = (limits: QueryLimits): Readonly<Record<string, number>> => ({
  max_execution_time: limits.executionTime / 1000,
  max_result_rows: limits.resultRows,
  max_result_bytes: limits.resultBytes,
  max_memory_usage: limits.memory,
})

/** A limit asked for, where it is lower than the own one; 0 asks for none. */
const lower = (own: number, asked: string | undefined): number => {
  const number = Number(asked)
  return number > 0 && number < own ? number : own
}

/**
 * Settings of a reader's query: those that are harmless as asked for, the limits as asked for or as configured.
 * @throws AnalyticsError READONLY for any other.
 */
export function readerSettings(asked: Readonly<Record<string, string>>, limits: QueryLimits): Settings {
  const settings: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(asked)) {
    if (transport.test(name) || name in bounded(limits)) {
      if (name === 'readonly' && value !== '1' && value !== '2')
        throw new AnalyticsError("Cannot modify 'readonly' setting in readonly mode", 164, 'READONLY')
    } else if (harmless.test(name)) settings[name] = value
    else throw new AnalyticsError(`Cannot modify '${name}' setting in readonly mode`, 164, 'READONLY')
  }
  for (const [name, own] of Object.entries(bounded(limits))) settings[name] = lower(own, asked[name])
  return settings
}

const ownOfServer = /^(enable_http_compression|http_.*|send_progress_in_http_headers|add_http_cors_header|readonly)$/

/** Settings of a writer's statement: as asked for. */
export const writerSettings = (asked: Readonly<Record<string, string>>): Settings =>
  Object.fromEntries(Object.entries(asked).filter(([name]) => !ownOfServer.test(name)))
