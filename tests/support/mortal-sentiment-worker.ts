// A sentiment worker that dies of some texts (`DEADLY` ends it, `STUCK` blocks it for ever), and when it is told to.
import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerSettings } from '../../models/worker/protocol.js'
import { loadScorer } from '../../models/worker/scorer.js'

const { settings, generation } = workerData as { settings: WorkerSettings; generation: Int32Array }
const born = Atomics.load(generation, 0)
const tell = (message: FromWorker): void => parentPort?.postMessage(message)
const dieWhenTold = (): void => {
  if (Atomics.load(generation, 0) !== born) process.exit(9)
}

const scorer = await loadScorer(settings)
parentPort?.on('message', async (message: ToWorker) => {
  if (message.kind === 'close') return parentPort?.close()
  dieWhenTold()
  if (message.texts.some((text) => text.includes('DEADLY'))) process.exit(9)
  if (message.texts.some((text) => text.includes('STUCK')))
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  const scored = await scorer.score(message.texts)
  dieWhenTold()
  tell({ kind: 'scored', job: message.job, ...scored })
})
tell({ kind: 'ready', together: scorer.together, precision: scorer.precision })
