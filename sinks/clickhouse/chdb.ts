import { rmSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import type { Session } from 'chdb'
import { analyticsError } from './error.js'
import type { Executed, ExecuteOptions, Executor, Settings } from './executor.js'
import { Gate } from './gate.js'
import { quoteName, quoteText } from './literal.js'
import { scratchFolder } from './scratch.js'

/** RTLD_NODELETE: the loader never unmaps the library. */
const noDelete = process.platform === 'darwin' ? 0x80 : 0x1000

/**
 * Loads the engine. Node unmaps the native modules of a worker thread when the thread ends, while the engine's own
 * threads still run in them: the process would die of it at exit. So the library is pinned first.
 */
async function loadEngine(): Promise<typeof import('chdb')> {
  const { libchdbPath } = await import('chdb/libchdb')
  const addon = join(dirname(libchdbPath()), 'chdb_node.node')
  process.dlopen({ exports: {} }, addon, constants.dlopen.RTLD_NOW | noDelete)
  return import('chdb')
}

/** Caches kept small: the engine shares its process with the stream threads and the model. */
const memory = [
  'mark_cache_size=16777216',
  'primary_index_cache_size=16777216',
  'uncompressed_cache_size=0',
  'query_condition_cache_size=4194304',
  'compiled_expression_cache_size=4194304',
].map((setting) => `--${setting}`)

const assignments = (settings: Settings): string[] =>
  Object.entries(settings).map(
    ([name, value]) => `${quoteName(name)} = ${typeof value === 'number' ? value : quoteText(value)}`,
  )

/** A statement's own settings, in the order in which they have to be made: `readonly` last. */
function sessionSettings(options: ExecuteOptions): string[] {
  const all = assignments(options.settings ?? {})
  if (options.timeout !== undefined) all.push(`max_execution_time = ${options.timeout / 1000}`)
  for (const [name, value] of Object.entries(options.params ?? {}))
    all.push(`${quoteName(`param_${name}`)} = ${quoteText(value)}`)
  if (options.readonly !== undefined) all.push(`readonly = ${options.readonly}`)
  return all
}

/**
 * ClickHouse's engine in this process. Each statement has a session of its own (a millisecond): parameters, settings
 * and the current database of one never reach another, and statements with parameters run side by side.
 */
export class ChdbExecutor implements Executor {
  private readonly scratch = scratchFolder()
  private readonly running = new Set<Promise<unknown>>()
  private blocks = 0
  /**
   * Statements run on the four threads that Node has for such work, process-wide: those from outside (1) and the own
   * (2) never take all of them, so that blocks, the log and files are written while somebody asks hard questions.
   */
  private readonly readers = { 1: new Gate(2), 2: new Gate(2) }
  private readonly reading = new Gate(3)

  private constructor(
    private readonly engine: typeof import('chdb'),
    private readonly dir: string,
    /** Holds the data directory open: the engine ends with its last session. */
    private readonly anchor: Session,
  ) {}

  /** @param dir the data directory; made when missing. One process and one executor at a time. */
  static async open(dir: string): Promise<ChdbExecutor> {
    const engine = await loadEngine()
    try {
      return new ChdbExecutor(engine, dir, new engine.Session(dir, { connectionArgs: memory }))
    } catch (error) {
      throw analyticsError(error)
    }
  }

  execute(sql: string, options: ExecuteOptions = {}): Promise<Executed> {
    const work = () => this.inSession(sql, options)
    if (options.readonly === undefined) return this.track(work())
    const { readonly, signal } = options
    return this.track(this.readers[readonly].pass(() => this.reading.pass(work, signal), signal))
  }

  /** Data without their compression, one of those that ClickHouse's files have: `lz4`, `zstd`, `xz`, `snappy`. */
  decompress(data: Uint8Array, method: string): Promise<Uint8Array> {
    const statement = (file: string) => `SELECT * FROM file(${file}, 'RawBLOB', 'data String', ${quoteText(method)})`
    const work = this.withFile([data], (file) => this.inSession(statement(file), { format: 'RawBLOB' }))
    return this.track(work).then(({ bytes }) => bytes)
  }

  /** In the session that is open anyway: settings that stand in a statement are its own. */
  insertNative(into: string, structure: string, parts: readonly Uint8Array[], settings: Settings): Promise<void> {
    const statement = (file: string) =>
      `INSERT INTO ${into} SELECT * FROM file(${file}, 'Native', ${quoteText(structure)}) ` +
      `SETTINGS ${assignments(settings).join(', ')}`
    const run = async (file: string) => {
      try {
        await this.anchor.queryAsync(statement(file), { format: 'TabSeparated' })
      } catch (error) {
        throw analyticsError(error)
      }
    }
    return this.track(this.withFile(parts, run))
  }

  /**
   * Runs an insert whose data come as they are, in the format that the statement names.
   * @param before the statement up to where its data's place is named, as in `INSERT INTO t (a)`.
   * @param after the rest, as in `SETTINGS x = 1 FORMAT CSV`.
   */
  insertData(before: string, after: string, data: Uint8Array, options: ExecuteOptions): Promise<Executed> {
    const statement = (file: string) => `${before} FROM INFILE ${file} ${after}`
    return this.track(this.withFile([data], (file) => this.inSession(statement(file), options)))
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.running])
    this.anchor.close()
    await this.engine.drainPending()
    rmSync(this.scratch, { recursive: true, force: true })
  }

  /** @param use is given the path as a literal. */
  private async withFile<Result>(
    parts: readonly Uint8Array[],
    use: (file: string) => Promise<Result>,
  ): Promise<Result> {
    const file = join(this.scratch, `${this.blocks++}.block`)
    try {
      await writeFile(file, parts, { mode: 0o600 })
      return await use(quoteText(file))
    } finally {
      await rm(file, { force: true })
    }
  }

  private async inSession(sql: string, options: ExecuteOptions): Promise<Executed> {
    let session: Session | undefined
    try {
      session = new this.engine.Session(this.dir)
      if (options.database !== undefined) session.query(`USE ${quoteName(options.database)}`)
      const settings = sessionSettings(options)
      if (settings.length > 0) session.query(`SET ${settings.join(', ')}`)
      const result = await session.queryAsync(sql, { format: options.format ?? 'TabSeparated' })
      return { bytes: result.bytes(), rows: result.rowsRead, elapsed: result.elapsed }
    } catch (error) {
      throw analyticsError(error)
    } finally {
      session?.close()
    }
  }

  private async track<Result>(work: Promise<Result>): Promise<Result> {
    this.running.add(work)
    try {
      return await work
    } finally {
      this.running.delete(work)
    }
  }
}
