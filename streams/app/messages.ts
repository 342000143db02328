import type { MessagePort } from 'node:worker_threads'
import type { Config } from '../config.js'
import type { SinkReport } from '../runtime/sink-runner.js'
import type { TaskReport } from '../runtime/task-runner.js'

/** What a stream thread is started with. It runs the partitions p with `p % threads === thread`. */
export interface StreamThreadData {
  readonly config: Config
  readonly thread: number
  readonly threads: number
  /** Where sentiment is asked; null when it is switched off. */
  readonly modelPort: MessagePort | null
}

export interface AnalyticsThreadData {
  readonly config: Config
  /** Where queries come from. */
  readonly storePort: MessagePort
}

/** What threads tell the main thread. Errors cross as their message. */
export type ThreadMessage =
  /** `clickhouse`: where the ClickHouse interface listens, from the thread that has it. */
  | { readonly kind: 'ready'; readonly clickhouse?: string }
  | { readonly kind: 'committed'; readonly report: TaskReport }
  | {
      readonly kind: 'task-failed'
      readonly stage: string
      readonly partition: number
      readonly message: string
      readonly attempt: number
    }
  | { readonly kind: 'written'; readonly report: SinkReport }
  | { readonly kind: 'sink-failed'; readonly topic: string; readonly message: string; readonly attempt: number }
  /** Told at log level trace alone. */
  | { readonly kind: 'begins'; readonly what: 'batch' | 'commit' | 'insert' }
  | { readonly kind: 'resumed'; readonly topic: string }
  | { readonly kind: 'stopped' }

/** What the main thread tells the others. */
export interface StopMessage {
  readonly kind: 'stop'
}
