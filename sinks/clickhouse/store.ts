import { createHash } from 'node:crypto'
import type { AnalyticsStore, Block, ColumnBlock, QueryOptions } from '../../streams/engine/ports/analytics.js'
import { NativeEncoder } from './encode/native.js'
import type { Executor, Settings } from './executor.js'
import { BlockLedger } from './ledger.js'
import { encodeParams, quoteName } from './literal.js'
import { type Migration, migrate } from './migrate.js'
import { readRows, resultFormat, resultSettings } from './result.js'
import { applyRetention, type Retention } from './retention.js'
import { parseType } from './type.js'

/** A block is one insert: above this the engine would cut it into several (`max_insert_block_size`). */
export const maxBlockRows = 1_000_000

/**
 * One block stays one block all the way into the table and the targets of its materialised views, and each of them
 * remembers its token (invariant 5). One thread: the views then see the rows in one order, and give the same rows.
 */
export const insertSettings = (token: string): Settings => ({
  insert_deduplication_token: token,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  deduplicate_insert: 'enable',
  deduplicate_insert_select: 'force_enable',
  async_insert: 0,
  max_threads: 1,
  max_insert_threads: 1,
  max_block_size: 1_048_576,
  min_insert_block_size_rows: 1_048_576,
  min_insert_block_size_bytes: 0,
  max_insert_block_size: 1_048_576,
  input_format_parallel_parsing: 0,
  // blocks and the groups of views hold a key once (or hold figures that add up): merging within them first would only cost
  optimize_on_insert: 0,
  // compiling takes longer than the views of a block do
  compile_expressions: 0,
  compile_aggregate_expressions: 0,
  compile_sort_description: 0,
})

interface Target {
  readonly encoder: NativeEncoder
  readonly ledger: BlockLedger
}

export interface SchemaOptions {
  /** Where the tables are; `pulso` unless given. */
  readonly database?: string
  /** Instead of those that ship with Pulso. */
  readonly migrations?: readonly Migration[]
  /** How long rows are kept, applied when the store is migrated; absent: the tables stay as they are. */
  readonly retention?: Retention
}

/** The analytics store over ClickHouse, wherever it runs. */
export class ClickHouseStore implements AnalyticsStore {
  private readonly targets = new Map<string, Promise<Target>>()
  /** Inserts one after the other: the encoder's buffer and the order of blocks belong to one of them. */
  private last: Promise<unknown> = Promise.resolve()
  private readonly database: string
  /** The database as it stands before a table's name. */
  private readonly quoted: string

  constructor(
    protected readonly executor: Executor,
    private readonly options: SchemaOptions = {},
  ) {
    this.database = options.database ?? 'pulso'
    this.quoted = quoteName(this.database)
  }

  async migrate(): Promise<{ readonly from: number; readonly to: number }> {
    this.targets.clear()
    const { migrations, retention } = this.options
    const versions = await migrate(this.executor, this.database, migrations)
    if (retention !== undefined) await applyRetention(this.executor, this.database, retention)
    return versions
  }

  write(block: Block | ColumnBlock): Promise<void> {
    const written = this.last.then(() => this.insert(block))
    this.last = written.catch(() => undefined)
    return written
  }

  async query<Result extends object>(sql: string, options: QueryOptions = {}): Promise<readonly Result[]> {
    const { bytes } = await this.executor.execute(sql, {
      ...options,
      params: encodeParams(options.params),
      format: resultFormat,
      settings: resultSettings,
      database: this.database,
      readonly: 2,
    })
    return readRows<Result>(bytes)
  }

  async queryRaw(sql: string, format: string, options: QueryOptions = {}): Promise<Uint8Array> {
    const { bytes } = await this.executor.execute(sql, {
      ...options,
      params: encodeParams(options.params),
      format,
      database: this.database,
      readonly: 2,
    })
    return bytes
  }

  async erase(postIds: readonly string[]): Promise<void> {
    if (postIds.length === 0) return
    // With their sums at zero, sums over what remains are what they were. They are asked for first: a mutation changes
    // one part after the other, and a subquery in it would add up what it has left.
    const takenBack = await this.query<{ mention: string }>(
      `SELECT concat(toString(revision), ':', postId) AS mention FROM mentions
       WHERE postId IN {posts:Array(String)} GROUP BY postId, revision HAVING sum(sign) = 0`,
      { params: { posts: postIds } },
    )
    const mentions = takenBack.map(({ mention }) => mention)
    if (mentions.length > 0) {
      await this.executor.execute(
        `ALTER TABLE ${this.quoted}.mentions DELETE WHERE postId IN {posts:Array(String)}
         AND concat(toString(revision), ':', postId) IN {mentions:Array(String)}`,
        { params: encodeParams({ posts: postIds, mentions }), settings: { mutations_sync: 1 } },
      )
    }
    const answers = await this.query<{ answer: string }>(
      `SELECT concat(toString(revision), ':', answerId) AS answer FROM survey_answers
       WHERE answerId IN {posts:Array(String)} GROUP BY answerId, revision HAVING sum(sign) = 0`,
      { params: { posts: postIds } },
    )
    if (answers.length > 0) {
      await this.executor.execute(
        `ALTER TABLE ${this.quoted}.survey_answers DELETE WHERE answerId IN {posts:Array(String)}
         AND concat(toString(revision), ':', answerId) IN {answers:Array(String)}`,
        {
          params: encodeParams({ posts: postIds, answers: answers.map(({ answer }) => answer) }),
          settings: { mutations_sync: 1 },
        },
      )
    }
    // A letter of a record has its key; one of a line of a file has none, and says what it is of in its fields.
    await this.executor.execute(
      `ALTER TABLE ${this.quoted}.dead_letters UPDATE value = NULL WHERE value IS NOT NULL AND (key IN {posts:Array(String)}
         OR (key IS NULL AND JSONExtractString(ifNull(value, ''), 'postId') IN {posts:Array(String)})
         OR (key IS NULL AND JSONExtractString(ifNull(value, ''), 'reviewId') IN {posts:Array(String)}))`,
      { params: encodeParams({ posts: postIds }), settings: { mutations_sync: 1 } },
    )
  }

  async close(): Promise<void> {
    await this.last
    await this.executor.close()
  }

  private async insert(block: Block | ColumnBlock): Promise<void> {
    const { table, token } = block
    const { length } = 'rows' in block ? block.rows : block
    if (length === 0) return
    if (length > maxBlockRows)
      throw new RangeError(`block ${token} has ${length} rows: a block has ${maxBlockRows} at most`)
    const { encoder, ledger } = await this.target(table)
    const { columns, parts } = 'rows' in block ? encoder.encode(block.rows) : encoder.encodeColumns(block)
    const checksum = createHash('sha1')
    for (const part of parts) checksum.update(part)
    await ledger.begin(token, checksum.digest('hex'), length)
    const names = columns.map((column) => quoteName(column.name))
    const structure = columns.map((column, index) => `${names[index]} ${column.type}`).join(', ')
    const into = `${this.quoted}.${quoteName(table)} (${names.join(', ')})`
    await this.executor.insertNative(into, structure, parts, insertSettings(token)).finally(() => encoder.release())
  }

  private target(table: string): Promise<Target> {
    let target = this.targets.get(table)
    if (target === undefined) {
      target = this.readTarget(table)
      target.catch(() => this.targets.delete(table))
      this.targets.set(table, target)
    }
    return target
  }

  private async readTarget(table: string): Promise<Target> {
    const rows = await this.query<{ name: string; type: string }>(
      // what the store works out by itself is not written
      "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String} AND default_kind != 'MATERIALIZED' ORDER BY position",
      { params: { table } },
    )
    if (rows.length === 0)
      throw new Error(`the analytics store has no table ${table}: migrate it first, or add a migration`)
    const columns = rows.map(({ name, type }) => ({ name, type: parseType(type) }))
    return {
      encoder: new NativeEncoder(table, columns),
      ledger: await BlockLedger.read(this.executor, this.database, table),
    }
  }
}
