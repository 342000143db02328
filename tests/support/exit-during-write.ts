import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Environment } from '../../streams/embedded/environment.js'
import { textKey } from '../../streams/embedded/keys.js'

/* Ends the process, with status 3, while a thread of it is in the middle of a write. */
const dir = isMainThread ? (process.argv[2] ?? '') : (workerData as string)
const environment = new Environment({ dir, sync: 'process', mapSize: 2 ** 30 })
if (isMainThread) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: dir })
  worker.once('message', () => process.exit(3))
} else {
  environment.write(() => {
    parentPort?.postMessage('writing')
    const until = performance.now() + 300
    while (performance.now() < until) {
      // Busy, as a long write is; the end of the process falls into it.
    }
    void environment.tables.meta.put(textKey('written'), textKey('yes'))
  })
  for (;;) environment.write(() => undefined)
}
