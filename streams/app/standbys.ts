import { taskCount, taskInputs } from '../engine/plan.js'
import type { Foundation } from './foundation.js'
import type { StreamTask } from './tasks.js'

const begin = 'standby of '

/** What the copy of a task's state is ordered by, as tasks are. */
export const standbyName = (task: string): string => begin + task

/** The task of which it is a copy; null where the name is that of a task. */
export const standbyOf = (name: string): string | null => (name.startsWith(begin) ? name.slice(begin.length) : null)

/** Copies of the state of tasks that other workers run, kept by this thread: the one that would run them. */
export class Standbys {
  readonly #foundation: Pick<Foundation, 'backend' | 'partitionsOf'>
  readonly #kept = new Map<string, Promise<void>>()

  constructor(foundation: Pick<Foundation, 'backend' | 'partitionsOf'>) {
    this.#foundation = foundation
  }

  /** Keeps a copy until the signal. */
  async run({ name, stage, partition }: StreamTask, signal: AbortSignal): Promise<void> {
    const { backend, partitionsOf } = this.#foundation
    const { id: group, stores } = stage
    const inputs = taskInputs(stage, partition, partitionsOf)
    const task = { group, partition, inputs, stores, tasks: taskCount(stage, partitionsOf) }
    const kept = backend.keepStandby?.(task, signal) ?? Promise.resolve()
    this.#kept.set(name, kept)
    await kept
    this.#kept.delete(name)
    // One that a session of the task has ended is not begun anew while it is wanted.
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  }

  /** Resolves when no copy of the task is written to any more, after it was told to end. */
  async ended(task: string): Promise<void> {
    await this.#kept.get(task)
  }
}
