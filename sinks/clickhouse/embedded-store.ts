import { ChdbExecutor } from './chdb.js'
import { repairDeduplicationLogs } from './deduplication-log.js'
import { lockDirectory } from './lock.js'
import { ClickHouseStore, type SchemaOptions } from './store.js'

export interface EmbeddedStoreOptions extends SchemaOptions {
  /** The data directory; made when missing. */
  readonly dir: string
}

/** ClickHouse's engine in this process, over a data directory that this process owns. */
export class EmbeddedStore extends ClickHouseStore {
  constructor(
    /** For the HTTP interface, which speaks to the engine itself. */
    override readonly executor: ChdbExecutor,
    private readonly unlock: () => void,
    options?: SchemaOptions,
  ) {
    super(executor, options)
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
export async function openEmbeddedStore({ dir, ...options }: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const unlock = lockDirectory(dir)
  try {
    repairDeduplicationLogs(dir)
    return new EmbeddedStore(await ChdbExecutor.open(dir), unlock, options)
  } catch (error) {
    unlock()
    throw error
  }
}
