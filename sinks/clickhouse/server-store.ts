import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { ServerExecutor } from './server/executor.js'
import { checkRights, checkTables, type Identity, readIdentity } from './server/fitness.js'
import { ClickHouseStore, insertSettings, type SchemaOptions } from './store.js'

export interface ServerStoreOptions extends SchemaOptions {
  /** Address of the HTTP interface, as in `http://clickhouse:8123`. */
  readonly url: string
  readonly user?: string
  readonly password?: string
  /** Certificates of the authorities that may have signed the server's, in PEM; those of Node unless given. */
  readonly ca?: Uint8Array
  /** Milliseconds that the connection may be silent for during a statement. */
  readonly timeout?: number
}

/**
 * The tables on a ClickHouse server, those of one server or replicated ones. What is exactly once here rests on what
 * the server remembers, so that is looked at before anything is written: its release, the settings that the user may
 * change, the rights, the tables.
 *
 * Tables that are not replicated deduplicate by `non_replicated_deduplication_window`, whose log a server that is killed
 * between two system calls can leave ahead of its data (see deduplication-log.ts, which cannot help here): where that
 * matters, let the tables be replicated ones.
 */
export class ServerStore extends ClickHouseStore {
  private readonly name: string

  constructor(
    protected override readonly executor: ServerExecutor,
    options: SchemaOptions,
  ) {
    super(executor, options)
    this.name = options.database ?? 'pulso'
  }

  /** @throws AnalyticsError UNFIT when blocks could be lost or doubled there */
  override async migrate(): Promise<{ readonly from: number; readonly to: number }> {
    await readIdentity(this.executor)
    await this.executor.insertable(insertSettings('any'))
    const versions = await super.migrate()
    await this.examine()
    return versions
  }

  /** Looks at everything that writing needs, and changes nothing. @throws AnalyticsError for the first that is wrong */
  async examine(): Promise<Identity> {
    const identity = await readIdentity(this.executor)
    await this.executor.insertable(insertSettings('any'))
    await checkRights(this.executor, this.name, identity.user)
    await checkTables(this.executor, this.name)
    return identity
  }

  /** Gives up what is under way: a block of which nobody knows whether it arrived is written again under its token. */
  override async close(): Promise<void> {
    await this.executor.close()
    await super.close()
  }
}

/** Opens an analytics store on a ClickHouse server; it need not answer yet. */
export function openServerStore({
  url,
  user,
  password,
  ca,
  timeout = 60_000,
  ...options
}: ServerStoreOptions): ServerStore {
  const client = createClient({
    url,
    request_timeout: timeout,
    application: 'pulso',
    // Failures are thrown to the caller, who knows what they mean.
    log: { level: ClickHouseLogLevel.OFF },
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { tls: { ca_cert: Buffer.from(ca) } }),
  })
  return new ServerStore(new ServerExecutor(client, url), options)
}
