import type { IncomingMessage } from 'node:http'
import type { Deletion } from '../../schemas/deletion.js'
import type { Post } from '../../schemas/post.js'
import type { Review } from '../../schemas/review.js'
import type { LiveHub } from '../../sinks/live/hub.js'
import type { Metrics } from '../../sinks/metrics/metrics.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import type { BatchResult, Sentiment } from '../../streams/engine/ports/batch.js'

/** Checked records on their way into a topic. */
export type Ingested =
  | { readonly topic: 'posts'; readonly values: readonly Post[] }
  | { readonly topic: 'reviews'; readonly values: readonly Review[] }
  | { readonly topic: 'deletions'; readonly values: readonly Deletion[] }

export interface ServerOptions {
  readonly store: AnalyticsStore
  readonly hub: LiveHub
  readonly metrics: Metrics
  /** What keeps the engine from taking requests, a sentence each; none when it is ready. */
  readonly notReady: () => readonly string[]
  /** Scores texts; null when sentiment is switched off. */
  readonly score: ((texts: readonly string[]) => Promise<readonly BatchResult<Sentiment>[]>) | null
  /**
   * Appends records, all or nothing; resolved when they survive the death of the process. Authors are as they came:
   * whoever implements this replaces them by keyed hashes.
   */
  readonly ingest: (records: Ingested) => Promise<void>
  /** Folder of the built board; null serves no pages, neither the board nor that of the API. */
  readonly assetsDir: string | null
  readonly version: string
  /** Processing time in milliseconds since the epoch. */
  readonly clock: () => number
  /**
   * Names under which the server may be asked, without the port. A page of another name that resolves to this address
   * (DNS rebinding) is refused. Null allows any, for a server that is meant to be public.
   */
  readonly allowedHosts: readonly string[] | null
  /** Whether a request may pass: who is on the machine, or holds a token. */
  readonly authorize: (request: Pick<IncomingMessage, 'headers' | 'method' | 'url'>) => boolean
  /** Called with errors that a client is told nothing about. */
  readonly onError: (error: Error, request: { readonly method: string; readonly url: string }) => void
}

/** Names of a server that listens on loopback. */
export const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]']
