import type { Duration } from '../engine/time.js'
import type { Clock } from './clock.js'

export interface OwnedTasksOptions {
  readonly clock: Clock
  /** Runs the task until the signal; then finishes and commits what is under way. */
  run(task: string, signal: AbortSignal): Promise<void>
  /** How long a task may take to stop before it is given up, in milliseconds. */
  readonly drainTimeout: Duration
  /** A task that is no longer wanted has stopped, or was given up. */
  released(): void
}

interface Running {
  readonly stop: AbortController
  /** Takes back the alarm that gives it up; null until it is to stop. */
  cancel: (() => void) | null
}

/**
 * The tasks that this worker runs: started and stopped as it is told, one run of each at a time. A task that does not
 * stop in time is given up: whoever takes it over fences it, so that it can commit nothing more.
 */
export class OwnedTasks {
  readonly #options: OwnedTasksOptions
  readonly #running = new Map<string, Running>()
  #wanted: ReadonlySet<string> = new Set()
  #whenReleased: (() => void)[] = []

  constructor(options: OwnedTasksOptions) {
    this.#options = options
  }

  /** What runs here, or has yet to stop. */
  get owned(): readonly string[] {
    return [...this.#running.keys()]
  }

  /** Starts what is missing and stops what is not among them; waits for neither. */
  assign({ tasks }: { readonly tasks: readonly string[] }): void {
    this.#wanted = new Set(tasks)
    for (const [task, running] of this.#running) if (!this.#wanted.has(task)) this.#stop(task, running)
    for (const task of tasks) if (!this.#running.has(task)) this.#start(task)
  }

  /** Stops everything: others may have taken the tasks over. */
  lose(): void {
    this.assign({ tasks: [] })
  }

  /** Stops everything; resolves when all have stopped, or were given up. */
  async close(): Promise<void> {
    this.lose()
    while (this.#running.size > 0) await new Promise<void>((resolve) => this.#whenReleased.push(resolve))
  }

  #start(task: string): void {
    const running: Running = { stop: new AbortController(), cancel: null }
    this.#running.set(task, running)
    const ended = () => this.#release(task, running)
    void this.#options.run(task, running.stop.signal).then(ended, ended)
  }

  #stop(task: string, running: Running): void {
    if (running.cancel !== null) return
    const { clock, drainTimeout } = this.#options
    running.cancel = clock.at(clock.now() + drainTimeout, () => this.#release(task, running))
    running.stop.abort()
  }

  /** Does nothing for a run that was given up before. */
  #release(task: string, running: Running): void {
    if (this.#running.get(task) !== running) return
    this.#running.delete(task)
    running.cancel?.()
    if (this.#wanted.has(task)) this.#start(task)
    else this.#options.released()
    for (const told of this.#whenReleased.splice(0)) told()
  }
}
