import type { TokenIds } from '../providers/provider.js'
import { cutIntoRuns, type RunKinds, type RunLimits } from './runs.js'

/** One distinct text on its way through the workers. */
export interface TextTask {
  readonly ids: TokenIds
  /** Somebody waits for this text alone: it goes before those of large calls. */
  readonly urgent: boolean
  settle(result: readonly number[] | string): void
  /** The whole pool is gone; the text may be asked again. */
  abandon(error: Error): void
}

/** Texts of one run: they go to a worker in one message. */
export interface Job {
  readonly tasks: readonly TextTask[]
  /** Workers that died over this job while it held one text alone. */
  readonly deaths: number
}

export interface QueueLimits extends RunLimits {
  /** Milliseconds that a text waits for others to share runs with, while a worker has nothing to do. */
  readonly within: number
  /** Workers that share the work. */
  readonly workers: number
}

/** Texts that are cut into runs at a time: enough for many of each length. */
const windowTexts = 1024
/** Fewer texts of one length are not worth splitting between workers. */
const leastRunTexts = 8

/** Jobs of urgent texts in a row, after which another one has its turn. */
const urgentInRow = 4

/**
 * Texts from all callers, handed to workers as runs of one length, which is what an urgent text waits for at most. Texts
 * are taken in the order asked, a window at a time; inside the window the longest go first. Urgent ones do not wait for
 * windows.
 */
export class TextQueue {
  #limits: QueueLimits
  #incoming: TextTask[] = []
  #urgent: TextTask[] = []
  #urgentJobs = 0
  #soon = false
  /** Runs, the next one last. */
  #window: (readonly TextTask[])[] = []
  readonly #again: Job[] = []
  readonly #idle: ((job: Job | undefined) => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #due = false
  #closed = false

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  /** What a worker says of the runs that it can be given. Where one cannot have texts together, none gets them. */
  narrow({ together, fewShapes }: RunKinds): void {
    const limits = this.#limits
    this.#limits = { ...limits, together: limits.together && together, fewShapes: limits.fewShapes || fewShapes }
  }

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
    const again = this.#again.flatMap((job) => job.tasks)
    const all = [...again, ...this.#urgent, ...this.#window.flat(), ...this.#incoming]
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
    return { tasks: this.#window.pop() ?? [], deaths: 0 }
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

  /** The run of the text that waits longest. */
  #nextUrgent(): Job | undefined {
    const [first] = this.#urgent
    const others = this.#window.length + this.#incoming.length > 0
    if (first === undefined || (others && this.#urgentJobs >= urgentInRow)) {
      this.#urgentJobs = 0
      return undefined
    }
    this.#urgentJobs += 1
    const tasks = this.#cut(this.#urgent).find((run) => run.includes(first)) ?? [first]
    const taken = new Set(tasks)
    this.#urgent = this.#urgent.filter((task) => !taken.has(task))
    return { tasks, deaths: 0 }
  }

  /** Starts a window when enough texts came, when the first has waited long enough, or when nothing more will come. */
  #openWindow(): boolean {
    if (this.#incoming.length === 0) return false
    if (this.#incoming.length < windowTexts && !this.#due && !this.#closed) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#due = true
        this.#serve()
      }, this.#limits.within)
      return false
    }
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#due = false
    this.#window = this.#cut(this.#incoming.splice(0, windowTexts)).reverse()
    return true
  }

  /** Each worker gets its share of texts of one length. */
  #cut(tasks: readonly TextTask[]): (readonly TextTask[])[] {
    const share = Math.max(leastRunTexts, Math.ceil(tasks.length / this.#limits.workers))
    return cutIntoRuns(tasks, this.#limits, share)
  }
}
