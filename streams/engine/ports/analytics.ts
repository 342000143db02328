import type { TopicPartition } from '../topic.js'

/**
 * A value that ClickHouse stores: instants are milliseconds since the epoch, 64-bit integers may be bigint, a String
 * may be bytes.
 */
export type Cell =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly Cell[]
  | { readonly [key: string]: Cell }
export type Row = Readonly<Record<string, Cell>>

/**
 * A block of rows made from one range of offsets of one partition. The same range always gives the same rows in the
 * same order, so the token names the block: writing it again changes nothing, roll-ups included (invariant 5).
 */
export interface Block {
  readonly table: string
  readonly rows: readonly Row[]
  /** `topic-partition-from-to`: see blockToken. */
  readonly token: string
}

/** Texts of a column: row i has `texts[indexes[i]]`, in UTF-8. */
export interface TextColumn {
  readonly texts: readonly Uint8Array[]
  readonly indexes: Uint32Array
}

/** Texts one behind the other: row i has the bytes from `ends[i - 1]`, 0 for the first, to `ends[i]`, in UTF-8. */
export interface PlainTextColumn {
  readonly bytes: Uint8Array
  readonly ends: Uint32Array
}

/** Integers, real numbers, instants in milliseconds, booleans as 0 and 1, or texts. */
export type ValueColumn = Int32Array | Float32Array | Float64Array | Uint8Array | TextColumn | PlainTextColumn

/** Null where `nulls` is 1; what the values have there means nothing. */
export interface NullableColumn {
  readonly nulls: Uint8Array
  readonly values: ValueColumn
}

/** Lists of records: row i has the items from `ends[i - 1]`, 0 for the first, to `ends[i]`; columns of their fields. */
export interface ListColumn {
  readonly ends: Uint32Array
  readonly items: Readonly<Record<string, Column>>
}

/** A column without an object for each cell. */
export type Column = ValueColumn | NullableColumn | ListColumn

/** A block whose rows stand column by column: for the topics with millions of records. */
export interface ColumnBlock {
  readonly table: string
  /** Rows of every column. */
  readonly length: number
  readonly columns: Readonly<Record<string, Column>>
  readonly token: string
}

export const blockToken = (at: TopicPartition, from: number, to: number): string =>
  `${at.topic}-${at.partition}-${from}-${to}`

export interface QueryOptions {
  /** Values for `{name:Type}` in the SQL; never interpolated into it (invariant 8). */
  readonly params?: Readonly<Record<string, Cell>>
  /** Milliseconds after which the query is given up. */
  readonly timeout?: number
}

/** What asks the store, and changes nothing. */
export type Queries = Pick<AnalyticsStore, 'query' | 'queryRaw'>

/** The analytics store: ClickHouse, in this process or on a server, with one set of migrations. */
export interface AnalyticsStore {
  /** Brings the schema to the newest version; refuses a store of a version it does not know. */
  migrate(): Promise<{ readonly from: number; readonly to: number }>
  /** Writes the block once, however often it is called with it. Its arrays must not change until it is written. */
  write(block: Block | ColumnBlock): Promise<void>
  /** Runs a query that reads. Numbers of 64 bits come as numbers when they fit, else as texts. */
  query<Result extends object = Row>(sql: string, options?: QueryOptions): Promise<readonly Result[]>
  /** Runs a query and gives the bytes of the format named in it (or of the argument). */
  queryRaw(sql: string, format: string, options?: QueryOptions): Promise<Uint8Array>
  /**
   * Removes for good the rows of these posts that were taken back, with their texts. What still stands stays, and so
   * does every sum. Dead letters of these posts lose their values.
   */
  erase(postIds: readonly string[]): Promise<void>
  close(): Promise<void>
}
