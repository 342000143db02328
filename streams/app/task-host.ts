import type { MessagePort } from 'node:worker_threads'
import type { Answered, KeyAnswer, Question, TaskEnded, ThreadOrder } from './messages.js'

/**
 * Runs tasks in this thread as the main thread says.
 * @param run runs the task until the signal; that it rejects ends the thread
 * @param leaving hears that the process is about to end, before the tasks are told to
 * @returns resolves when the thread is told to stop and every task has ended
 */
export function hostTasks(
  port: MessagePort,
  run: (task: string, signal: AbortSignal) => Promise<void>,
  leaving: () => void = () => {},
): Promise<unknown> {
  const running = new Map<number, { readonly stop: AbortController; readonly ended: Promise<void> }>()
  const begin = async (id: number, task: string, signal: AbortSignal) => {
    await run(task, signal)
    running.delete(id)
    port.postMessage({ kind: 'task-ended', run: id } satisfies TaskEnded)
  }
  return new Promise((resolve) => {
    port.on('message', (order: ThreadOrder) => {
      if (order.kind === 'run') {
        const stop = new AbortController()
        running.set(order.run, { stop, ended: begin(order.run, order.task, stop.signal) })
      } else if (order.kind === 'end') running.get(order.run)?.stop.abort()
      else if (order.kind === 'leaving') leaving()
      else if (order.kind === 'stop') {
        leaving()
        for (const { stop } of running.values()) stop.abort()
        resolve(Promise.all([...running.values()].map(({ ended }) => ended)))
      }
    })
  })
}

/** Answers what the main thread asks of the tasks in this thread. */
export function answerFor(port: MessagePort, answer: (task: string, question: Question) => Promise<KeyAnswer>): void {
  port.on('message', async (order: ThreadOrder) => {
    if (order.kind !== 'ask') return
    const { number, task, question } = order
    // A session that died meanwhile: the task is being opened anew.
    const given = await answer(task, question).catch((): KeyAnswer => ({ kind: 'not-here' }))
    port.postMessage({ kind: 'answered', number, answer: given } satisfies Answered)
  })
}
