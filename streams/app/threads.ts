import type { MessagePort, ResourceLimits } from 'node:worker_threads'
import { Worker } from 'node:worker_threads'
import type { KeyAnswer, Question, ThreadMessage, ThreadOrder } from './messages.js'

/** A thread of the engine, from its start to its end. */
export interface EngineThread {
  /** Resolves when the thread works; rejects when it cannot start. */
  readonly ready: Promise<Extract<ThreadMessage, { kind: 'ready' }>>
  /**
   * Runs the task there until the signal; resolves when what was under way is finished and committed. When the thread has
   * died the task is not run, and is not to be begun anew: the engine stops.
   */
  run(task: string, signal: AbortSignal): Promise<void>
  /** Asks for what the state of a task says. */
  ask(task: string, question: Question): Promise<KeyAnswer>
  /** Says that the process is about to end: what is away is not waited for any longer. */
  leaving(): void
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
  const order = (told: ThreadOrder) => worker.postMessage(told)
  const runs = new Map<number, () => void>()
  let begun = 0
  const questions = new Map<number, (answer: KeyAnswer) => void>()
  let asked = 0
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const ready: EngineThread['ready'] = new Promise((resolve, reject) => {
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'ready') {
        working = true
        resolve(message)
      } else if (message.kind === 'task-ended') runs.get(message.run)?.()
      else if (message.kind === 'answered') questions.get(message.number)?.(message.answer)
      else on.message(message)
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
    run: async (task, signal) => {
      const run = begun++
      const over = new Promise<void>((resolve) => runs.set(run, resolve))
      const end = () => order({ kind: 'end', run })
      order({ kind: 'run', run, task })
      if (signal.aborted) end()
      else signal.addEventListener('abort', end)
      await Promise.race([over, ended.then(() => aborted(signal))])
      runs.delete(run)
      signal.removeEventListener('abort', end)
    },
    ask: async (task, question) => {
      const number = asked++
      const answered = new Promise<KeyAnswer>((resolve) => questions.set(number, resolve))
      order({ kind: 'ask', number, task, question })
      const answer = await Promise.race([answered, ended])
      questions.delete(number)
      return answer ?? { kind: 'not-here' }
    },
    leaving: () => order({ kind: 'leaving' }),
    stop: async () => {
      stopping = true
      order({ kind: 'stop' })
      await ended
    },
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
