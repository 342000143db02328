import { join } from 'node:path'
import type { Config } from '../config.js'
import type { Backend, TaskId } from '../engine/ports/log.js'
import type { SchemaRegistry } from '../engine/ports/registry.js'
import { clusterOf, namesOf } from './kafka-cluster.js'
import { registryOptions } from './registry-options.js'

/** A backend and the registry of its schemas, opened in this thread. */
export interface OpenedBackend {
  readonly backend: Backend
  readonly registry: SchemaRegistry
  close(): Promise<void>
  /** The error with the remedy where the backend knows it. */
  explain(error: unknown): unknown
}

/** Hears what only a backend with brokers has to tell. */
export interface BackendObserver {
  /** A commit failed: its transaction is rolled back, or its outcome is not known yet. */
  aborted?(task: TaskId): void
  /** So much of the changelog of a task was read, and so many offsets are left. */
  restored?(task: TaskId, changes: number, left: number): void
  /** The copy of a task's state is so many offsets behind; null: it is kept no longer. */
  standby?(task: TaskId, left: number | null): void
}

/** Opens the backend that the configuration names. The code of the other one is not loaded. */
export function openBackend(config: Config, observer: BackendObserver = {}): Promise<OpenedBackend> {
  return config.backend === 'kafka' ? openKafka(config, observer) : openEmbedded(config)
}

async function openEmbedded(config: Config): Promise<OpenedBackend> {
  const { openEmbeddedBackend } = await import('../embedded/backend.js')
  const { sync, stateCache } = config
  const backend = await openEmbeddedBackend({ dir: join(config.dataDir, 'log'), sync, stateCache })
  return { backend, registry: backend.registry, close: () => backend.close(), explain: (error) => error }
}

async function openKafka(config: Config, observer: BackendObserver): Promise<OpenedBackend> {
  const { openKafkaBackend } = await import('../kafka/backend.js')
  const { KafkaRegistry } = await import('../kafka/registry.js')
  const { namedRegistry } = await import('../kafka/registry/named.js')
  const { explained } = await import('../kafka/trouble.js')
  const names = namesOf(config)
  const registry = new KafkaRegistry(registryOptions(config))
  const backend = await openKafkaBackend({
    cluster: clusterOf(config),
    application: config.kafkaApplication,
    names,
    stateDir: config.state === 'disk' ? join(config.dataDir, 'state') : null,
    stateCache: config.stateCache,
    transactionTimeout: config.kafkaTransactionTimeout,
    ...(config.kafkaReplication > 0 && { replication: config.kafkaReplication }),
    ...observer,
  })
  const close = async () => {
    registry.close()
    await backend.close()
  }
  return {
    backend,
    registry: namedRegistry(registry, names),
    close,
    explain: (error) => explained(error, config.kafkaBrokers),
  }
}
