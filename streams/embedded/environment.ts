import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import type { Duration } from '../engine/time.js'
import { DamagedEnvironment, NewerFormat, storageError } from './errors.js'
import { inspectEnvironment } from './inspection.js'
import { decodeNumber, encodeNumber, textKey } from './keys.js'

export type Table = Database<Uint8Array, Uint8Array>

/** What the environment holds; each is a table of its own. */
const tableNames = [
  'meta',
  'topics',
  'heads',
  'log',
  'times',
  'offsets',
  'epochs',
  'stores',
  'state',
  'schemas',
] as const
export type Tables = Readonly<Record<(typeof tableNames)[number], Table>>

/**
 * What an acknowledged write survives.
 * - `process`: the death of the process at any moment. Writes are flushed to disk once a second, not one by one; a power
 *   cut or a crash of the operating system while writing can cost the last seconds, and can damage the environment.
 * - `disk`: a power cut too. Each write waits for the disk, some milliseconds.
 */
export type Sync = 'process' | 'disk'

export interface EnvironmentOptions {
  readonly dir: string
  readonly sync: Sync
  /** Bytes of address space taken at first; it doubles by itself when the data outgrow it. */
  readonly mapSize: number
}

const format = 1
const formatKey = textKey('format')
const markerFile = 'FORMAT'
const flushAfter: Duration = 1_000
const synchronousCommit = 2

/**
 * One LMDB environment, opened by a thread. All threads of the process share it underneath; LMDB lets one of them write
 * at a time, and gives each read a consistent look.
 */
export class Environment {
  readonly dir: string
  readonly tables: Tables
  readonly #root: RootDatabase<Uint8Array, Uint8Array>
  readonly #flushes: boolean
  #flushTimer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()
  #closed = false

  /**
   * @throws NewerFormat, DamagedEnvironment: nothing was changed
   * @throws Error when the folder cannot be made, read or written
   */
  constructor({ dir, sync, mapSize }: EnvironmentOptions) {
    this.dir = resolve(dir)
    this.#flushes = sync === 'process'
    const known = knownFormat(this.dir)
    inspectEnvironment(this.dir, known !== undefined)
    try {
      mkdirSync(this.dir, { recursive: true })
      this.#root = open<Uint8Array, Uint8Array>({
        path: this.dir,
        mapSize,
        maxDbs: tableNames.length + 2,
        maxReaders: 1_022,
        encoding: 'binary',
        keyEncoding: 'binary',
        noSubdir: false,
        noSync: sync === 'process',
        overlappingSync: false,
      })
      this.tables = Object.fromEntries(
        tableNames.map((name) => [
          name,
          this.#root.openDB<Uint8Array, Uint8Array>(name, { encoding: 'binary', keyEncoding: 'binary' }),
        ]),
      ) as Record<(typeof tableNames)[number], Table>
    } catch (error) {
      throw storageError(error, this.dir)
    }
    this.#agreeOnFormat()
    if (known === undefined) writeMarker(this.dir)
  }

  /**
   * Runs the writes in one transaction: all or nothing. Waits for other writers; when it returns, the writes are as safe
   * as `sync` says.
   * @throws StorageFull when there is no room; whatever `work` throws, with nothing written
   */
  write<Result>(work: () => Result): Result {
    try {
      const result = this.#root.transactionSync(work, synchronousCommit)
      this.#flushSoon()
      return result
    } catch (error) {
      throw storageError(error, this.dir)
    }
  }

  /** Runs the reads over one snapshot: all that was committed before, by any thread. */
  read<Result>(work: () => Result): Result {
    this.#root.resetReadTxn()
    try {
      return work()
    } catch (error) {
      throw storageError(error, this.dir)
    }
  }

  /** Resolves when everything committed so far is on disk. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(
      () =>
        new Promise((flushed, failed) => {
          syncEnvironment(this.#root, (error) => (error ? failed(storageError(error, this.dir)) : flushed()))
        }),
    )
    return this.#flushing
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#flushTimer)
    if (this.#flushTimer !== undefined) await this.flush().catch(() => undefined)
    await this.#flushing.catch(() => undefined)
    await this.#root.close()
  }

  #flushSoon(): void {
    if (!this.#flushes || this.#closed || this.#flushTimer !== undefined) return
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = undefined
      // A disk that fails here fails the next write too, which says so to whoever waits for it.
      this.flush().catch(() => undefined)
    }, flushAfter)
    this.#flushTimer.unref()
  }

  #agreeOnFormat(): void {
    const found = this.read(() => this.tables.meta.get(formatKey))
    if (found === undefined) this.write(() => void this.tables.meta.put(formatKey, encodeNumber(format)))
    else if (decodeNumber(found) > format) {
      void this.close()
      throw new NewerFormat(this.dir, decodeNumber(found), format)
    }
  }
}

/** lmdb's `sync` is missing from its types; without a callback it would print failures. */
function syncEnvironment(root: object, callback: (error?: Error) => void): void {
  ;(root as { sync(callback: (error?: Error) => void): void }).sync(callback)
}

/** The format that the folder says it has; undefined for a new folder, or one whose first opening was cut off. */
function knownFormat(dir: string): number | undefined {
  const path = join(dir, markerFile)
  if (!existsSync(path)) return undefined
  const found = Number(readFileSync(path, 'utf8'))
  if (!Number.isSafeInteger(found) || found < 1)
    throw new DamagedEnvironment(`${path} holds no format number: restore the folder from a backup`)
  if (found > format) throw new NewerFormat(dir, found, format)
  return found
}

function writeMarker(dir: string): void {
  const path = join(dir, markerFile)
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  writeFileSync(temporary, `${format}\n`)
  renameSync(temporary, path)
}
