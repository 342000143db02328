import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { remoteStore, serveStore } from '../../sinks/clickhouse/remote-store.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { type AnalyticsPlace, analyticsStoreContract } from './analytics-store.js'

/** A directory, opened by one store at a time; `through` stands between it and the test. */
async function directory(through: (store: AnalyticsStore) => AnalyticsStore): Promise<AnalyticsPlace> {
  const dir = mkdtempSync(join(tmpdir(), 'pulso-analytics-'))
  let opened: AnalyticsStore | undefined
  let seen: AnalyticsStore | undefined
  const close = async () => {
    await seen?.close()
    if (seen !== opened) await opened?.close()
    opened = undefined
    seen = undefined
  }
  return {
    open: async () => {
      await close()
      opened = await openEmbeddedStore({ dir })
      seen = through(opened)
      return seen
    },
    remove: async () => {
      await close()
      rmSync(dir, { recursive: true })
    },
  }
}

analyticsStoreContract('chDB in this process', () => directory((store) => store))

analyticsStoreContract('chDB seen through a port', () =>
  directory((store) => {
    const { port1, port2 } = new MessageChannel()
    serveStore(store, port2)
    return remoteStore(port1)
  }),
)
