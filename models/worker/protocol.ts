import type { ModelDirectory } from '../directory.js'
import type { RunKinds } from '../pool/runs.js'
import type { ProviderPlan } from '../providers/choice.js'
import type { TokenIds } from '../providers/provider.js'

/** What a worker is started with. */
export interface WorkerSettings {
  readonly model: ModelDirectory
  readonly plan: ProviderPlan
  /** Threads inside one run. */
  readonly threads: number
  /** Ids of the empty text: what stands first and last. */
  readonly frame: TokenIds
  /** Of the worker's NativeGate. */
  readonly gate: SharedArrayBuffer
}

export type ToWorker =
  /** Texts of one run, as ids. */
  { readonly kind: 'score'; readonly job: number; readonly rows: readonly TokenIds[] } | { readonly kind: 'close' }

/** What came of one text: its logits, or why there are none. */
export type Scored = readonly number[] | string

export type FromWorker =
  /** Loaded and warm. `precision`: what is computed with. */
  | { readonly kind: 'ready'; readonly runs: RunKinds; readonly precision: string }
  /** The model cannot be loaded; trying again will not help. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'scored'; readonly job: number; readonly results: readonly Scored[] }
