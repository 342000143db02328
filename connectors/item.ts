import type { DeadLetterReason } from '../streams/engine/outcome.js'

/** What a connector found at one place of its source: fields of a record, or why there are none. */
export type SourceItem =
  | { readonly kind: 'fields'; readonly line: number; readonly bytes: Uint8Array; readonly fields: Fields }
  | {
      readonly kind: 'refused'
      readonly line: number
      readonly bytes: Uint8Array
      /** Size of the whole, of which `bytes` may hold the beginning alone. */
      readonly length: number
      readonly reason: DeadLetterReason
      readonly detail: string
    }

export type Fields = Readonly<Record<string, unknown>>
