import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { clickhouseHttp } from '../../sinks/clickhouse/http/server.js'

/** A small ClickHouse in a process of its own: `node clickhouse-process.js DIR`. Prints its address; ends on SIGTERM. */
const [, , dir = ''] = process.argv
const store = await openEmbeddedStore({ dir })
const http = await clickhouseHttp({ executor: store.executor, port: 0, writable: true, password: 'secret' })
process.once('SIGTERM', async () => {
  await http.close()
  await store.close()
})
process.stdout.write(`${http.url}\n`)
