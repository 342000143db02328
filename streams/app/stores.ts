import type { LocalSentimentModel } from '../../models/sentiment-model.js'
import type { Config } from '../config.js'
import type { AnalyticsStore } from '../engine/ports/analytics.js'
import { isOnServer, openEmbeddedAnalytics, openServerAnalytics } from './analytics-store.js'
import { ownDataFolder } from './data-folder.js'
import { consumersNow } from './engine.js'
import { type Foundation, openFoundation } from './foundation.js'
import type { Instance } from './instance.js'
import { openModel } from './model.js'
import { noTables } from './no-tables.js'
import { OpenedInstance } from './opened-instance.js'
import { authorKey } from './pseudonyms.js'
import { allTopics } from './topics.js'

/** The stores of a data folder that no engine runs on, each opened when it is first needed. */
export function openedInstance(config: Config): Instance {
  const opened: (() => Promise<void> | void)[] = []
  const once = <Value>(open: () => Promise<Value>): (() => Promise<Value>) => {
    let value: Promise<Value> | undefined
    return () => {
      value ??= open()
      return value
    }
  }
  const directory = once(async () => {
    const held = await ownDataFolder(config)
    opened.push(() => held.release())
    return held
  })
  const foundation = once(async (): Promise<Foundation> => {
    if (config.backend === 'embedded') await directory()
    const found = await openFoundation(config)
    opened.push(() => found.close())
    return found
  })
  const store = once(async (): Promise<AnalyticsStore> => {
    if (!config.tables) return noTables
    if (isOnServer(config)) {
      // the engine makes the tables: whoever only asks may be a user who could not
      const server = await openServerAnalytics(config)
      opened.push(() => server.close())
      return server
    }
    await directory()
    const found = await openEmbeddedAnalytics(config)
    opened.push(() => found.close())
    await found.migrate()
    return found
  })
  const model = once(async (): Promise<LocalSentimentModel> => {
    const found = await openModel(config, Math.max(1, config.modelWorkers))
    opened.push(() => found.close())
    return found
  })
  return new OpenedInstance({
    backend: async () => (await foundation()).backend,
    serdes: async () => (await foundation()).serdes,
    store,
    model,
    topics: allTopics,
    authorKey: () => authorKey(config.authorKey, config.dataDir),
    consumers: async () => consumersNow(await foundation()),
    close: async () => {
      for (const step of opened.splice(0).reverse()) await step()
    },
  })
}
