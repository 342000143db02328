import type { MessagePort } from 'node:worker_threads'
import type { Config } from '../config.js'
import type { SinkReport } from '../runtime/sink-runner.js'
import type { LostRange } from '../runtime/starting-positions.js'
import type { TaskReport } from '../runtime/task-runner-dependencies.js'
import type { Outage } from './patient-store.js'

/** What a stream thread is started with. */
export interface StreamThreadData {
  readonly config: Config
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
  /** `clickhouse`: where ClickHouse is asked, from the thread that knows. */
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
  /** The analytics store is away; what is to be written waits. */
  | { readonly kind: 'store-failed'; readonly outage: Outage }
  | { readonly kind: 'store-works' }
  | { readonly kind: 'sink-failed'; readonly topic: string; readonly message: string; readonly attempt: number }
  /** Offsets of a partition that a group went past unread. */
  | { readonly kind: 'lost'; readonly group: string; readonly range: LostRange }
  /** Told at log level trace alone. */
  | { readonly kind: 'begins'; readonly what: 'batch' | 'commit' | 'insert' }
  | { readonly kind: 'resumed'; readonly topic: string }
  /** A commit of a task failed, and with it its transaction. */
  | { readonly kind: 'aborted'; readonly group: string }
  /** Changes were read from the changelog of a task; so many offsets are left. */
  | {
      readonly kind: 'restored'
      readonly group: string
      readonly partition: number
      readonly changes: number
      readonly left: number
    }
  /** How far the copy of a task's state is behind, in offsets of its changelog; null: it is kept no longer. */
  | { readonly kind: 'standby'; readonly group: string; readonly partition: number; readonly left: number | null }
  | TaskEnded
  | Answered
  | { readonly kind: 'stopped' }

/** A run of a task ended, after it was told to. */
export interface TaskEnded {
  readonly kind: 'task-ended'
  readonly run: number
}

/** What is asked of the state of a task, as its latest commit left it. */
export type Question =
  /** The value of a key in the state of a processor. */
  | { readonly kind: 'value'; readonly store: string; readonly key: string }
  /** The windows of a key that are not closed yet, in the stores of a step. */
  | { readonly kind: 'open-windows'; readonly step: string; readonly key: string }

/** What a task has for a key. */
export type KeyAnswer =
  | { readonly kind: 'found'; readonly value: unknown }
  | { readonly kind: 'absent' }
  /** The task is not run in this thread, or not yet. */
  | { readonly kind: 'not-here' }

/** The answer to a question. */
export interface Answered {
  readonly kind: 'answered'
  /** That of the question. */
  readonly number: number
  readonly answer: KeyAnswer
}

/** What the main thread tells the others. Each run of a task has a number of its own. */
export type ThreadOrder =
  | { readonly kind: 'run'; readonly run: number; readonly task: string }
  | { readonly kind: 'end'; readonly run: number }
  | { readonly kind: 'ask'; readonly number: number; readonly task: string; readonly question: Question }
  /** The process is about to end: what is away is not waited for any longer. */
  | { readonly kind: 'leaving' }
  | { readonly kind: 'stop' }
