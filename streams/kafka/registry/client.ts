import type { z } from 'zod'
import { RegistryError, troubleOfAnswer, troubleOfConnection } from './errors.js'
import { defaults, type RegistryOptions } from './options.js'
import { type Call, Transport } from './transport.js'

const firstPause = 50
const longestPause = 2_000
const longestMessage = 300

/** Asks a registry until it answers. */
export class RegistryClient {
  readonly url: string
  readonly #requestTimeout: number
  readonly #retryFor: number
  readonly #closed = new AbortController()
  readonly #transport: Transport

  constructor(options: RegistryOptions) {
    this.url = options.url
    this.#requestTimeout = options.requestTimeout ?? defaults.requestTimeout
    this.#retryFor = options.retryFor ?? defaults.retryFor
    this.#transport = new Transport(options, this.#requestTimeout, this.#closed.signal)
  }

  /** Ends what waits, with an error. */
  close(): void {
    this.#closed.abort()
  }

  /**
   * Sends the request until there is an answer, for as long as what stands in the way passes by itself.
   * @param what is being done, for the error
   * @throws RegistryError
   */
  async ask<Answer>(what: string, call: Call, answer: z.ZodType<Answer>): Promise<Answer> {
    const until = Date.now() + this.#retryFor
    for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
      try {
        return await this.#once(what, call, answer)
      } catch (error) {
        const passes = error instanceof RegistryError && error.trouble === 'unreachable'
        if (!passes || this.#closed.signal.aborted || Date.now() + pause > until) throw error
        // Each waits a different while: many workers find a registry gone at the same time.
        await this.#pause(pause * (0.5 + Math.random() / 2))
      }
    }
  }

  /** As ask; undefined when the registry holds no such thing. */
  async find<Answer>(what: string, call: Call, answer: z.ZodType<Answer>): Promise<Answer | undefined> {
    try {
      return await this.ask(what, call, answer)
    } catch (error) {
      if (error instanceof RegistryError && error.trouble === 'unknown') return undefined
      throw error
    }
  }

  async #once<Answer>(what: string, call: Call, expected: z.ZodType<Answer>): Promise<Answer> {
    const failed = ([trouble, found]: ReturnType<typeof troubleOfAnswer>, cause?: unknown) =>
      new RegistryError(trouble, this.url, what, found, cause)
    const outcome = await this.#transport.send(call)
    switch (outcome.kind) {
      case 'late':
        throw failed(['unreachable', `gave no answer within ${this.#requestTimeout} ms`])
      case 'closed':
        throw failed(['unreachable', 'is not asked any more, as its client was closed'])
      case 'failed':
        throw failed(troubleOfConnection(outcome.error), outcome.error)
      case 'answered': {
        const { status, text } = outcome
        const body = parsed(text)
        if (status >= 400) throw failed(troubleOfAnswer({ status, ...refusalIn(body, text) }))
        const read = expected.safeParse(body)
        if (read.success) return read.data
        throw failed(['not-a-registry', `answers as a schema registry does not (${status}, ${cut(text)})`], read.error)
      }
    }
  }

  #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#closed
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, milliseconds)
      signal.addEventListener('abort', end)
    })
  }
}

/** undefined when the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refusalIn(body: unknown, text: string): { readonly code: number | undefined; readonly message: string } {
  const fields: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {}
  return {
    code: typeof fields.error_code === 'number' ? fields.error_code : undefined,
    message: cut(typeof fields.message === 'string' ? fields.message : text),
  }
}

const cut = (text: string): string => (text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text)
