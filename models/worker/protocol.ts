import type { ModelDirectory } from '../directory.js'
import type { ProviderPlan } from '../providers/choice.js'

/** What a worker is started with. */
export interface WorkerSettings {
  readonly model: ModelDirectory
  readonly plan: ProviderPlan
  /** Threads inside one run. */
  readonly threads: number
  /** Tokens of one run at most. */
  readonly tokensPerRun: number
  /** Of the worker's NativeGate. */
  readonly gate: SharedArrayBuffer
}

export type ToWorker =
  | { readonly kind: 'score'; readonly job: number; readonly texts: readonly string[] }
  | { readonly kind: 'close' }

/** What came of one text: its logits, or why there are none. */
export type Scored = readonly number[] | string

export type FromWorker =
  /** Loaded and warm. `together`: texts of one length share a run. `precision`: what is computed with. */
  | { readonly kind: 'ready'; readonly together: boolean; readonly precision: string }
  /** The model cannot be loaded; trying again will not help. */
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'scored'
      readonly job: number
      readonly results: readonly Scored[]
      readonly tokens: number
      readonly runs: number
    }
