import { availableParallelism } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { SentimentModel } from '../streams/engine/ports/batch.js'
import { LoadedModel, type LoadOptions, type PreparedText, type SentimentResult } from './loaded-model.js'
import type { ProviderName } from './providers/index.js'
import type { Precision } from './providers/provider.js'
import { Tokenizers } from './tokenizer/tokenizer.js'
import type { WorkerSettings } from './worker/protocol.js'

export interface SentimentModelOptions {
  /** A Hugging Face model directory: config.json, tokenizer.json, an ONNX file. */
  readonly dir: string
  /** Worker threads, each with its own copy of the model. Default: cores - 1, at least 1, at most 2. */
  readonly workers?: number
  /** Threads inside one run. Default 1. */
  readonly threads?: number
  /** Texts whose scores are remembered. Default 20,000 (some 10 MB). */
  readonly cache?: number
  /** Texts that may wait or be scored at a time; further callers wait. Default 4,096. */
  readonly queue?: number
  /** Milliseconds that a text waits for those of other callers while a worker has nothing to do. Default 2. */
  readonly within?: number
  /** Tokens of one run at most. Default 512, on OpenVINO 1,024. */
  readonly tokensPerRun?: number
  /** Milliseconds after which a worker without an answer counts as stuck and is replaced. Default 60,000. */
  readonly patience?: number
  /** Where it is computed; `auto` takes CUDA, a named OpenVINO, or the CPU. Default `cpu`. */
  readonly provider?: ProviderName | 'auto'
  /** Default `auto`. */
  readonly precision?: Precision
  /** Folder of OpenVINO's libraries. Default: looked for. */
  readonly openVinoFolder?: string
  /** Those of the models beside it; default: its own. */
  readonly tokenizers?: Tokenizers
  /** Makes the worker thread; for tests that watch or break it. */
  readonly spawn?: (settings: WorkerSettings) => Worker
}

export interface SentimentModelStatus {
  readonly name: string
  readonly provider: ProviderName
  /** Why that provider, for people. */
  readonly why: string
  /** Numbers that it is computed with, for people. */
  readonly precision: string
  readonly workers: number
  /** False: the scores of this model depend on the run, so each text has one of its own (dynamic quantisation). */
  readonly batched: boolean
  /** Texts under way. */
  readonly waiting: number
  /** Texts whose scores are remembered. */
  readonly cached: number
  /** Since this version was loaded: texts scored, failed, and answered from memory or together with an equal one. */
  readonly scored: number
  readonly failed: number
  readonly repeated: number
  readonly runs: number
  readonly tokens: number
  /** Workers that were replaced. */
  readonly restarts: number
}

export interface LocalSentimentModel extends SentimentModel {
  /** Languages that the model was made for, as in `es`; null when it does not say. */
  readonly languages: readonly string[] | null
  status(): SentimentModelStatus
  /**
   * Loads another version beside the present one and takes it from then on; scores under way are finished by the old
   * one. Rejected: nothing changes.
   */
  reload(dir: string): Promise<void>
  /**
   * Answers what was asked, then ends the workers. Later calls reject. To be awaited before the process exits: a
   * process that exits while a worker is inside onnxruntime may abort.
   */
  close(): Promise<void>
}

const spawnWorker = (settings: WorkerSettings): Worker =>
  new Worker(new URL('./worker/main.js', import.meta.url), {
    workerData: settings,
    name: 'sentiment',
    // Strings and arrays of one job are all that is young here; the default nursery keeps 16 to 48 MB resident for it.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })

/** Texts of a call that somebody waits for; larger calls come from streams and files. */
const urgentTexts = 8

/** Texts of a call whose tokens are kept until there is room for them: as many as are cut into runs at a time. */
const preparedTexts = 1024

/** Milliseconds that the texts of a call are made ready for, before others have their turn. */
const sliceMs = 1

function positive(name: string, value: number, least = 1): number {
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${name} of the sentiment model is ${value}: it must be a whole number of at least ${least}`)
  return value
}

function loadOptions(options: SentimentModelOptions): LoadOptions {
  return {
    workers: positive('workers', options.workers ?? Math.min(2, Math.max(1, availableParallelism() - 1))),
    within: positive('within', options.within ?? 2, 0),
    patience: positive('patience', options.patience ?? 60_000),
    cache: positive('cache', options.cache ?? 20_000, 0),
    queue: positive('queue', options.queue ?? 4096),
    wish: {
      provider: options.provider ?? 'cpu',
      precision: options.precision ?? 'auto',
      openVinoFolder: options.openVinoFolder ?? null,
    },
    threads: positive('threads', options.threads ?? 1),
    tokensPerRun: options.tokensPerRun === undefined ? null : positive('tokensPerRun', options.tokensPerRun),
    tokenizers: options.tokenizers ?? new Tokenizers(),
    spawn: options.spawn ?? spawnWorker,
  }
}

class PooledSentimentModel implements LocalSentimentModel {
  #reloading: Promise<void> = Promise.resolve()
  #closed: Promise<void> | undefined
  /** Calls whose texts are not all in the queue yet. */
  readonly #asking = new Set<Promise<unknown>>()

  constructor(
    private current: LoadedModel,
    private readonly options: LoadOptions,
  ) {}

  get name(): string {
    return this.current.directory.id
  }

  get languages(): readonly string[] | null {
    return this.current.directory.languages
  }

  async call(items: readonly string[]): Promise<readonly SentimentResult[]> {
    if (this.#closed) throw this.#closedError()
    const asking = this.#ask(items)
    this.#asking.add(asking)
    // What is asked before it is closed is answered: `close` waits for this.
    return Promise.all(await asking.finally(() => this.#asking.delete(asking)))
  }

  async #ask(items: readonly string[]): Promise<readonly (SentimentResult | Promise<SentimentResult>)[]> {
    const results: (SentimentResult | Promise<SentimentResult>)[] = []
    for (let from = 0; from < items.length; from += preparedTexts) {
      const some = items.slice(from, from + preparedTexts)
      const prepared = await this.#prepare(some)
      for (const [at, item] of some.entries()) {
        while (this.current.full) {
          await this.current.room()
          if (this.#closed) throw this.#closedError()
        }
        const text = prepared[at]
        const own = text?.by === this.current ? text : this.current.prepare(item)
        const result = this.current.ask(own, items.length <= urgentTexts)
        // The rejection is seen by the caller; until then it must not count as unhandled.
        if (result instanceof Promise) result.catch(() => undefined)
        results.push(result)
      }
    }
    return results
  }

  /** All before the first is asked, so that they can share runs; others have their turn in between. */
  async #prepare(items: readonly string[]): Promise<readonly (PreparedText & { readonly by: LoadedModel })[]> {
    const prepared: (PreparedText & { readonly by: LoadedModel })[] = []
    let since = performance.now()
    for (const item of items) {
      if (performance.now() - since > sliceMs) {
        await nextTurn()
        since = performance.now()
      }
      prepared.push({ ...this.current.prepare(item), by: this.current })
    }
    return prepared
  }

  status(): SentimentModelStatus {
    const { pool, computed, together, waiting, cached, counts } = this.current
    const { workers } = pool
    return { name: this.name, ...computed, workers, batched: together, waiting, cached, ...counts, ...pool.counts }
  }

  reload(dir: string): Promise<void> {
    const reloaded = this.#reloading.then(async () => {
      if (this.#closed) throw new Error(`the sentiment model ${this.name} is closed`)
      const next = await LoadedModel.open(dir, this.options)
      const old = this.current
      this.current = next
      await old.close()
    })
    this.#reloading = reloaded.catch(() => undefined)
    return reloaded
  }

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled([this.#reloading, ...this.#asking]).then(() => this.current.close())
    return this.#closed
  }

  #closedError(): Error {
    return new Error(`the sentiment model ${this.name} is closed`)
  }
}

/**
 * Loads a sentiment model into worker threads; resolves when it is warm. A text has the same score, to the last bit,
 * whenever and beside whatever it is scored, as long as model, machine and onnxruntime are the same (invariant 3).
 * @throws when the directory cannot be used; the message has the file and the remedy.
 */
export async function openSentimentModel(options: SentimentModelOptions): Promise<LocalSentimentModel> {
  const load = loadOptions(options)
  return new PooledSentimentModel(await LoadedModel.open(options.dir, load), load)
}
