import type { Text } from '../../../schemas/metrics/definition.js'
import type { BoardPost } from '../../../sinks/live/posts.js'
import type { Cell } from '../../../streams/engine/ports/analytics.js'

/** A query as it was run: whoever runs it again sees where a figure comes from. */
export interface Query {
  /** SQL of ClickHouse over the tables of Pulso. */
  readonly sql: string
  /** Values of its `{name:Type}`; texts from outside stand here alone, never in the SQL. */
  readonly params: Readonly<Record<string, Cell>>
}

/** A figure of a sentence: a column of the one row that a query gives. */
export interface ProvenNumber {
  readonly name: string
  readonly value: number | null
  /** Place of the query in `queries`. */
  readonly query: number
  readonly column: string
}

export type InsightKind =
  | 'volume'
  | 'rising'
  | 'falling'
  | 'share'
  | 'leader'
  | 'mood'
  | 'moodShift'
  | 'aspectShift'
  | 'aspects'
  | 'aspectsFew'
  | 'region'
  | 'shift'
  | 'engagement'
  | 'tooFew'

/** What is worth knowing of a period, in a sentence, with what proves it. */
export interface Insight {
  /** The same for the same thing in the same period. */
  readonly id: string
  readonly kind: InsightKind
  readonly text: Text
  readonly queries: readonly Query[]
  readonly numbers: readonly ProvenNumber[]
  /** What was worked out of the numbers: growth and intervals, by the rules of `schemas/growth.ts` and `interval.ts`. */
  readonly derived: Readonly<Record<string, number | null>>
  /** The posts behind it: the query that gives all of them, newest first, and a few. */
  readonly posts: { readonly query: Query; readonly shown: readonly BoardPost[] }
}
