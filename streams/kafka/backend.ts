import type { Backend, Log, TaskId, TaskSession } from '../engine/ports/log.js'
import type { Offset, TopicPartition } from '../engine/topic.js'
import { Appender } from './appender.js'
import { codecsReady } from './batches/compression.js'
import { type Cluster, KafkaClient } from './client.js'
import { DiskState } from './disk-state.js'
import { Ends } from './ends.js'
import { Gaps } from './gaps.js'
import { GroupOffsets } from './group-offsets.js'
import { KafkaLog } from './log.js'
import { MemoryState } from './memory-state.js'
import { ApplicationNames, type Names } from './names.js'
import { Preparation } from './preparation.js'
import { Reader } from './reading.js'
import { KafkaSession, type SessionParts } from './session.js'
import { keepStandby } from './standby.js'
import { Topics } from './topics.js'
import { WakeUps } from './wake-ups.js'

export interface KafkaBackendOptions {
  readonly cluster: Cluster
  /** Begins groups, transactional ids, changelogs and topics between stages; each application on a cluster has its own. */
  readonly application: string
  /** What is called how on the cluster; absent: what others do not read begins with the application. */
  readonly names?: Names
  /** Folder for the state of tasks, of this worker alone; null keeps state in memory. */
  readonly stateDir: string | null
  /** Most entries without uncommitted changes that each store keeps in memory beside its table. */
  readonly stateCache?: number
  /** Milliseconds after which the broker rolls back a transaction that a dead worker left open. */
  readonly transactionTimeout?: number
  /** Copies of each partition of a topic that is made; absent: what the brokers have for a default. */
  readonly replication?: number
  /** Hears of each commit whose transaction failed. */
  aborted?(task: TaskId): void
  /** Hears how much of the changelog of a task was read, each time, and how many offsets are left. */
  restored?(task: TaskId, changes: number, left: number): void
  /** Hears how far the copy of a task's state is behind; null: it is kept no longer. */
  standby?(task: TaskId, left: number | null): void
}

const defaults = { stateCache: 200_000, transactionTimeout: 30_000 } as const

/** Opens the backend in this thread, with connections of its own. The brokers are first asked when something is. */
export async function openKafkaBackend(options: KafkaBackendOptions): Promise<Backend> {
  const { cluster, application, stateDir, stateCache, transactionTimeout } = { ...defaults, ...options }
  await codecsReady()
  const client = new KafkaClient(cluster)
  const names = options.names ?? new ApplicationNames(application)
  const topics = new Topics(client, names, options.replication)
  const ends = new Ends(client, topics)
  const gaps = new Gaps()
  return new OpenBackend(
    { cluster, application, names },
    {
      client,
      topics,
      ends,
      gaps,
      reader: new Reader({ client, topics, ends, gaps }),
      offsets: new GroupOffsets(client, names),
      preparation: new Preparation(topics),
      transactionTimeout,
      stateCache,
      aborted: (task) => options.aborted?.(task),
      restored: (task, changes, left) => options.restored?.(task, changes, left),
      standby: (task, left) => options.standby?.(task, left),
      openState: (task, owner) => (stateDir === null ? new MemoryState() : new DiskState(stateDir, task, owner)),
    },
  )
}

class OpenBackend implements Backend {
  readonly log: Log
  readonly redacts = false
  readonly #parts: SessionParts
  readonly #wakeUps: WakeUps

  constructor(
    { cluster, application, names }: { readonly cluster: Cluster; readonly application: string; readonly names: Names },
    parts: SessionParts,
  ) {
    this.#parts = parts
    this.#wakeUps = new WakeUps(cluster, names)
    this.log = new KafkaLog({
      ...parts,
      wakeUps: this.#wakeUps,
      appender: new Appender(parts, parts.preparation, application),
      close: () => this.close(),
    })
  }

  openSession(task: TaskId): Promise<TaskSession> {
    return KafkaSession.open(task, this.#parts)
  }

  keepStandby(task: TaskId, signal: AbortSignal): Promise<void> {
    return keepStandby(task, this.#parts, signal)
  }

  /** Brokers do it by themselves. */
  async maintain(): Promise<void> {}

  async redact({ topic }: TopicPartition, _before: Offset, _keys: ReadonlySet<string>): Promise<number> {
    throw new Error(
      `no record can be taken out of ${topic}: Kafka keeps what was written until its retention ends; ` +
        `give the topic a retention (retention.ms) as short as erasure has to be`,
    )
  }

  async close(): Promise<void> {
    await Promise.all([this.#wakeUps.close(), this.#parts.client.close()])
  }
}
