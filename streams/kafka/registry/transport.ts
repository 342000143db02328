import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import apiModule, { type SchemaRegistryAPIClient } from '@kafkajs/confluent-schema-registry/dist/api/index.js'
import type { RegistryOptions } from './options.js'

type Response = Awaited<ReturnType<SchemaRegistryAPIClient['Schema']['find']>>

/** A request, as the library makes them: `how` is given on with its parameters. */
export type Call = (
  api: SchemaRegistryAPIClient,
  how: { readonly signal: AbortSignal },
  context: Readonly<Record<string, unknown>>,
) => Promise<Response>

export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'late' }
  | { readonly kind: 'closed' }

const clientId = 'pulso'

/**
 * The HTTP client of `@kafkajs/confluent-schema-registry`. Its `SchemaRegistry` above it is left out: that names no field
 * that is incompatible, sets the level of a subject after its first version, refuses schemas without a name, and takes
 * "nobody answers" for a bad request.
 */
export class Transport {
  readonly #api: SchemaRegistryAPIClient
  readonly #timeout: number
  readonly #closed: AbortSignal

  /** @param timeout for an answer, in milliseconds */
  constructor(options: RegistryOptions, timeout: number, closed: AbortSignal) {
    const { url, credentials, tls } = options
    this.#api = apiModule.default({
      clientId,
      host: url,
      agent: url.startsWith('https:')
        ? new HttpsAgent({ keepAlive: false, ...tls })
        : new HttpAgent({ keepAlive: false }),
      ...(credentials !== undefined && 'user' in credentials && { auth: basic(credentials) }),
      ...(credentials !== undefined && 'token' in credentials && { middlewares: [bearer(credentials.token)] }),
      retry: { retries: 1, initialRetryTimeInSecs: 0, enableRetry: () => true, validateRetry: tell },
    })
    this.#timeout = timeout
    this.#closed = closed
  }

  /**
   * Sends the request once. The deadline is kept here: the library's is for silence on a connection, and an answer that is
   * cut off in the middle would never end.
   */
  send(call: Call): Promise<Outcome> {
    return new Promise((resolve) => {
      const request = new AbortController()
      const end = (outcome: Outcome) => {
        clearTimeout(timer)
        this.#closed.removeEventListener('abort', onClose)
        resolve(outcome)
        request.abort()
      }
      const onClose = () => end({ kind: 'closed' })
      const timer = setTimeout(() => end({ kind: 'late' }), this.#timeout)
      if (this.#closed.aborted) return onClose()
      this.#closed.addEventListener('abort', onClose)
      const told = (response: Response) => end(outcomeOf(response))
      call(this.#api, { signal: request.signal }, { told }).then(told, (error: unknown) =>
        end({ kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) }),
      )
    })
  }
}

/**
 * Gives the answer on as it came, to `told` of the context of its request; says whether the library is to ask again. Its
 * own errors have neither the code of the registry's answer nor that of the connection's failure.
 */
function tell(response: Response): boolean {
  const { told }: { told?: unknown } = response.request().context()
  if (typeof told === 'function' && !response.success()) told(response)
  // It would look for the message in a null, in a promise that nobody waits for; asked again it finds the request ended.
  return response.data() === null
}

function outcomeOf(response: Response): Outcome {
  const error = response.error()
  if (error !== null) return { kind: 'failed', error }
  return { kind: 'answered', status: response.status(), text: String(response.rawData() ?? '') }
}

const basic = ({ user, password }: { user: string; password: string }) => ({ username: user, password })

type Middleware = NonNullable<Parameters<typeof apiModule.default>[0]['middlewares']>[number]

const bearer =
  (token: string): Middleware =>
  () => ({
    prepareRequest: async (next) => (await next()).enhance({ headers: { authorization: `Bearer ${token}` } }),
  })
