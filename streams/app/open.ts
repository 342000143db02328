import type { LocalSentimentModel } from '../../models/sentiment-model.js'
import { openSentimentModel } from '../../models/sentiment-model.js'
import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import type { Config } from '../config.js'
import type { AnalyticsStore } from '../engine/ports/analytics.js'
import { readControlFile } from './control.js'
import { ownDataFolder } from './data-folder.js'
import { analyticsDir, consumersOf } from './engine.js'
import { type Foundation, openFoundation } from './foundation.js'
import type { Instance } from './instance.js'
import { OpenedInstance } from './opened-instance.js'
import { authorKey } from './pseudonyms.js'
import { runningInstance } from './running-instance.js'
import { allTopics } from './topics.js'

/** The engine that runs on the data folder, asked through its interface; else the stores themselves, opened at need. */
export async function openInstance(config: Config): Promise<Instance> {
  const control = readControlFile(config.dataDir)
  if (control === null) return openedInstance(config)
  const running = runningInstance(control)
  // the file of an engine that was killed may name a process id that another program has now
  const answers = await running.topics().then(
    () => true,
    () => false,
  )
  return answers ? running : openedInstance(config)
}

function openedInstance(config: Config): Instance {
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
    await directory()
    const found = await openFoundation(config)
    opened.push(() => found.backend.close())
    return found
  })
  const store = once(async (): Promise<AnalyticsStore> => {
    await directory()
    const found = await openEmbeddedStore({ dir: analyticsDir(config) })
    opened.push(() => found.close())
    await found.migrate()
    return found
  })
  const model = once(async (): Promise<LocalSentimentModel> => {
    const found = await openSentimentModel({ dir: config.modelDir, workers: 1 })
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
    consumers: async () => consumersOf(await foundation()),
    close: async () => {
      for (const step of opened.splice(0).reverse()) await step()
    },
  })
}
