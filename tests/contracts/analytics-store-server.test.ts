import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { ClickHouseServer } from '../support/clickhouse-server.js'
import { type AnalyticsPlace, analyticsStoreContract } from './analytics-store.js'

async function place(): Promise<AnalyticsPlace> {
  const server = await ClickHouseServer.start()
  let store: AnalyticsStore | undefined
  return {
    open: async () => {
      await store?.close()
      store = server.open()
      return store
    },
    remove: async () => {
      await store?.close()
      await server.remove()
    },
  }
}

analyticsStoreContract('a server over HTTP', place)
