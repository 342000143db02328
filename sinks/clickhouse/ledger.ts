import type { Executor } from './executor.js'
import { encodeParams, quoteName } from './literal.js'
import { readRows, resultFormat, resultSettings } from './result.js'

/** As many tokens as each table remembers itself (`non_replicated_deduplication_window` of the migrations). */
const remembered = 10_000

/**
 * What each token of a table stands for. ClickHouse drops a block whose token it has seen, whatever its rows are; the
 * ledger turns such a mistake into an error, also across restarts.
 */
export class BlockLedger {
  private constructor(
    private readonly executor: Executor,
    private readonly database: string,
    private readonly table: string,
    /** Checksums by token, the oldest first. */
    private readonly checksums: Map<string, string>,
  ) {}

  static async read(executor: Executor, database: string, table: string): Promise<BlockLedger> {
    const { bytes } = await executor.execute(
      `SELECT token, checksum FROM ${quoteName(database)}.blocks FINAL WHERE target = {table:String} ORDER BY begun DESC LIMIT ${remembered}`,
      { params: encodeParams({ table }), format: resultFormat, settings: resultSettings },
    )
    const newestFirst = readRows(bytes).map((row) => [String(row.token), String(row.checksum)] as const)
    return new BlockLedger(executor, database, table, new Map(newestFirst.reverse()))
  }

  /**
   * Records a block before it is written for the first time.
   * @throws Error when the token was used for a block with other rows.
   */
  async begin(token: string, checksum: string, rows: number): Promise<void> {
    const before = this.checksums.get(token)
    if (before === checksum) return
    if (before !== undefined) {
      throw new Error(
        `block ${token} of table ${this.table} was begun with other rows before: the same range of offsets must always ` +
          'give the same rows; look for a sink or a codec that depends on time, order or configuration',
      )
    }
    await this.executor.execute(
      `INSERT INTO ${quoteName(this.database)}.blocks (target, token, checksum, rows) ` +
        'SELECT {table:String}, {token:String}, {checksum:String}, {rows:UInt32}',
      { params: encodeParams({ table: this.table, token, checksum, rows }) },
    )
    this.checksums.set(token, checksum)
    for (const oldest of this.checksums.keys()) {
      if (this.checksums.size <= remembered) break
      this.checksums.delete(oldest)
    }
  }
}
