import type { Environment } from './environment.js'

/** Something to write. Both run inside the transaction; `check` writes nothing. */
export interface WriteJob<Result> {
  /** @throws to reject this job alone */
  check?(): void
  write(): Result
}

interface Queued {
  run(): void
  succeed(): void
  fail(error: unknown): void
}

/** Most jobs in one transaction: whoever writes next, in another thread, waits for it. */
const jobsAtOnce = 64

/**
 * Writes what this thread wants written, in the order it was asked for. Jobs that wait together share a transaction, and
 * with it the wait for the disk; when that fails, none of them was written.
 */
export class Writer {
  readonly #environment: Environment
  #queue: Queued[] = []
  #scheduled = false
  #idle: (() => void)[] = []

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** Resolves when the job is as safe as the environment makes it. */
  submit<Result>(job: WriteJob<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      let result: Result
      let refused: { readonly error: unknown } | undefined
      this.#queue.push({
        run: () => {
          try {
            job.check?.()
          } catch (error) {
            refused = { error }
            return
          }
          result = job.write()
        },
        succeed: () => (refused === undefined ? resolve(result) : reject(refused.error)),
        fail: reject,
      })
      this.#schedule()
    })
  }

  /** Resolves when nothing waits to be written. */
  async drained(): Promise<void> {
    if (this.#scheduled) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#drain())
  }

  #drain(): void {
    this.#scheduled = false
    const jobs = this.#queue.splice(0, jobsAtOnce)
    try {
      this.#environment.write(() => {
        for (const job of jobs) job.run()
      })
      for (const job of jobs) job.succeed()
    } catch (error) {
      for (const job of jobs) job.fail(error)
    }
    if (this.#queue.length > 0) this.#schedule()
    else for (const idle of this.#idle.splice(0)) idle()
  }
}
