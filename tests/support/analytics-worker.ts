import { once } from 'node:events'
import type { MessagePort } from 'node:worker_threads'
import { workerData } from 'node:worker_threads'
import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { serveStore } from '../../sinks/clickhouse/remote-store.js'

/** Owns a store for as long as its port is open. */
const { dir, port }: { readonly dir: string; readonly port: MessagePort } = workerData
const store = await openEmbeddedStore({ dir })
serveStore(store, port)
await once(port, 'close')
await store.close()
