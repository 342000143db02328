import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { clickhouseHttp } from '../../sinks/clickhouse/http/server.js'

/**
 * A small ClickHouse in a process of its own: `node clickhouse-process.js DIR [PORT [PASSWORD [reading]]]`, the last for
 * one that takes no writes. Prints its address; ends on SIGTERM.
 */
const [, , dir = '', port = '0', password = 'secret', mode = 'writing'] = process.argv
const store = await openEmbeddedStore({ dir })
const writable = mode === 'writing'
const http = await clickhouseHttp({ executor: store.executor, port: Number(port), writable, password })
process.once('SIGTERM', async () => {
  await http.close()
  await store.close()
})
process.stdout.write(`${http.url}\n`)
