import { parentPort, workerData } from 'node:worker_threads'
import { type PulsoSettings, runTasks } from './tasks.js'

/** What a thread tells. */
export type Told = { readonly begins: true } | { readonly taken: number } | { readonly committed: number }

/** A thread that runs tasks of a job until it is told to stop. */
const settings: PulsoSettings = workerData
const port = parentPort
if (port === null) throw new Error('this is a thread: start it by pulso-process.js')
const stop = new AbortController()
port.once('message', () => {
  stop.abort()
  port.close()
})
let begun = false
const tell = (told: Told) => port.postMessage(told)
await runTasks(
  settings,
  {
    begins: () => {
      if (!begun) tell({ begins: true })
      begun = true
    },
    taken: (taken) => tell({ taken }),
    committed: (committed) => tell({ committed }),
  },
  stop.signal,
)
