import type { Cell } from '../engine/ports/analytics.js'
import type { BatchResult, ScoredText } from '../engine/ports/batch.js'
import type { Fetched, TopicDescription } from '../engine/ports/log.js'
import type { LogRecord } from '../engine/record.js'
import type { TopicPartition } from '../engine/topic.js'

/** A record on its way in: a value to be encoded with the schema of its topic, or the bytes as they are. */
export interface IncomingRecord {
  readonly topic: string
  readonly key: string | Uint8Array | null
  readonly value:
    | { readonly kind: 'value'; readonly value: unknown }
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | null
  readonly timestamp: number
  readonly headers?: LogRecord['headers']
}

/** A record as it is shown: decoded with its schema, or the reason why it cannot be. */
export interface ShownRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: unknown
  readonly headers: Readonly<Record<string, string>>
}

export interface PartitionPosition {
  readonly partition: number
  readonly start: number
  readonly end: number
}

/** How far a consumer group is behind the end of what it reads. */
export interface GroupLag {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly committed: number
  readonly end: number
  readonly lag: number
}

/** Records of a partition, and where to read on. */
export type FetchedRecords = Pick<Fetched, 'at' | 'records' | 'next' | 'atEnd'>

/**
 * What the commands work on: an engine that runs (through its interface), or the stores of one that does not (opened
 * here; they have one owner at a time).
 */
export interface Instance {
  readonly kind: 'running' | 'opened'
  topics(): Promise<readonly TopicDescription[]>
  positions(topic: string): Promise<readonly PartitionPosition[]>
  fetch(
    from: readonly { readonly at: TopicPartition; readonly from: number }[],
    limit: { readonly records: number; readonly bytes: number },
  ): Promise<readonly FetchedRecords[]>
  /** As fetch, decoded. */
  show(topic: string, from: readonly PartitionFrom[], records: number): Promise<Shown>
  append(records: readonly IncomingRecord[]): Promise<void>
  lag(): Promise<readonly GroupLag[]>
  query(sql: string, format: string, params: Readonly<Record<string, Cell>>): Promise<Uint8Array>
  /** The pseudonym of `source:name`; a pseudonym stays as it is. */
  pseudonym(author: string): Promise<string>
  score(texts: readonly string[]): Promise<readonly BatchResult<ScoredText>[]>
  close(): Promise<void>
}

export interface PartitionFrom {
  readonly partition: number
  readonly from: number
}

export interface Shown {
  readonly records: readonly ShownRecord[]
  readonly next: readonly PartitionFrom[]
  readonly atEnd: boolean
}
