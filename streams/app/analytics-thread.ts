import { parentPort, workerData } from 'node:worker_threads'
import type { EmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { serveStore } from '../../sinks/clickhouse/remote-store.js'
import { systemClock } from '../runtime/clock.js'
import { Lineage } from '../runtime/lineage.js'
import { SinkRunner, type SinkRunnerDependencies } from '../runtime/sink-runner.js'
import { isOnServer, openEmbeddedAnalytics, openServerAnalytics } from './analytics-store.js'
import { openFoundation } from './foundation.js'
import type { AnalyticsThreadData, ThreadMessage } from './messages.js'
import { PatientStore } from './patient-store.js'
import { portError } from './ports.js'
import { recounting } from './recounting.js'
import { sinkMappings } from './sinks.js'
import { hostTasks } from './task-host.js'
import { sinkTasks } from './tasks.js'

/** The thread that owns the analytics store, or the connection to its server: it answers queries and carries topics into tables. */
const { config, storePort }: AnalyticsThreadData = workerData
const tell = (message: ThreadMessage) => parentPort?.postMessage(message)

/** ClickHouse's own interface to the embedded store. */
async function openInterface({ executor }: EmbeddedStore) {
  const { clickhouseHttp } = await import('../../sinks/clickhouse/http/server.js')
  const { clickhouseHost: host, clickhousePort: port } = config
  const { clickhouseUser: user, clickhousePassword: password, clickhouseWritable: writable } = config
  try {
    return await clickhouseHttp({ executor, host, port, user, password, writable })
  } catch (error) {
    throw portError(error, { host, port, variable: 'PULSO_CLICKHOUSE_PORT', what: 'ClickHouse interface' })
  }
}

if (parentPort === null) throw new Error('this is a thread of an engine: start it by pulso start')
/** The process ends: a store that is away is not waited for any longer. */
const leaving = new AbortController()
const embedded = isOnServer(config) ? null : await openEmbeddedAnalytics(config)
const store = embedded ?? (await openServerAnalytics(config))
const patient = new PatientStore(
  store,
  systemClock,
  { failed: (outage) => tell({ kind: 'store-failed', outage }), works: () => tell({ kind: 'store-works' }) },
  leaving.signal,
)
const { migrated } = await patient.begin()
serveStore(store, storePort)
const http = embedded === null ? null : await openInterface(embedded)
const foundation = await openFoundation(config, { aborted: ({ group }) => tell({ kind: 'aborted', group }) })

const lineage = new Lineage(foundation.backend.log, foundation.stages, foundation.partitionsOf, foundation.widthOf)
const sinkDependencies: SinkRunnerDependencies = {
  backend: foundation.backend,
  clock: systemClock,
  write: (block) => patient.write(block),
  observer: {
    ...(config.logLevel === 'trace' && { begins: (what) => tell({ kind: 'begins', what }) }),
    lost: (group, range) => tell({ kind: 'lost', group, range }),
    resumed: (resumedTopic) => tell({ kind: 'resumed', topic: resumedTopic }),
    written: (report) => tell({ kind: 'written', report }),
    failed: (failedTopic, error, attempt) =>
      tell({ kind: 'sink-failed', topic: failedTopic, message: error.stack ?? error.message, attempt }),
  },
  offsetReset: config.offsetReset,
  partitionsOf: foundation.partitionsOf,
  prepare: (batch) => foundation.serdes.ensureWithin(batch),
  maxRecords: 150_000,
  coming: (written) => lineage.backlog(written),
  linger: 400,
  lingerBehind: 2_000,
}

const mappings = sinkMappings(foundation.serdes)
const tasks = new Map(sinkTasks(foundation, config.backend === 'kafka').map((task) => [task.name, task]))
async function run(name: string, signal: AbortSignal): Promise<void> {
  const task = tasks.get(name)
  const mapping = task && mappings.get(task.topic)
  if (task === undefined || mapping === undefined)
    throw new Error(`there is no task ${name}: all workers must be of one version`)
  try {
    await migrated
  } catch (error) {
    // nothing was begun: the store never answered
    if (leaving.signal.aborted) return
    throw error
  }
  await new SinkRunner(task.topic, task.partitions, mapping, sinkDependencies).run(signal)
}

const stopped = hostTasks(parentPort, run, () => leaving.abort())
tell({ kind: 'ready', clickhouse: http?.url ?? config.clickhouseUrl })
const watching = embedded === null ? patient.watch() : null
const looking = config.backend === 'kafka' ? recounting(foundation.recount) : null
await stopped
looking?.stop()
await watching
await foundation.close()
await http?.close()
await store.close()
tell({ kind: 'stopped' })
parentPort?.close()
storePort.close()
