import { hostname } from 'node:os'
import type { Config } from '../config.js'
import type { Writes } from '../kafka/applications.js'
import { type Assignment, Membership } from '../kafka/membership/membership.js'
import { standbysOf } from '../kafka/membership/standbys.js'
import { explained } from '../kafka/trouble.js'
import { systemClock } from '../runtime/clock.js'
import { OwnedTasks } from '../runtime/owned-tasks.js'
import { clusterOf } from './kafka-cluster.js'
import { standbyName } from './standbys.js'
import type { Work } from './work.js'

/** Tasks that workers share. */
export interface SharedTasks {
  /** Ends the name of their group. */
  readonly name: string
  /** Where this worker is asked. */
  readonly address: string
  /** How each task is run here, until the signal. */
  readonly runs: ReadonlyMap<string, (task: string, signal: AbortSignal) => Promise<void>>
  /** What those of other applications are told that the stages write. */
  readonly writes?: Writes
  /** Copies of the state of each task beside that of its owner. */
  readonly standbys?: number
  /** Share of this worker, against those of the others. */
  readonly weight: number
  /** One worker has all of them; a second one is refused. */
  readonly alone: boolean
}

export interface SharingObserver {
  /** The workers agreed anew: so many of the tasks are of this one. */
  assigned(group: string, tasks: number): void
  /** This worker was taken for dead; others may have its tasks. */
  expelled(group: string): void
  /** A task fell to this worker that it does not know. */
  unknown(group: string, task: string): void
  /** The workers cannot agree; it is tried again. `attempt` counts failures in a row. */
  failed(group: string, error: Error, attempt: number): void
  /** Another worker has the tasks of which there can be one owner. */
  refused(error: Error): void
}

/** How long a task may take to finish what is under way before another worker takes it over all the same. */
const drainTimeout = 20_000
/** Heartbeats of a worker within the time after which it is taken for dead. */
const heartbeats = 4

/** Takes part in sharing the tasks: runs those that fall to this worker. */
export function shareTasks(
  config: Config,
  { name, address, runs, writes = [], standbys = 0, weight, alone }: SharedTasks,
  { assigned, expelled, unknown, failed, refused }: SharingObserver,
): Work {
  const group = `${config.kafkaApplication}.${name}`
  // Two workers that were given one address are still two.
  const place = `${address}#${hostname()}:${process.pid}`
  let owners: ReadonlyMap<string, string> = new Map()
  const sessionTimeout = config.kafkaSessionTimeout
  const leave = new AbortController()
  let closing = false
  const owned = new OwnedTasks({
    clock: systemClock,
    drainTimeout,
    run: (task, signal) => {
      const run = runs.get(task)
      if (run !== undefined) return run(task, signal)
      unknown(group, task)
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
    },
    // Whoever leaves tells so once, with everything stopped.
    released: () => closing || membership.released(),
  })
  const copies = new OwnedTasks({
    clock: systemClock,
    drainTimeout,
    run: (task, signal) => runs.get(task)?.(standbyName(task), signal) ?? Promise.resolve(),
    released: () => undefined,
  })
  const membership = new Membership(
    {
      ...{ cluster: clusterOf(config), group, place, weight, writes, sessionTimeout },
      heartbeatInterval: Math.ceil(sessionTimeout / heartbeats),
      rebalanceTimeout: Math.max(sessionTimeout, drainTimeout),
      failed: (error, attempt) => failed(group, explained(error, config.kafkaBrokers), attempt),
    },
    async () => [...runs.keys()],
  )
  const take = (assignment: Assignment) => {
    if (closing) return
    const other = [...assignment.owners.values()].find((owner) => owner !== place)
    if (alone && other !== undefined) {
      refused(
        new Error(
          `worker ${other} carries the topics of ${config.kafkaApplication} into its own tables: ` +
            'set PULSO_TABLES=false here, or PULSO_CLICKHOUSE_URL for all of them',
        ),
      )
      return
    }
    owners = assignment.owners
    const here = new Set([...owned.owned, ...assignment.tasks])
    const copied = standbysOf(place, owners, assignment.places, standbys)
    // Before the tasks: of what is taken over the copy is to end.
    copies.assign({ tasks: copied.filter((task) => runs.has(task) && !here.has(task)) })
    owned.assign(assignment)
    assigned(group, assignment.tasks.length)
  }
  const member = membership.run(
    {
      get owned() {
        return owned.owned
      },
      get standbys() {
        return copies.owned
      },
      assign: take,
      lose: () => {
        owners = new Map()
        owned.lose()
        copies.lose()
        expelled(group)
      },
    },
    leave.signal,
  )
  return {
    ownerOf: (task) => {
      const owner = owners.get(task)
      return owner === undefined || owner === place ? null : (owner.split('#')[0] ?? null)
    },
    close: async () => {
      closing = true
      await Promise.all([owned.close(), copies.close()])
      leave.abort()
      await member
    },
  }
}
