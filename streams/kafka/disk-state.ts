import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import type { Duration } from '../engine/time.js'
import type { StateTable } from '../state/state-table.js'
import type { LocalState, StoreChanges } from './local-state.js'
import { prefixed, segmentKeys, storePrefix } from './store-keys.js'

/** Another session of the task opened the state: this one has nothing to write any more. */
export class StateTakenOver extends Error {
  override readonly name = 'StateTakenOver'
  constructor(dir: string) {
    super(`the state in ${dir} was taken over by a newer session of the task`)
  }
}

/** What is kept beside the entries. */
interface Meta {
  readonly checkpoint: number
  /** When it was written, in milliseconds since 1970. */
  readonly at: number
}

/**
 * Older state is restored anew: the changelog keeps tombstones for a day, and what was deleted longer ago would never be
 * heard of.
 */
export const longestAway: Duration = 43_200_000
const formatFolder = 'v1'
const openMarker = 'OPEN'
const metaKey = Buffer.from('meta')
const binary = { encoding: 'binary', keyEncoding: 'binary' } as const

/**
 * State in an LMDB environment, that a restart of the worker finds again. It is written without waiting for the disk:
 * it survives the death of the process; after a crash of the machine it is thrown away.
 */
export class DiskState implements LocalState {
  readonly #dir: string
  readonly #root: RootDatabase<Uint8Array, Uint8Array>
  readonly #entries: Database<Uint8Array, Uint8Array>
  readonly #meta: Database<Uint8Array, Uint8Array>
  /** Names this session in the environment: one that was opened before it writes nothing more. */
  readonly #owner: Uint8Array
  #checkpoint: number | null

  /**
   * @param parent folder of all states of the worker
   * @param task names the folder of this one
   * @param owner differs from session to session of the task
   * @throws Error that names the folder when it cannot be read or written
   */
  constructor(parent: string, task: string, owner: string, now = Date.now()) {
    this.#dir = join(parent, formatFolder, task)
    try {
      if (!this.#isWhole()) rmSync(this.#dir, { recursive: true, force: true })
      mkdirSync(this.#dir, { recursive: true })
      writeFileSync(join(this.#dir, openMarker), bootOf())
      this.#root = open({
        path: this.#dir,
        maxDbs: 4,
        noSubdir: false,
        noSync: true,
        overlappingSync: false,
        ...binary,
      })
      this.#entries = this.#root.openDB<Uint8Array, Uint8Array>('entries', binary)
      this.#meta = this.#root.openDB<Uint8Array, Uint8Array>('meta', binary)
    } catch (error) {
      throw new Error(`the state in ${this.#dir} cannot be opened: look at its rights and its disk`, { cause: error })
    }
    this.#owner = Buffer.from(owner)
    this.#root.transactionSync(() => this.#meta.put(ownerKey, this.#owner))
    const found = this.#meta.get(metaKey)
    const meta = found === undefined ? null : (JSON.parse(Buffer.from(found).toString()) as Meta)
    this.#checkpoint = meta === null ? null : meta.checkpoint
    if (meta !== null && now - meta.at > longestAway) this.clear()
  }

  get checkpoint(): number | null {
    return this.#checkpoint
  }

  table(store: string): StateTable {
    const prefix = storePrefix(store)
    const range = (from: Uint8Array, to: Uint8Array, limit?: number) =>
      this.#entries.getRange({ start: prefixed(prefix, from), end: prefixed(prefix, to), ...(limit && { limit }) })
    return {
      get: (key) => this.#entries.get(prefixed(prefix, key)),
      range: (from, to, limit) =>
        [...range(from, to, limit)].map(({ key, value }) => [key.subarray(prefix.length), value] as const),
      journal: () => [...range(segmentKeys.from, segmentKeys.to)].map(({ value }) => value),
    }
  }

  apply(changes: readonly StoreChanges[], checkpoint: number): void {
    this.#write(() => {
      for (const { store, changes: changed } of changes) {
        const prefix = storePrefix(store)
        for (const { key, value } of changed) {
          if (value === null) void this.#entries.remove(prefixed(prefix, key))
          else void this.#entries.put(prefixed(prefix, key), value)
        }
      }
      void this.#meta.put(metaKey, Buffer.from(JSON.stringify({ checkpoint, at: Date.now() } satisfies Meta)))
    })
    this.#checkpoint = checkpoint
  }

  clear(): void {
    this.#write(() => {
      this.#entries.clearSync()
      void this.#meta.remove(metaKey)
    })
    this.#checkpoint = null
  }

  async close(): Promise<void> {
    await this.#root.flushed
    await this.#root.close()
  }

  #write(work: () => void): void {
    this.#root.transactionSync(() => {
      const owner = this.#meta.get(ownerKey)
      if (owner === undefined || Buffer.compare(owner, this.#owner) !== 0) throw new StateTakenOver(this.#dir)
      work()
    })
  }

  /** Whether the machine has run since the state was last opened: what it was told to write then is there. */
  #isWhole(): boolean {
    const marker = join(this.#dir, openMarker)
    return existsSync(marker) && readFileSync(marker, 'utf8') === bootOf()
  }
}

const ownerKey = Buffer.from('owner')

/** Differs after each start of the machine; empty, and so never trusted, where the system does not tell. */
function bootOf(): string {
  const file = '/proc/sys/kernel/random/boot_id'
  return existsSync(file) ? readFileSync(file, 'utf8') : `unknown ${process.pid}`
}
