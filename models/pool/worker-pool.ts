import { ModelRefused, ModelWorker, type SpawnWorker, type StartedWorker, WorkerDied } from './model-worker.js'
import { type Job, TextQueue, type TextTask } from './text-queue.js'

export interface PoolOptions {
  readonly spawn: SpawnWorker
  readonly workers: number
  /** Tokens of one run at most. */
  readonly tokensPerRun: number
  /** Tokens of the longest text. */
  readonly maxTokens: number
  /** Milliseconds that a text waits for others while a worker has nothing to do. */
  readonly within: number
  /** Milliseconds after which a worker without an answer counts as stuck. */
  readonly patience: number
}

/** Starts that may fail in a row before the pool gives up. */
const startAttempts = 3
/** Workers that may die over one text alone before the text fails. */
const deathsAlone = 2

/**
 * Worker threads that share one queue of texts. A worker that dies is replaced and its texts are asked again in halves,
 * until the text that kills workers is alone and fails alone. When no worker can be started any more, everything in
 * the queue is abandoned with an error; the next text starts the workers anew.
 */
export class WorkerPool {
  readonly #queue: TextQueue
  readonly #loops = new Set<Promise<void>>()
  readonly counts = { restarts: 0, runs: 0, tokens: 0 }

  private constructor(readonly options: PoolOptions) {
    const { tokensPerRun: tokens, ...limits } = options
    this.#queue = new TextQueue({ ...limits, tokens, together: true, fewShapes: false })
  }

  /** Starts all workers; resolves when each is warm, with what they say of the model. */
  static async start(
    options: PoolOptions,
  ): Promise<{ readonly pool: WorkerPool; readonly together: boolean; readonly precision: string }> {
    const pool = new WorkerPool(options)
    const started = await Promise.allSettled(Array.from({ length: options.workers }, () => pool.#startWorker()))
    const workers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const failed = started.find((result) => result.status === 'rejected')
    if (failed) {
      await Promise.all(workers.map(({ worker }) => worker.close()))
      throw failed.reason
    }
    for (const { worker } of workers) pool.#run(worker)
    const precision = workers[0]?.precision ?? ''
    return { pool, together: workers.every(({ runs }) => runs.together), precision }
  }

  get workers(): number {
    return this.#loops.size
  }

  push(task: TextTask): void {
    this.#queue.push(task)
    for (let missing = this.options.workers - this.#loops.size; missing > 0; missing -= 1) this.#run(undefined)
  }

  /** Scores what is in the queue, then ends the workers. */
  async close(): Promise<void> {
    this.#queue.close()
    await Promise.all(this.#loops)
  }

  #run(worker: ModelWorker | undefined): void {
    const loop: Promise<void> = this.#work(worker)
      .catch((error: unknown) => this.#giveUp(error instanceof Error ? error : new Error(String(error))))
      .finally(() => this.#loops.delete(loop))
    this.#loops.add(loop)
  }

  async #work(first: ModelWorker | undefined): Promise<void> {
    let worker = first
    for (let job = await this.#queue.take(); job !== undefined; job = await this.#queue.take()) {
      try {
        if (worker === undefined || worker.dead) worker = await this.#replaceWorker()
      } catch (error) {
        this.#queue.pushAgain([job])
        throw error
      }
      await this.#score(job, worker)
    }
    if (worker && !worker.dead) await worker.close()
  }

  async #score(job: Job, worker: ModelWorker): Promise<void> {
    const rows = job.tasks.map((task) => task.ids)
    try {
      const { results } = await worker.score(rows, this.options.patience)
      this.counts.runs += 1
      this.counts.tokens += rows.reduce((sum, row) => sum + row.length, 0)
      for (const [at, task] of job.tasks.entries()) task.settle(results[at] ?? 'the worker gave no result')
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error
      this.#askAgain(job, error)
    }
  }

  #askAgain({ tasks, deaths }: Job, error: WorkerDied): void {
    const [only] = tasks
    if (tasks.length > 1) {
      const middle = Math.ceil(tasks.length / 2)
      this.#queue.pushAgain([tasks.slice(0, middle), tasks.slice(middle)].map((half) => ({ tasks: half, deaths: 0 })))
    } else if (deaths + 1 < deathsAlone) this.#queue.pushAgain([{ tasks, deaths: deaths + 1 }])
    else only?.settle(`${deathsAlone} workers died over this text alone; the last: ${error.message}`)
  }

  async #replaceWorker(): Promise<ModelWorker> {
    this.counts.restarts += 1
    return (await this.#startWorker()).worker
  }

  async #startWorker(): Promise<StartedWorker> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const started = await ModelWorker.start(this.options.spawn)
        this.#queue.narrow(started.runs)
        return started
      } catch (error) {
        if (error instanceof ModelRefused || attempt === startAttempts) throw error
      }
    }
  }

  /** This worker cannot be had any more. The others go on; after the last, nobody is left to answer. */
  #giveUp(error: Error): void {
    if (this.#loops.size > 1) return
    const gone = new Error(`no sentiment worker can be started: ${error.message}`, { cause: error })
    for (const task of this.#queue.clear()) task.abandon(gone)
  }
}
