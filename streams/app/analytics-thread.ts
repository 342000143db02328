import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { clickhouseHttp } from '../../sinks/clickhouse/http/server.js'
import { serveStore } from '../../sinks/clickhouse/remote-store.js'
import { partition } from '../engine/topic.js'
import { systemClock } from '../runtime/clock.js'
import { SinkRunner } from '../runtime/sink-runner.js'
import { openFoundation } from './foundation.js'
import type { AnalyticsThreadData, ThreadMessage } from './messages.js'
import { portError } from './ports.js'
import { sinkMappings } from './sinks.js'

/** The thread that owns the analytics store: it answers queries and carries topics into tables. */
const { config, storePort }: AnalyticsThreadData = workerData
const tell = (message: ThreadMessage) => parentPort?.postMessage(message)

const store = await openEmbeddedStore({ dir: join(config.dataDir, 'clickhouse') })
await store.migrate()
serveStore(store, storePort)
const http = await clickhouseHttp({
  executor: store.executor,
  host: config.clickhouseHost,
  port: config.clickhousePort,
  user: config.clickhouseUser,
  password: config.clickhousePassword,
  writable: config.clickhouseWritable,
}).catch((error) => {
  throw portError(error, {
    host: config.clickhouseHost,
    port: config.clickhousePort,
    variable: 'PULSO_CLICKHOUSE_PORT',
    what: 'ClickHouse interface',
  })
})
const foundation = await openFoundation(config)

const stop = new AbortController()
// every runner listens to the one signal
setMaxListeners(0, stop.signal)
parentPort?.on('message', () => stop.abort())

const runners = [...sinkMappings(foundation.serdes)].map(
  ([topic, mapping]) =>
    new SinkRunner(
      topic,
      Array.from({ length: foundation.partitionsOf(topic) }, (_, index) => partition(index)),
      mapping,
      {
        backend: foundation.backend,
        clock: systemClock,
        write: (block) => store.write(block),
        observer: {
          ...(config.logLevel === 'trace' && { begins: (what) => tell({ kind: 'begins', what }) }),
          resumed: (resumedTopic) => tell({ kind: 'resumed', topic: resumedTopic }),
          written: (report) => tell({ kind: 'written', report }),
          failed: (failedTopic, error, attempt) =>
            tell({ kind: 'sink-failed', topic: failedTopic, message: error.stack ?? error.message, attempt }),
        },
        prepare: (records) => foundation.serdes.ensure(records.map(({ value }) => value)),
        maxRecords: 150_000,
        linger: 400,
      },
    ),
)
tell({ kind: 'ready', clickhouse: http.url })
await Promise.all(runners.map((runner) => runner.run(stop.signal)))
await foundation.backend.close()
await http.close()
await store.close()
tell({ kind: 'stopped' })
parentPort?.close()
storePort.close()
