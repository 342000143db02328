import { failureOf } from '../../sinks/clickhouse/server/failure.js'
import type { Config } from '../config.js'
import { openServerAnalytics } from './analytics-store.js'
import { type Finding, fine, wrong } from './finding.js'

/** Looks at the ClickHouse server of the configuration as the engine would before it writes; changes nothing. */
export async function examineClickHouseServer(config: Config): Promise<Finding> {
  const what = 'ClickHouse server'
  try {
    const store = await openServerAnalytics(config)
    const { version, user } = await store.examine().finally(() => store.close())
    return fine(what, `${version} at ${config.clickhouseUrl}, user ${user}, database ${config.clickhouseDatabase}`)
  } catch (error) {
    return wrong(
      what,
      error instanceof Error ? error.message : String(error),
      failureOf(error).remedy || 'the message says what to do',
    )
  }
}
