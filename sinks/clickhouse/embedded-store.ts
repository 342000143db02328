import { ChdbExecutor } from './chdb.js'
import { repairDeduplicationLogs } from './deduplication-log.js'
import { lockDirectory } from './lock.js'
import type { Migration } from './migrate.js'
import { ClickHouseStore } from './store.js'

export interface EmbeddedStoreOptions {
  /** The data directory; made when missing. */
  readonly dir: string
  /** Instead of those that ship with Pulso. */
  readonly migrations?: readonly Migration[]
}

/** ClickHouse's engine in this process, over a data directory that this process owns. */
export class EmbeddedStore extends ClickHouseStore {
  constructor(
    /** For the HTTP interface, which speaks to the engine itself. */
    override readonly executor: ChdbExecutor,
    private readonly unlock: () => void,
    migrations?: readonly Migration[],
  ) {
    super(executor, migrations)
  }

  /** Waits for running statements. A worker thread must have closed its store before it ends. */
  override async close(): Promise<void> {
    await super.close()
    this.unlock()
  }
}

/**
 * Opens the embedded analytics store, in the main thread or a worker thread; one per process.
 * @throws Error when another process, or this one, has the directory open.
 */
export async function openEmbeddedStore({ dir, migrations }: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const unlock = lockDirectory(dir)
  try {
    repairDeduplicationLogs(dir)
    return new EmbeddedStore(await ChdbExecutor.open(dir), unlock, migrations)
  } catch (error) {
    unlock()
    throw error
  }
}
