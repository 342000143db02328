import type { Worker } from 'node:worker_threads'
import type { BatchResult, Sentiment } from '../streams/engine/ports/batch.js'
import { aspectsOf } from './aspects.js'
import { type ModelDirectory, readModelDirectory } from './directory.js'
import { Lru } from './lru.js'
import { ModelRefused } from './pool/model-worker.js'
import { WorkerPool } from './pool/worker-pool.js'
import { type Preprocess, preprocessor } from './preprocessing.js'
import { type ProviderWish, plansFor } from './providers/choice.js'
import type { ProviderName } from './providers/index.js'
import type { TokenIds } from './providers/provider.js'
import { runTokens } from './providers/run-tokens.js'
import { sentimentOf } from './scores.js'
import type { Encode, Tokenizers } from './tokenizer/tokenizer.js'
import type { Scored, WorkerSettings } from './worker/protocol.js'

export interface LoadOptions {
  readonly workers: number
  readonly within: number
  readonly patience: number
  /** Texts whose scores are remembered. */
  readonly cache: number
  /** Texts that may wait or be scored at a time. */
  readonly queue: number
  readonly wish: ProviderWish
  /** Models whose tokenizers say the same share one. */
  readonly tokenizers: Tokenizers
  /** Tokens of one run at most; null: as many as the provider is fastest with. */
  readonly tokensPerRun: number | null
  /** Threads inside one run. */
  readonly threads: number
  readonly spawn: (settings: WorkerSettings) => Worker
}

export type SentimentResult = BatchResult<Sentiment>

/** A text as a model reads it. */
export interface PreparedText {
  readonly prepared: string
  /** Its tokens; why there are none; null: it need not be scored, as its score is known or on its way. */
  readonly ids: TokenIds | string | null
}

/** One version of a model with its workers and the scores it gave. */
export class LoadedModel {
  readonly #cache: Lru<Sentiment>
  readonly #waiting = new Map<string, Promise<SentimentResult>>()
  readonly #room: (() => void)[] = []
  readonly #preprocess: Preprocess
  readonly counts = { scored: 0, failed: 0, repeated: 0 }

  private constructor(
    readonly directory: ModelDirectory,
    readonly pool: WorkerPool,
    /** Texts of one length share a run; false where that would change their scores. */
    readonly together: boolean,
    /** Where it is computed, why there, and the numbers computed with. */
    readonly computed: { readonly provider: ProviderName; readonly why: string; readonly precision: string },
    readonly options: LoadOptions,
    private readonly encode: Encode,
  ) {
    this.#cache = new Lru(options.cache)
    this.#preprocess = preprocessor(directory.preprocessing, directory.maxTokens)
  }

  /** Resolves when every worker is loaded and warm, with the first provider that can load the model. */
  static async open(dir: string, options: LoadOptions): Promise<LoadedModel> {
    const directory = await readModelDirectory(dir)
    const encode = await options.tokenizers.load(directory.dir, directory.maxTokens)
    const { threads } = options
    const plans = await plansFor(options.wish)
    const refused: string[] = []
    for (const [at, plan] of plans.entries()) {
      const spawn = (gate: SharedArrayBuffer): Worker =>
        options.spawn({ threads, plan, model: directory, frame: encode(''), gate })
      try {
        const { pool, together, precision } = await WorkerPool.start({
          ...{ ...options, maxTokens: directory.maxTokens, spawn },
          tokensPerRun: options.tokensPerRun ?? runTokens[plan.name],
        })
        const why = [plan.why, ...refused].join('; ')
        return new LoadedModel(directory, pool, together, { provider: plan.name, why, precision }, options, encode)
      } catch (error) {
        if (!(error instanceof ModelRefused) || at === plans.length - 1) throw error
        refused.push(`${plan.name} could not load the model: ${error.message}`)
      }
    }
    throw new Error('there is no provider to load the model with')
  }

  get cached(): number {
    return this.#cache.size
  }

  get waiting(): number {
    return this.#waiting.size
  }

  get full(): boolean {
    return this.#waiting.size >= this.options.queue
  }

  /** Resolves when a text has left; there may still be no room when several waited. */
  room(): Promise<void> {
    return new Promise((resolve) => this.#room.push(resolve))
  }

  /** What takes most of this thread's time for a text. */
  prepare(text: string): PreparedText {
    let prepared = ''
    try {
      prepared = this.#preprocess(text)
    } catch (error) {
      return { prepared, ids: `cannot be preprocessed: ${String(error)}` }
    }
    if (this.#cache.get(prepared) !== undefined || this.#waiting.has(prepared)) return { prepared, ids: null }
    return { prepared, ids: this.#encode(prepared) }
  }

  /** The score of a text: remembered, shared with an equal text under way, or new. Rejects when all workers are gone. */
  ask({ prepared, ids }: PreparedText, urgent: boolean): SentimentResult | Promise<SentimentResult> {
    if (typeof ids === 'string') return this.#fail(ids)
    const known = this.#cache.get(prepared)
    const shared = known ? ({ kind: 'ok', value: known } as const) : this.#waiting.get(prepared)
    if (shared !== undefined) {
      this.counts.repeated += 1
      return shared
    }
    // a score may have been forgotten since the text was prepared
    const own = ids ?? this.#encode(prepared)
    if (typeof own === 'string') return this.#fail(own)
    const result = new Promise<SentimentResult>((resolve, reject) => {
      this.pool.push({
        ids: own,
        urgent,
        settle: (scored) => {
          this.#leave(prepared)
          resolve(this.#result(prepared, scored))
        },
        abandon: (error) => {
          this.#leave(prepared)
          reject(error)
        },
      })
    })
    this.#waiting.set(prepared, result)
    return result
  }

  /** Answers what was asked, then ends the workers. */
  close(): Promise<void> {
    return this.pool.close()
  }

  #encode(prepared: string): TokenIds | string {
    try {
      return this.encode(prepared)
    } catch (error) {
      return `cannot be cut into tokens: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  #leave(prepared: string): void {
    this.#waiting.delete(prepared)
    // All of them: the first may need no room, because its text is known by now.
    for (const wake of this.#room.splice(0)) wake()
  }

  #fail(reason: string): SentimentResult {
    this.counts.failed += 1
    return { kind: 'failed', reason }
  }

  #result(prepared: string, scored: Scored): SentimentResult {
    if (typeof scored === 'string') return this.#fail(scored)
    this.counts.scored += 1
    const { labels, aspects } = this.directory
    const score = sentimentOf(scored.slice(0, labels.length), this.directory)
    const read =
      aspects === null ? {} : { aspects: prepared === '' ? [] : aspectsOf(scored.slice(labels.length), aspects) }
    // A text with nothing to read has a score, but nobody should act on it.
    const value = prepared === '' ? { ...score, ...read, sure: false } : { ...score, ...read }
    this.#cache.set(prepared, value)
    return { kind: 'ok', value }
  }
}
