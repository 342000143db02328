export type Settings = Readonly<Record<string, string | number>>

export interface ExecuteOptions {
  /** The output format where the statement names none. */
  readonly format?: string
  readonly settings?: Settings
  /** Values for `{name:Type}`, encoded: see encodeParams. */
  readonly params?: Readonly<Record<string, string>>
  /** The database that unqualified names mean; `default` unless given. */
  readonly database?: string
  /** Milliseconds after which the statement is given up. */
  readonly timeout?: number
  /** Ends the wait of a statement that nobody wants any more; one that runs goes on. */
  readonly signal?: AbortSignal
  /** 1: reads only, settings are fixed; 2: reads only; absent: everything is allowed. */
  readonly readonly?: 1 | 2
}

export interface Executed {
  readonly bytes: Uint8Array
  /** Rows of the result. */
  readonly rows: number
  /** Seconds that the engine worked. */
  readonly elapsed: number
}

/** Runs SQL on ClickHouse, in this process or on a server. Rejects with an AnalyticsError. */
export interface Executor {
  execute(sql: string, options?: ExecuteOptions): Promise<Executed>
  /**
   * Inserts one block of the Native format into a table, as one block.
   * @param into table and columns, as in `pulso.trends (term, kind)`.
   * @param structure names and types of the columns of the block.
   * @param parts the bytes of the block.
   */
  insertNative(into: string, structure: string, parts: readonly Uint8Array[], settings: Settings): Promise<void>
  /** Waits for what runs, then gives everything up. */
  close(): Promise<void>
}
