import type { Worker } from 'node:worker_threads'
import type { TokenIds } from '../providers/provider.js'
import { NativeGate } from '../worker/native-gate.js'
import type { FromWorker, ToWorker } from '../worker/protocol.js'
import type { RunKinds } from './runs.js'

type ScoredMessage = Extract<FromWorker, { kind: 'scored' }>

/** The thread ended, or was ended for being stuck, while it was loading or scoring. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied'
}

/** The worker says that this model cannot be loaded. */
export class ModelRefused extends Error {
  override readonly name = 'ModelRefused'
}

/** Makes a thread that speaks the protocol of models/worker and has the given memory as its NativeGate. */
export type SpawnWorker = (gate: SharedArrayBuffer) => Worker

interface Waiting<Message> {
  resolve(message: Message): void
  reject(error: Error): void
}

/** A worker that is loaded and warm, with what it said of the model. */
export interface StartedWorker {
  readonly worker: ModelWorker
  readonly runs: RunKinds
  readonly precision: string
}

/** One worker thread seen from outside: at most one job at a time; when the thread dies, what waits is rejected. */
export class ModelWorker {
  #starting: Waiting<Extract<FromWorker, { kind: 'ready' }>> | undefined
  #scoring: Waiting<ScoredMessage> | undefined
  #job = 0
  #lastError = ''
  #dead = false
  readonly #gone: Promise<void>

  private constructor(
    readonly thread: Worker,
    private readonly gate: NativeGate,
  ) {
    thread.on('message', (message: FromWorker) => this.#receive(message))
    thread.on('error', (error) => {
      this.#lastError = `: ${error.message}`
    })
    this.#gone = new Promise((resolve) => {
      thread.once('exit', (code) => {
        this.#lost(new WorkerDied(`a sentiment worker ended with code ${code}${this.#lastError}`))
        resolve()
      })
    })
  }

  /**
   * Resolves when the model is loaded and warm.
   * @throws ModelRefused, WorkerDied
   */
  static async start(spawn: SpawnWorker): Promise<StartedWorker> {
    const gate = new NativeGate()
    const worker = new ModelWorker(spawn(gate.shared), gate)
    const { runs, precision } = await new Promise<Extract<FromWorker, { kind: 'ready' }>>((resolve, reject) => {
      worker.#starting = { resolve, reject }
    })
    return { worker, runs, precision }
  }

  /** The thread ended or was given up. */
  get dead(): boolean {
    return this.#dead
  }

  /**
   * @param patience milliseconds after which the thread counts as stuck and is ended
   * @throws WorkerDied
   */
  async score(rows: readonly TokenIds[], patience: number): Promise<ScoredMessage> {
    this.#job += 1
    this.#tell({ kind: 'score', job: this.#job, rows })
    const timer = setTimeout(() => {
      this.#giveUp()
      this.#lost(new WorkerDied(`a sentiment worker gave no answer for ${patience} ms`))
    }, patience)
    try {
      return await new Promise<ScoredMessage>((resolve, reject) => {
        this.#scoring = { resolve, reject }
      })
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends the thread after it has released the model. */
  async close(): Promise<void> {
    this.#tell({ kind: 'close' })
    await this.#gone
  }

  /** Inside native code the thread cannot be ended: it is left alone and ends itself when it comes back. */
  #giveUp(): void {
    if (this.gate.doom()) void this.thread.terminate()
    else {
      this.#tell({ kind: 'close' })
      this.thread.unref()
    }
  }

  #tell(message: ToWorker): void {
    this.thread.postMessage(message)
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'ready') this.#starting?.resolve(message)
    else if (message.kind === 'refused') this.#starting?.reject(new ModelRefused(message.reason))
    else if (message.job === this.#job) this.#scoring?.resolve(message)
  }

  #lost(error: WorkerDied): void {
    this.#dead = true
    this.#starting?.reject(error)
    this.#scoring?.reject(error)
  }
}
