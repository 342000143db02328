import type { MessagePort, ResourceLimits } from 'node:worker_threads'
import { Worker } from 'node:worker_threads'
import type { StopMessage, ThreadMessage } from './messages.js'

/** A thread of the engine, from its start to its end. */
export interface EngineThread {
  /** Resolves when the thread works; rejects when it cannot start. */
  readonly ready: Promise<Extract<ThreadMessage, { kind: 'ready' }>>
  /** Finishes and commits what is under way, then ends the thread. */
  stop(): Promise<void>
}

/**
 * Starts one thread. A thread that ends by itself once it works (which none should) is reported through `died`: the
 * engine then stops as a whole, and what was not committed is done again at the next start.
 */
export function startThread(
  name: string,
  module: URL,
  workerData: unknown,
  ports: readonly MessagePort[],
  on: { readonly message: (message: ThreadMessage) => void; readonly died: (error: Error) => void },
  resourceLimits: ResourceLimits = {},
): EngineThread {
  const worker = new Worker(module, { name, workerData, transferList: [...ports], resourceLimits })
  let stopping = false
  let working = false
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const ready: EngineThread['ready'] = new Promise((resolve, reject) => {
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'ready') {
        working = true
        resolve(message)
      } else on.message(message)
    })
    worker.once('error', (error: Error) => {
      if (working) on.died(error)
      else reject(error)
    })
    worker.once('exit', (code) => {
      if (!working) reject(new Error(`thread ${name} ended with status ${code} before it worked`))
      else if (!stopping) on.died(new Error(`thread ${name} ended with status ${code}`))
    })
  })
  // whoever starts several things at once may hear of the failure of another first
  ready.catch(() => {})
  return {
    ready,
    stop: async () => {
      stopping = true
      const message: StopMessage = { kind: 'stop' }
      worker.postMessage(message)
      await ended
    },
  }
}
