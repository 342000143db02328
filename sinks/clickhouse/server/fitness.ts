import { AnalyticsError } from '../error.js'
import type { Executor } from '../executor.js'
import { encodeParams, quoteName } from '../literal.js'
import { readRows, resultFormat, resultSettings } from '../result.js'
import { unfit } from './failure.js'

/**
 * The oldest release whose deduplication covers materialised views under a token:
 * https://github.com/ClickHouse/ClickHouse/pull/66144
 */
const oldest = [24, 8] as const
/** Blocks that every table has to remember, as the migrations say. */
const remembered = 10_000

const unfitFor = (problem: string) => new AnalyticsError(problem, 0, unfit)

async function rowsOf(executor: Executor, sql: string, params: Record<string, string> = {}) {
  const { bytes } = await executor.execute(sql, {
    params: encodeParams(params),
    format: resultFormat,
    settings: resultSettings,
  })
  return readRows(bytes)
}

/** Who answers there, and as whom. */
export interface Identity {
  readonly version: string
  readonly user: string
}

/** @throws AnalyticsError UNFIT when the server is too old */
export async function readIdentity(executor: Executor): Promise<Identity> {
  const [row] = await rowsOf(executor, 'SELECT version() AS version, currentUser() AS user')
  const identity = { version: String(row?.version), user: String(row?.user) }
  const [year = 0, release = 0] = identity.version.split('.').map(Number)
  if (year < oldest[0] || (year === oldest[0] && release < oldest[1]))
    throw unfitFor(
      `the server is ClickHouse ${identity.version}: roll-ups of a retried block are right from ${oldest.join('.')} on`,
    )
  return identity
}

/** Rights that are needed all the time; those to make tables only when a migration is due. */
export const neededRights = 'SELECT, INSERT, ALTER UPDATE, ALTER DELETE'

/**
 * Asks the server whether the user has the rights; one that cannot be asked says so when a statement comes.
 * @throws AnalyticsError UNFIT with the statement that grants them
 */
export async function checkRights(executor: Executor, database: string, user: string): Promise<void> {
  const where = `${quoteName(database)}.*`
  let granted: unknown
  try {
    const [row] = await rowsOf(executor, `CHECK GRANT ${neededRights} ON ${where}`)
    granted = row?.result
  } catch (error) {
    // releases before 24.11 know no CHECK GRANT
    if (error instanceof AnalyticsError && error.type === 'SYNTAX_ERROR') return
    throw error
  }
  if (Number(granted) !== 1)
    throw unfitFor(
      `user ${user} has not all rights on database ${database}: GRANT ${neededRights} ON ${where} TO ${quoteName(user)}`,
    )
}

/**
 * Looks whether every table remembers the blocks that were written into it: somebody may have made them otherwise.
 * Replicated and shared ones do by themselves.
 * @throws AnalyticsError UNFIT naming the tables that do not
 */
export async function checkTables(executor: Executor, database: string): Promise<void> {
  const rows = await rowsOf(
    executor,
    `SELECT name, engine, engine_full AS full FROM system.tables
     WHERE database = {database:String} AND engine LIKE '%MergeTree' AND name NOT IN ('migrations', 'blocks')`,
    { database },
  )
  const forgetful = rows.filter(({ engine, full }) => {
    if (/^(Replicated|Shared)/.test(String(engine))) return false
    const [, window = '0'] = /\bnon_replicated_deduplication_window = (\d+)/.exec(String(full)) ?? []
    return Number(window) < remembered
  })
  if (forgetful.length === 0) return
  const mended = forgetful.map(
    ({ name }) =>
      `ALTER TABLE ${quoteName(database)}.${quoteName(String(name))} MODIFY SETTING non_replicated_deduplication_window = ${remembered}`,
  )
  throw unfitFor(
    `tables do not remember ${remembered} blocks, so that a retried one would come twice: ${mended.join('; ')}`,
  )
}
