import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'
import { open, type RootDatabase } from 'lmdb'
import type { Duration } from '../engine/time.js'
import { DamagedEnvironment, NewerFormat, OlderFormat, storageError } from './errors.js'
import { committedTransaction, inspectEnvironment, replaceFile, writeFlushed } from './inspection.js'
import { decodeNumber, encodeNumber, textKey } from './keys.js'
import { makeFolder } from './make-folder.js'
import { type Table, type TableName, type Tables, tableNames } from './tables.js'
import { WriteGate } from './write-gate.js'

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

/** 1: no journals of state, its values as MessagePack. */
const format = 2
const formatKey = textKey('format')
const markerFile = 'FORMAT'
const flushAfter: Duration = 1_000
const synchronousCommit = 2
const mostReaders = 1_022
const binary = { encoding: 'binary', keyEncoding: 'binary' } as const

/**
 * One LMDB environment, opened by a thread. All threads of the process share it underneath; LMDB lets one of them write
 * at a time, and gives each read a consistent look.
 */
export class Environment {
  readonly dir: string
  readonly tables: Tables
  readonly #root: RootDatabase<Uint8Array, Uint8Array>
  readonly #flushes: boolean
  readonly #gate: WriteGate
  #flushTimer: NodeJS.Timeout | undefined
  #unflushed = false
  #flushing: Promise<void> = Promise.resolve()
  #closed = false

  /**
   * @throws NewerFormat, OlderFormat, DamagedEnvironment: nothing was changed
   * @throws Error when the folder cannot be made, read or written
   */
  constructor({ dir, sync, mapSize }: EnvironmentOptions) {
    this.dir = resolve(dir)
    this.#flushes = sync === 'process'
    const marked = knownFormat(this.dir) !== undefined
    inspectOnce(this.dir, marked)
    makeFolder(this.dir)
    this.#gate = new WriteGate(this.dir)
    let root: RootDatabase<Uint8Array, Uint8Array> | undefined
    try {
      const opened = open<Uint8Array, Uint8Array>({
        path: this.dir,
        mapSize,
        maxDbs: tableNames.length + 2,
        maxReaders: mostReaders,
        noSubdir: false,
        noSync: this.#flushes,
        overlappingSync: false,
        ...binary,
      })
      root = opened
      this.#root = opened
      this.tables = this.#gate.through(() => openTables(opened))
      this.#agreeOnFormat()
    } catch (error) {
      void root?.close()
      this.#gate.close()
      const known = storageError(error, this.dir)
      throw known === error && !known.message.includes(this.dir)
        ? new Error(`the environment in ${this.dir} cannot be opened: ${known.message}`, { cause: error })
        : known
    }
    if (!marked) replaceFile(join(this.dir, markerFile), `${format}\n`)
  }

  /**
   * Runs the writes in one transaction: all or nothing. Waits for other writers; when it returns, the writes are as safe
   * as `sync` says.
   * @throws StorageFull when there is no room; whatever `work` throws, with nothing written
   */
  write<Result>(work: () => Result): Result {
    try {
      const result = this.#gate.through(() => this.#root.transactionSync(work, synchronousCommit))
      this.#unflushed = true
      if (this.#flushes) this.#flushSoon()
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
    this.#flushing = this.#flushing
      .catch(() => undefined)
      .then(async () => {
        this.#unflushed = false
        const transaction = committedTransaction(this.dir)
        await syncToDisk(this.#root, this.dir)
        writeFlushed(this.dir, transaction)
      })
    return this.#flushing
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#flushTimer)
    // What was acknowledged is kept by the system; a disk that fails now has nothing to take back.
    await (this.#unflushed ? this.flush() : this.#flushing).catch(() => undefined)
    await this.#root.close()
    this.#gate.close()
  }

  #flushSoon(): void {
    if (this.#closed || this.#flushTimer !== undefined) return
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
    else refuseOthers(this.dir, decodeNumber(found))
  }
}

function openTables(root: RootDatabase<Uint8Array, Uint8Array>): Tables {
  const opened = tableNames.map((name) => [name, root.openDB<Uint8Array, Uint8Array>(name, binary)] as const)
  return Object.fromEntries(opened) as Record<TableName, Table>
}

/** Threads inherit the verdict of the main thread, which opens the environment before it starts them. */
function inspectOnce(dir: string, expected: boolean): void {
  const verdict = `pulso-inspected:${dir}`
  if (!isMainThread && getEnvironmentData(verdict) === true) return
  inspectEnvironment(dir, expected)
  setEnvironmentData(verdict, true)
}

function syncToDisk(root: object, dir: string): Promise<void> {
  return new Promise((flushed, failed) => {
    // Missing from lmdb's types. Without a callback it would print failures.
    const environment = root as { sync(callback: (error?: Error) => void): void }
    environment.sync((error) => (error === undefined ? flushed() : failed(storageError(error, dir))))
  })
}

/** The format that the folder says it has; undefined for a new folder, or one whose first opening was cut off. */
function knownFormat(dir: string): number | undefined {
  const path = join(dir, markerFile)
  if (!existsSync(path)) return undefined
  const found = Number(readFileSync(path, 'utf8'))
  if (!Number.isSafeInteger(found) || found < 1)
    throw new DamagedEnvironment(`${path} holds no format number: restore the folder from a backup`)
  refuseOthers(dir, found)
  return found
}

function refuseOthers(dir: string, found: number): void {
  if (found > format) throw new NewerFormat(dir, found, format)
  if (found < format) throw new OlderFormat(dir, found, format)
}
