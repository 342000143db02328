import { Worker } from 'node:worker_threads'
import type { Told } from './pulso-thread.js'
import type { PulsoSettings } from './tasks.js'

/** Young objects of a thread that runs tasks, in megabytes, as the engine has it (streams/app/engine.ts). */
const youngGeneration = 48

export interface ProcessSettings extends PulsoSettings {
  readonly threads: number
  /** Records after which the job is done. */
  readonly records: number
}

/**
 * Runs tasks of a job in threads until its standard input ends. On standard output it says, as JSON, when it has begun
 * with the first record ("first") and when what as many as it was told of brought about is committed ("done").
 */
const settings: ProcessSettings = JSON.parse(process.argv[2] ?? '{}')
let taken = 0
let begun = false

function tell(event: 'first' | 'done'): void {
  const { user, system } = process.cpuUsage()
  process.stdout.write(`${JSON.stringify({ event, seconds: performance.now() / 1_000, cpu: (user + system) / 1e6 })}\n`)
}

function heard(told: Told): void {
  if (told === 'begins') {
    if (!begun) tell('first')
    begun = true
    return
  }
  const before = taken
  taken += told
  if (before < settings.records && taken >= settings.records) tell('done')
}

const threads = Array.from({ length: settings.threads }, (_, thread) => {
  const owned = settings.owned.filter((_, index) => index % settings.threads === thread)
  const worker = new Worker(new URL('./pulso-thread.js', import.meta.url), {
    workerData: { ...settings, owned } satisfies PulsoSettings,
    resourceLimits: { maxYoungGenerationSizeMb: youngGeneration },
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
