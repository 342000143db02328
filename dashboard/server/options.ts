import type { IncomingMessage } from 'node:http'
import type { Deletion } from '../../schemas/deletion.js'
import type { Mention } from '../../schemas/mention.js'
import type { Post } from '../../schemas/post.js'
import type { Review } from '../../schemas/review.js'
import type { Survey } from '../../schemas/survey.js'
import type { Trend } from '../../schemas/trend.js'
import type { LiveHub } from '../../sinks/live/hub.js'
import type { Metrics } from '../../sinks/metrics/metrics.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import type { BatchResult, ScoredText } from '../../streams/engine/ports/batch.js'
import type { Boards } from './boards.js'
import type { IntakeLimits } from './intake.js'

/** What a worker says of a post or review. */
export type Standing =
  /** Its mention as it stands. */
  | { readonly kind: 'standing'; readonly mention: Mention }
  | { readonly kind: 'deleted' }
  /** It was never read. */
  | { readonly kind: 'unknown' }
  | Unanswered

/** Windows of a term and region that are not closed yet. */
export type OpenTrends = { readonly kind: 'open'; readonly windows: readonly Trend[] } | Unanswered

/** Why a worker does not say what the state of a task has. */
export type Unanswered =
  /** Another worker has the task. */
  | { readonly kind: 'elsewhere'; readonly address: string }
  /** The task has no owner, or is being opened. */
  | { readonly kind: 'moving' }
  /** No topology that runs here has such a task. */
  | { readonly kind: 'not-run' }

/** Checked records on their way into a topic. */
export type Ingested =
  | { readonly topic: 'posts'; readonly values: readonly Post[] }
  | { readonly topic: 'reviews'; readonly values: readonly Review[] }
  | { readonly topic: 'deletions'; readonly values: readonly Deletion[] }
  | { readonly topic: 'surveys'; readonly values: readonly Survey[] }

export interface ServerOptions {
  readonly store: AnalyticsStore
  readonly hub: LiveHub
  readonly metrics: Metrics
  /** What keeps the engine from taking requests, a sentence each; none when it is ready. */
  readonly notReady: () => readonly string[]
  /** What stands of a post or review, as the worker that has it knows. */
  readonly standing: (postId: string) => Promise<Standing>
  /** The open windows of a term in a region, as the worker that counts it knows them. */
  readonly openTrends: (place: {
    readonly term: string
    readonly kind: Trend['kind']
    readonly region: string
  }) => Promise<OpenTrends>
  /** Scores texts; null when sentiment is switched off. */
  readonly score: ((texts: readonly string[]) => Promise<readonly BatchResult<ScoredText>[]>) | null
  /**
   * Appends records, all or nothing; resolved when they survive the death of the process. Authors are as they came:
   * whoever implements this replaces them by keyed hashes.
   */
  readonly ingest: (records: Ingested) => Promise<void>
  /** What teams watch. */
  readonly boards: Boards
  /** The name of the token that a request carries; null where none is needed. */
  readonly caller: (request: Pick<IncomingMessage, 'headers'>) => string | null
  /** What the engine takes of records from outside. */
  readonly intakeLimits: IntakeLimits
  /** Avro schemas by full name, for the description of the API. */
  readonly schemas: ReadonlyMap<string, string>
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
