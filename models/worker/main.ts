// A worker thread: owns one tokenizer and one session; answers jobs in the order asked.
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
    tell({ kind: 'scored', job: message.job, ...(await scorer.score(message.texts)) })
  })
  tell({ kind: 'ready', together: scorer.together, precision: scorer.precision })
} catch (error) {
  tell({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) })
}
