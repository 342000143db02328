import { Worker } from 'node:worker_threads'
import { streamHeaps } from '../../streams/app/heaps.js'
import type { Told } from './contender.js'
import type { Told as ToldByThread } from './pulso-thread.js'
import type { PulsoSettings } from './tasks.js'

export interface ProcessSettings extends PulsoSettings {
  readonly threads: number
}

/**
 * Runs tasks of a job in threads until its standard input ends. On standard output it says, as JSON, when it has begun
 * with the first record ("first"), how many it has taken up ("taken"), and of how many what they brought about is committed
 * ("done").
 */
const settings: ProcessSettings = JSON.parse(process.argv[2] ?? '{}')
let taken = 0
let committed = 0
let begun = false

const tell = (what: Told) => process.stdout.write(`${JSON.stringify(what)}\n`)

function heard(told: ToldByThread): void {
  if ('taken' in told) {
    taken += told.taken
    tell({ event: 'taken', records: taken })
  } else if ('committed' in told) {
    committed += told.committed
    tell({ event: 'done', records: committed })
  } else if (!begun) {
    begun = true
    tell({ event: 'done', records: 0 })
    tell({ event: 'first' })
  }
}

const resourceLimits = streamHeaps('kafka')
const threads = Array.from({ length: settings.threads }, (_, thread) => {
  const owned = settings.owned.filter((_, index) => index % settings.threads === thread)
  const worker = new Worker(new URL('./pulso-thread.js', import.meta.url), {
    workerData: { ...settings, owned } satisfies PulsoSettings,
    resourceLimits,
  })
  worker.on('message', heard)
  worker.on('error', (error) => {
    throw error
  })
  return worker
})
process.stdin.resume()
process.stdin.once('end', () => {
  for (const worker of threads) worker.postMessage('stop')
})
