import type { MessagePort } from 'node:worker_threads'
import type { SentimentModel } from '../streams/engine/ports/batch.js'
import type { SentimentResult } from './loaded-model.js'

interface Question {
  readonly call: number
  readonly items: readonly string[]
}

type Answer =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'results'; readonly call: number; readonly results: readonly SentimentResult[] }
  | { readonly kind: 'rejected'; readonly call: number; readonly reason: string }

/**
 * Answers the calls that come through a port, so that other threads use the model of this one. Returns how to stop;
 * the other side's open calls are then rejected.
 */
export function serveModel(model: SentimentModel, port: MessagePort): () => void {
  const tell = (answer: Answer): void => port.postMessage(answer)
  port.on('message', ({ call, items }: Question) => {
    model.call(items).then(
      (results) => {
        tell({ kind: 'name', name: model.name })
        tell({ kind: 'results', call, results })
      },
      (error: unknown) =>
        tell({ kind: 'rejected', call, reason: error instanceof Error ? error.message : String(error) }),
    )
  })
  tell({ kind: 'name', name: model.name })
  return () => port.close()
}

export interface RemoteSentimentModel extends SentimentModel {
  /** Closes this end of the port; open and later calls reject. The model itself lives on. */
  close(): void
}

/** The model behind a port whose other end was given to `serveModel`. */
export function remoteModel(port: MessagePort): RemoteSentimentModel {
  return new RemoteModel(port)
}

interface OpenCall {
  resolve(results: readonly SentimentResult[]): void
  reject(error: Error): void
}

class RemoteModel implements RemoteSentimentModel {
  readonly #open = new Map<number, OpenCall>()
  #calls = 0
  #closed = false
  #name = 'sentiment'

  constructor(private readonly port: MessagePort) {
    port.on('message', (answer: Answer) => this.#receive(answer))
    port.on('close', () => this.#end())
    this.#rest()
  }

  /** Name and version of the model; `sentiment` until the other side has said it. */
  get name(): string {
    return this.#name
  }

  async call(items: readonly string[]): Promise<readonly SentimentResult[]> {
    if (this.#closed) throw this.#gone()
    this.#calls += 1
    const question: Question = { call: this.#calls, items }
    this.port.ref()
    try {
      return await new Promise((resolve, reject) => {
        this.#open.set(question.call, { resolve, reject })
        this.port.postMessage(question)
      })
    } finally {
      this.#open.delete(question.call)
      this.#rest()
    }
  }

  close(): void {
    this.port.close()
    this.#end()
  }

  #receive(answer: Answer): void {
    if (answer.kind === 'name') this.#name = answer.name
    else if (answer.kind === 'results') this.#open.get(answer.call)?.resolve(answer.results)
    else this.#open.get(answer.call)?.reject(new Error(answer.reason))
  }

  /** Without open calls the port keeps no thread alive. */
  #rest(): void {
    if (this.#open.size === 0) this.port.unref()
  }

  #end(): void {
    this.#closed = true
    for (const call of this.#open.values()) call.reject(this.#gone())
  }

  #gone(): Error {
    return new Error(`the thread that serves the sentiment model ${this.#name} closed the connection`)
  }
}
