// A worker thread: owns one session; answers jobs in the order asked.
import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerSettings } from './protocol.js'
import { loadScorer } from './scorer.js'

const port = parentPort
if (port === null) throw new Error('models/worker/main.ts runs as a worker thread only')
const tell = (message: FromWorker): void => port.postMessage(message)

try {
  const scorer = await loadScorer(workerData as WorkerSettings)
  port.on('message', async (message: ToWorker) => {
    if (message.kind === 'close') {
      port.close()
      await scorer.close()
      return
    }
    tell({ kind: 'scored', job: message.job, results: await scorer.score(message.rows) })
  })
  tell({ kind: 'ready', runs: scorer.runs, precision: scorer.precision })
} catch (error) {
  tell({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) })
}
