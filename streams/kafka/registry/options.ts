import type { Duration } from '../../engine/time.js'

/** Where a schema registry is, and how it is spoken to. */
export interface RegistryOptions {
  /** Of its Confluent-compatible API, the path included: `http://127.0.0.1:8081`. */
  readonly url: string
  readonly credentials?: { readonly user: string; readonly password: string } | { readonly token: string }
  /** PEM texts. */
  readonly tls?: {
    /** Authorities that are trusted instead of those of the system. */
    readonly ca?: string
    /** What this client shows of itself, and its private key. */
    readonly cert?: string
    readonly key?: string
  }
  /** How long the answer to one request may take, in milliseconds. */
  readonly requestTimeout?: Duration
  /** How long a registry that does not answer is asked again before a request fails, in milliseconds. */
  readonly retryFor?: Duration
}

export const defaults = { requestTimeout: 5_000, retryFor: 15_000 } as const
