import type { StreamRecord } from './record.js'
import type { Window } from './window.js'

/** The fate of a record after a step. Every record has exactly one (invariant 4). */
export type Outcome<Value> =
  | { readonly kind: 'forward'; readonly record: StreamRecord<Value> }
  | {
      readonly kind: 'late'
      readonly reason: 'window-closed'
      readonly record: StreamRecord<unknown>
      readonly window: Window
    }
  | { readonly kind: 'drop'; readonly reason: DropReason }
  | { readonly kind: 'deadLetter'; readonly reason: DeadLetterReason; readonly detail: string }

export type DropReason = 'null-key' | 'null-value' | 'filtered' | 'duplicate' | 'unchanged' | 'no-match' | 'deleted'

export type DeadLetterReason =
  | 'undecodable'
  | 'invalid'
  | 'timestamp-out-of-range'
  | 'too-large'
  | 'processor-failed'
  | 'call-failed'

export const forward = <Value>(record: StreamRecord<Value>): Outcome<Value> => ({ kind: 'forward', record })
export const drop = (reason: DropReason): Outcome<never> => ({ kind: 'drop', reason })
export const deadLetter = (reason: DeadLetterReason, detail: string): Outcome<never> => ({
  kind: 'deadLetter',
  reason,
  detail,
})
