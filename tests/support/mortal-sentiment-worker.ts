// A sentiment worker that dies of some texts (`DEADLY` ends it, `STUCK` blocks it for ever), and when it is told to.
import { parentPort, workerData } from 'node:worker_threads'
import type { TokenIds } from '../../models/providers/provider.js'
import { loadTokenizer } from '../../models/tokenizer/tokenizer.js'
import type { FromWorker, ToWorker, WorkerSettings } from '../../models/worker/protocol.js'
import { loadScorer } from '../../models/worker/scorer.js'

const { settings, generation } = workerData as { settings: WorkerSettings; generation: Int32Array }
const born = Atomics.load(generation, 0)
const tell = (message: FromWorker): void => parentPort?.postMessage(message)
const dieWhenTold = (): void => {
  if (Atomics.load(generation, 0) !== born) process.exit(9)
}

const encode = await loadTokenizer(settings.model.dir, settings.model.maxTokens)
/** Whether a text holds a word, by its tokens: a worker sees nothing else. */
const holding = (word: string): ((row: TokenIds) => boolean) => {
  const ids = encode(word).slice(1, -1)
  return (row) => row.some((_, at) => ids.every((id, next) => row[at + next] === id))
}
const [deadly, stuck] = [holding('DEADLY'), holding('STUCK')]

const scorer = await loadScorer(settings)
parentPort?.on('message', async (message: ToWorker) => {
  if (message.kind === 'close') return parentPort?.close()
  dieWhenTold()
  if (message.rows.some(deadly)) process.exit(9)
  if (message.rows.some(stuck)) for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  const results = await scorer.score(message.rows)
  dieWhenTold()
  tell({ kind: 'scored', job: message.job, results })
})
tell({ kind: 'ready', runs: scorer.runs, precision: scorer.precision })
