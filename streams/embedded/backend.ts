import type { Backend, Log, MaintenanceOptions, TaskId, TaskSession } from '../engine/ports/log.js'
import type { SchemaRegistry } from '../engine/ports/registry.js'
import type { Timestamp } from '../engine/time.js'
import type { Offset, TopicPartition } from '../engine/topic.js'
import { Appender } from './appending.js'
import { Environment, type Sync } from './environment.js'
import { GroupOffsets } from './group-offsets.js'
import { EmbeddedLog } from './log.js'
import { Maintenance } from './maintenance.js'
import { Reader } from './reading.js'
import { redact } from './redaction.js'
import { EmbeddedRegistry } from './registry.js'
import { EmbeddedSession, type SessionParts } from './session.js'
import { Topics } from './topics.js'
import { WakeUps } from './wake-ups.js'
import { Writer } from './writer.js'

export interface EmbeddedBackendOptions {
  /** Folder of the environment; made when it is missing. */
  readonly dir: string
  /** What an acknowledged write survives; all threads of the process give the same. */
  readonly sync?: Sync
  /** Most entries without uncommitted changes that each store keeps in memory. */
  readonly stateCache?: number
  /** Bytes of address space for the environment at first; it doubles by itself. */
  readonly mapSize?: number
}

export interface EmbeddedBackend extends Backend {
  readonly registry: SchemaRegistry
}

const defaults = { sync: 'process', stateCache: 10_000, mapSize: 16 * 2 ** 30 } as const

/**
 * Opens the backend in this thread. Each thread of a process opens its own; they share one environment. A second process
 * must be kept away by acquireDataDirectory.
 * @throws NewerFormat, DamagedEnvironment, or an Error that names the folder; nothing was changed then
 */
export async function openEmbeddedBackend(options: EmbeddedBackendOptions): Promise<EmbeddedBackend> {
  const { dir, sync, stateCache, mapSize } = { ...defaults, ...options }
  const environment = new Environment({ dir, sync, mapSize })
  const topics = new Topics(environment)
  const parts: SessionParts = {
    environment,
    topics,
    offsets: new GroupOffsets(environment, topics),
    appender: new Appender(environment, topics),
    writer: new Writer(environment),
    wakeUps: new WakeUps(environment.dir),
    stateCache,
  }
  return new OpenBackend(parts)
}

class OpenBackend implements EmbeddedBackend {
  readonly log: Log
  readonly registry: SchemaRegistry
  readonly redacts = true
  readonly #parts: SessionParts
  readonly #maintenance: Maintenance
  readonly #reader: Reader

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.#maintenance = new Maintenance(parts.environment, parts.topics, parts.offsets, parts.writer)
    this.#reader = new Reader(parts.environment, parts.topics)
    this.log = new EmbeddedLog({
      ...parts,
      reader: this.#reader,
      close: () => this.close(),
    })
    this.registry = new EmbeddedRegistry(parts.environment, parts.writer)
  }

  openSession(task: TaskId): Promise<TaskSession> {
    return EmbeddedSession.open(task, this.#parts)
  }

  maintain(now: Timestamp, options?: MaintenanceOptions): Promise<void> {
    return this.#maintenance.run(now, options)
  }

  async redact(at: TopicPartition, before: Offset, keys: ReadonlySet<string>): Promise<number> {
    const { environment, writer, topics } = this.#parts
    const place = topics.place(at)
    const removed = await redact(environment, writer, place, before, keys)
    this.#reader.forget(place)
    return removed
  }

  async close(): Promise<void> {
    await this.#maintenance.idle()
    this.#parts.wakeUps.close()
    await this.#parts.writer.drained()
    await this.#parts.environment.close()
  }
}
