import type { Scored } from '../worker/protocol.js'

/** One distinct text on its way through the workers. */
export interface TextTask {
  readonly text: string
  /** Somebody waits for this text alone: it goes before those of large calls. */
  readonly urgent: boolean
  settle(result: Scored): void
  /** The whole pool is gone; the text may be asked again. */
  abandon(error: Error): void
}

/** Texts that go to a worker in one message. */
export interface Job {
  readonly tasks: readonly TextTask[]
  /** Workers that died over this job while it held one text alone. */
  readonly deaths: number
}

export interface QueueLimits {
  /** Milliseconds that a text waits for others to share runs with, while a worker has nothing to do. */
  readonly within: number
  /** Workers that share the work. */
  readonly workers: number
}

/** Texts sorted by length at a time: enough for many neighbours of equal length. */
const windowTexts = 1024
/** Texts of one job at most: what is scored again when a worker dies, and what an urgent text waits for. */
const jobTexts = 32
/** A smaller job is not worth splitting between workers. */
const leastJobTexts = 8

/** Jobs of urgent texts in a row, after which another one has its turn. */
const urgentInRow = 4

/**
 * Texts from all callers, handed to workers as jobs. Texts are taken in the order asked, a window at a time; inside the
 * window they go by length, so that a job has many texts of equal length. Urgent ones do not wait for windows.
 */
export class TextQueue {
  #incoming: TextTask[] = []
  #urgent: TextTask[] = []
  #urgentJobs = 0
  #soon = false
  #window: TextTask[] = []
  #jobSize = jobTexts
  readonly #again: Job[] = []
  readonly #idle: ((job: Job | undefined) => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #due = false
  #closed = false

  constructor(readonly limits: QueueLimits) {}

  push(task: TextTask): void {
    if (task.urgent) this.#pushUrgent(task)
    else {
      this.#incoming.push(task)
      this.#serve()
    }
  }

  /** A job that a worker died over goes before all others, and is not mixed with them. */
  pushAgain(jobs: readonly Job[]): void {
    this.#again.unshift(...jobs)
    this.#serve()
  }

  /** The next job; undefined once the queue is closed and empty. */
  take(): Promise<Job | undefined> {
    return new Promise((resolve) => {
      this.#idle.push(resolve)
      this.#serve()
    })
  }

  /** What is in the queue is still handed out; nothing may be pushed after this but jobs of dead workers. */
  close(): void {
    this.#closed = true
    this.#serve()
  }

  /** Takes everything out, for a pool that cannot go on. */
  clear(): readonly TextTask[] {
    const all = [...this.#again.flatMap((job) => job.tasks), ...this.#urgent, ...this.#window, ...this.#incoming]
    this.#again.length = 0
    this.#urgent = []
    this.#window = []
    this.#incoming = []
    return all
  }

  #serve(): void {
    while (this.#idle.length > 0) {
      const job = this.#next()
      if (job === undefined && !this.#closed) return
      this.#idle.shift()?.(job)
    }
  }

  #next(): Job | undefined {
    const again = this.#again.shift()
    if (again) return again
    const urgent = this.#nextUrgent()
    if (urgent) return urgent
    if (this.#window.length === 0 && !this.#openWindow()) return this.#nextUrgent()
    return { tasks: this.#window.splice(0, this.#jobSize), deaths: 0 }
  }

  /** Callers of one turn of the event loop share runs; nobody waits for those of the next. */
  #pushUrgent(task: TextTask): void {
    this.#urgent.push(task)
    if (this.#soon) return
    this.#soon = true
    setImmediate(() => {
      this.#soon = false
      this.#serve()
    })
  }

  #nextUrgent(): Job | undefined {
    const others = this.#window.length + this.#incoming.length > 0
    if (this.#urgent.length === 0 || (others && this.#urgentJobs >= urgentInRow)) {
      this.#urgentJobs = 0
      return undefined
    }
    this.#urgentJobs += 1
    const share = Math.ceil(this.#urgent.length / this.limits.workers)
    return { tasks: this.#urgent.splice(0, Math.min(jobTexts, Math.max(leastJobTexts, share))), deaths: 0 }
  }

  /** Starts a window when enough texts came, when the first has waited long enough, or when nothing more will come. */
  #openWindow(): boolean {
    if (this.#incoming.length === 0) return false
    if (this.#incoming.length < windowTexts && !this.#due && !this.#closed) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#due = true
        this.#serve()
      }, this.limits.within)
      return false
    }
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#due = false
    this.#window = this.#incoming.splice(0, windowTexts).sort((a, b) => a.text.length - b.text.length)
    this.#jobSize = Math.min(jobTexts, Math.max(leastJobTexts, Math.ceil(this.#window.length / this.limits.workers)))
    return true
  }
}
