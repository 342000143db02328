import type { DeadLetterReason, Outcome } from './outcome.js'
import type { BatchResult } from './ports/batch.js'
import type { Aggregate, Processor } from './processor.js'
import type { StreamRecord } from './record.js'
import type { Duration } from './time.js'
import type { Topic } from './topic.js'
import type { WindowSpec } from './window.js'

/** How many items, or how much work, go into one call of a batch service, and how long the first may wait. */
export interface BatchLimits {
  readonly atMost: { readonly unit: 'tokens' | 'items'; readonly count: number }
  readonly within: Duration
}

export const tokens = (count: number): BatchLimits['atMost'] => ({ unit: 'tokens', count })
export const items = (count: number): BatchLimits['atMost'] => ({ unit: 'items', count })

/** A step that asks a batch service. `item` null: the record passes without asking (result null). */
export interface BatchStep<In, Item, Result, Out> {
  readonly name: string
  /** Name of the service, wired by the runtime. */
  readonly service: string
  item(value: In): Item | null
  merge(value: In, result: BatchResult<Result> | null): Out
}

/** When early updates of a window are given: not at all, or at most once in the interval of processing time. */
export type Updates = { readonly kind: 'final-only' } | { readonly kind: 'every'; readonly interval: Duration }

/** One result a window, when it is closed. */
export const finalOnly: Updates = { kind: 'final-only' }
/** A window's early results at most once in the interval of processing time, then the final. */
export const every = (interval: Duration): Updates => ({ kind: 'every', interval })

/** A step of a topology, as data. Values are `unknown` here; the builder's types keep the sentence well-formed. */
export type StepNode =
  | {
      readonly kind: 'decode'
      readonly name: string
      readonly decoder: Decoder<unknown>
      /** What becomes of a record whose bytes cannot be read or whose decoder throws. */
      readonly otherwise: (reason: DeadLetterReason, detail: string) => Outcome<never>
    }
  | {
      readonly kind: 'map'
      readonly name: string
      readonly fn: (value: unknown, record: StreamRecord<unknown>) => unknown
    }
  | {
      readonly kind: 'filter'
      readonly name: string
      readonly fn: (value: unknown, record: StreamRecord<unknown>) => boolean
    }
  | {
      readonly kind: 'flatMapValues'
      readonly name: string
      readonly fn: (value: unknown, record: StreamRecord<unknown>) => readonly unknown[]
    }
  | {
      readonly kind: 'flatMap'
      readonly name: string
      readonly fn: (record: StreamRecord<unknown>) => readonly Outcome<unknown>[]
    }
  | {
      readonly kind: 'process'
      readonly name: string
      readonly processor: Processor<unknown, unknown, unknown>
      readonly store: string
      readonly expireAfter: Duration | null
    }
  | {
      readonly kind: 'mapInBatches'
      readonly name: string
      readonly step: BatchStep<unknown, unknown, unknown, unknown>
      readonly limits: BatchLimits
    }
  | {
      readonly kind: 'dedup'
      readonly name: string
      readonly by: (value: unknown, record: StreamRecord<unknown>) => string
      readonly within: Duration
      readonly store: string
    }
  | {
      readonly kind: 'aggregate'
      readonly name: string
      readonly window: WindowSpec
      readonly aggregate: Aggregate<unknown, unknown, unknown>
      readonly updates: Updates
      readonly store: string
    }
  /** One aggregate over several layouts of windows, each with a store of its own. */
  | {
      readonly kind: 'aggregates'
      readonly name: string
      readonly windows: readonly { readonly name: string; readonly window: WindowSpec; readonly store: string }[]
      readonly aggregate: Aggregate<unknown, unknown, unknown>
      readonly updates: Updates
    }
  /**
   * One aggregate over nested layouts of windows, for the keys that at least so many records of one window name. The
   * value of a record names its keys (`ForKeys`).
   */
  | {
      readonly kind: 'frequent'
      readonly name: string
      readonly windows: readonly { readonly name: string; readonly window: WindowSpec; readonly store: string }[]
      readonly aggregate: Aggregate<unknown, unknown, unknown>
      readonly atLeast: number
      readonly updates: Updates
      /** What of a value belongs to one of its keys; null: all of it. */
      readonly each: ((value: unknown, index: number) => unknown) | null
      /** Records of keys that are not frequent yet. */
      readonly store: string
    }
  | { readonly kind: 'join'; readonly name: string; readonly join: JoinNode; readonly store: string }
  | {
      readonly kind: 'to'
      readonly name: string
      readonly topic: Topic<unknown>
      readonly key: ((value: unknown, record: StreamRecord<unknown>) => string | null) | null
    }
  /** Ends a stage: records go to an internal topic, partitioned by the new key, and the next stage reads them there. */
  | {
      readonly kind: 'keyBy'
      readonly name: string
      readonly key: (value: unknown) => string | null
      readonly topic: Topic<unknown>
    }

/** Names of the stores in which a step keeps its state. */
export function storesOf(step: StepNode): readonly string[] {
  if (step.kind === 'aggregates') return step.windows.map(({ store }) => store)
  if (step.kind === 'frequent') return [step.store, ...step.windows.map(({ store }) => store)]
  return 'store' in step ? [step.store] : []
}

/** Reads a raw value of one of the source topics: gives what goes on, or says why it cannot. */
export interface Decoder<Out> {
  readonly name: string
  /** `value` is the decoded Avro value; null for a tombstone. */
  decode(value: unknown, record: StreamRecord<unknown>): Outcome<Out>
}

export type JoinNode =
  /** Each record meets the table's value as of the record's own timestamp (versioned for `history`). */
  | {
      readonly kind: 'stream-table'
      readonly table: Topic<unknown>
      readonly history: Duration
      readonly left: boolean
      readonly joiner: (value: unknown, tableValue: unknown) => unknown
    }
  /** Both sides are tables: a change of either gives a new joined value for the key. */
  | {
      readonly kind: 'table-table'
      readonly table: Topic<unknown>
      readonly joiner: (left: unknown, right: unknown) => unknown
    }
  /** Records of both sides with the same key whose timestamps differ by at most `before`/`after`. */
  | {
      readonly kind: 'stream-stream'
      readonly other: Topic<unknown>
      readonly before: Duration
      readonly after: Duration
      readonly grace: Duration
      readonly joiner: (left: unknown, right: unknown) => unknown
    }

export interface SourceNode {
  readonly topic: Topic<unknown>
  /**
   * Whether the topic's own stream time holds the watermark back. `none` is for topics of commands (deletions) that
   * are silent for long: their records take the stream time that the task's other inputs have reached.
   */
  readonly watermark: 'own' | 'none'
}

/** A topology is plain data: it is printed by describe, run by the runtime, driven by the test driver. */
export interface Topology {
  readonly name: string
  readonly sources: readonly SourceNode[]
  readonly steps: readonly StepNode[]
}
