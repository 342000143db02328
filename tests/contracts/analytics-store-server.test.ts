import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openServerStore } from '../../sinks/clickhouse/server-store.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { startChild } from '../support/child.js'
import { type AnalyticsPlace, analyticsStoreContract } from './analytics-store.js'

/** A ClickHouse of another process, that is our own interface in its writable mode. */
async function server(): Promise<AnalyticsPlace> {
  const dir = mkdtempSync(join(tmpdir(), 'pulso-analytics-'))
  const child = startChild('./clickhouse-process.js', [dir])
  const url = await child.line()
  if (url === undefined) throw new Error('the ClickHouse of the test did not start')
  let store: AnalyticsStore | undefined
  return {
    open: async () => {
      await store?.close()
      store = openServerStore({ url, user: 'default', password: 'secret' })
      return store
    },
    remove: async () => {
      await store?.close()
      await child.end('SIGTERM')
      rmSync(dir, { recursive: true })
    },
  }
}

analyticsStoreContract('a server over HTTP', server)
