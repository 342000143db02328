import type { Duration } from '../../streams/engine/time.js'
import type { Executor } from './executor.js'
import { encodeParams, quoteName } from './literal.js'
import { readRows, resultFormat, resultSettings } from './result.js'

/** The column of each table that says how old a row is. */
const ages = {
  mentions: 'createdAt',
  trends: 'start',
  emerging_terms: 'start',
  post_engagements: 'observedAt',
  engagement_metrics: 'start',
  survey_answers: 'answeredAt',
  shifts: 'start',
  late_records: 'timestamp',
  dead_letters: 'timestamp',
  trends_by_minute: 'start',
  trends_by_hour: 'start',
  trends_by_day: 'start',
  aspects_by_hour: 'start',
  aspects_by_day: 'start',
} as const

/**
 * How long rows are kept, by table, in milliseconds (whole seconds). Tables that are not named keep theirs for ever:
 * what is replayed carries its own old time, and would be gone at the next merge.
 */
export type Retention = { readonly [Table in keyof typeof ages]?: Duration }

const expiry = (column: string, seconds: number) => `toDateTime(${column}) + toIntervalSecond(${seconds})`

async function createStatement(executor: Executor, database: string, table: string): Promise<string> {
  const { bytes } = await executor.execute(
    'SELECT create_table_query AS statement FROM system.tables WHERE database = {database:String} AND name = {table:String}',
    { params: encodeParams({ database, table }), format: resultFormat, settings: resultSettings },
  )
  return String(readRows(bytes)[0]?.statement ?? '')
}

/** Gives the tables these times to live, and takes from the others what they had. Nothing happens where it is so already. */
export async function applyRetention(executor: Executor, database: string, retention: Retention): Promise<void> {
  for (const [name, column] of Object.entries(ages)) {
    const table = `${quoteName(database)}.${name}`
    const kept = retention[name as keyof Retention]
    const statement = await createStatement(executor, database, name)
    if (kept === undefined) {
      if (/\bTTL\b/.test(statement)) await executor.execute(`ALTER TABLE ${table} REMOVE TTL`)
      continue
    }
    const ttl = expiry(column, Math.ceil(kept / 1000))
    if (!statement.includes(`TTL ${ttl}`)) await executor.execute(`ALTER TABLE ${table} MODIFY TTL ${ttl}`)
  }
}
