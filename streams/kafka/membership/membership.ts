import type { Broker } from 'kafkajs/src/broker/index.js'
import type { Duration } from '../../engine/time.js'
import type { Writes } from '../applications.js'
import { type Cluster, KafkaClient } from '../client.js'
import { brokerErrorType } from '../errors.js'
import { assign, type Member } from './assign.js'
import type { Told } from './told.js'

export interface MembershipOptions {
  readonly cluster: Cluster
  /** The group of all workers that share the tasks. */
  readonly group: string
  /** What the others are told about this worker: where it can be asked. */
  readonly place: string
  readonly weight?: number
  /** What those of other applications are told. */
  readonly writes?: Writes
  /** A worker of which nothing was heard for so long is taken for dead. */
  readonly sessionTimeout?: Duration
  /** How long the others wait for a worker to join again. */
  readonly rebalanceTimeout?: Duration
  readonly heartbeatInterval?: Duration
  /** The workers could not agree; it is tried again. `attempt` counts failures in a row. */
  failed?(error: unknown, attempt: number): void
}

/** What the workers agreed on. A later generation replaces it. */
export interface Assignment {
  readonly generation: number
  /** Tasks of this worker: it runs no others. */
  readonly tasks: readonly string[]
  /** The place of the owner of each task. */
  readonly owners: ReadonlyMap<string, string>
  /** Those of all workers. */
  readonly places: readonly string[]
}

/** Runs tasks for the membership. */
export interface TaskOwner {
  /** What it runs, or has yet to stop. */
  readonly owned: readonly string[]
  /** Of whose state it has a copy, while others run them. */
  readonly standbys?: readonly string[]
  /** Starts and stops; does not wait for it. `released` of the membership is called when a task has been let go of. */
  assign(assignment: Assignment): void
  /** Others may have taken the tasks over: stops all of them. */
  lose(): void
}

interface Joined {
  readonly memberId: string
  readonly generation: number
  readonly assignment: Assignment
}

const defaults = {
  ...{ weight: 1, writes: [], sessionTimeout: 10_000, rebalanceTimeout: 30_000, heartbeatInterval: 2_000 },
  failed: () => undefined,
} as const
const protocolName = 'pulso-1'
const pauseAfterError = 200
/** The workers agree anew: whoever hears it joins again. */
const anew = 'REBALANCE_IN_PROGRESS'
/** Of these the worker is no member any more. */
const expelled = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'])

/**
 * This worker among those of its group. One loop joins, hands the assignment over and sends heartbeats; the owner of the
 * tasks is told and never waited for. While the workers agree anew, tasks go on running: a task moves once its owner has
 * let go of it. Should two believe to own one, the transactional id of the task decides.
 *
 * Waiting to join takes a connection for itself: a broker answers those who wait on one connection one after the other.
 */
export class Membership {
  readonly #options: Required<MembershipOptions>
  readonly #joining: KafkaClient
  readonly #beating: KafkaClient
  readonly #tasks: () => Promise<readonly string[]>
  #memberId = ''
  #rejoin = false
  #wake: () => void = () => undefined

  /** @param tasks all tasks that this worker knows, as of now; asked when it joins */
  constructor(options: MembershipOptions, tasks: () => Promise<readonly string[]>) {
    this.#options = { ...defaults, ...options }
    this.#joining = new KafkaClient(options.cluster)
    this.#beating = new KafkaClient(options.cluster)
    this.#tasks = tasks
  }

  /** A task was let go of: the workers agree anew, so that another may take it. */
  released(): void {
    this.#rejoin = true
    this.#wake()
  }

  /** Takes part until the signal; then leaves, so that the others need not wait. Stop the tasks first. */
  async run(owner: TaskOwner, signal: AbortSignal): Promise<void> {
    // Leaving also ends the wait for others to join.
    const stop = () => {
      this.#wake()
      void this.#leave()
    }
    signal.addEventListener('abort', stop)
    let attempt = 0
    try {
      while (!signal.aborted) {
        try {
          const joined = await this.#join(owner)
          attempt = 0
          owner.assign(joined.assignment)
          await this.#beat(joined, owner, signal)
        } catch (error) {
          const type = brokerErrorType(error) ?? ''
          if (expelled.has(type)) this.#expelled(owner)
          else if (!signal.aborted && type !== anew) this.#options.failed(error, ++attempt)
          if (!signal.aborted) await this.#sleep(pauseAfterError, signal)
        }
      }
    } finally {
      signal.removeEventListener('abort', stop)
      await this.#leave()
      await Promise.all([this.#joining.close(), this.#beating.close()])
    }
  }

  async #join(owner: TaskOwner): Promise<Joined> {
    const { group, weight, place, writes, sessionTimeout, rebalanceTimeout } = this.#options
    this.#rejoin = false
    this.#joining.forget()
    const broker = await this.#joining.coordinator('group', group)
    const known = await this.#tasks()
    const metadata = encode({
      owned: owner.owned,
      standbys: owner.standbys ?? [],
      weight,
      place,
      known,
      writes,
    } satisfies Told)
    const joined = await broker.joinGroup({
      ...{ groupId: group, memberId: this.#memberId, sessionTimeout, rebalanceTimeout },
      protocolType: 'pulso',
      groupProtocols: [{ name: protocolName, metadata }],
    })
    this.#memberId = joined.memberId
    const leads = joined.leaderId === joined.memberId
    const groupAssignment = leads ? this.#assign(joined.members) : []
    const { memberAssignment } = await broker.syncGroup({
      ...{ groupId: group, generationId: joined.generationId, memberId: joined.memberId },
      groupAssignment,
    })
    const { tasks, owners, places = owners.map(([, owner]) => owner) } = decode<Given>(memberAssignment)
    const assignment = { generation: joined.generationId, tasks, owners: new Map(owners), places }
    return { memberId: joined.memberId, generation: joined.generationId, assignment }
  }

  #assign(members: Awaited<ReturnType<Broker['joinGroup']>>['members']) {
    const told = new Map(members.map(({ memberId, memberMetadata }) => [memberId, decode<Told>(memberMetadata)]))
    const joined: Member[] = [...told].map(([id, { owned, weight, known, standbys }]) => {
      return { id, owned, weight, known: known === undefined ? null : new Set(known), standbys: new Set(standbys) }
    })
    const places = [...told.values()].map(({ place }) => place)
    // Those of any version: the one that assigns may not know the newest.
    const tasks = new Set([...told.values()].flatMap(({ owned, known = [] }) => [...owned, ...known]))
    const given = assign([...tasks], joined)
    const owners = joined.flatMap(({ id, owned }) =>
      [...owned, ...(given.get(id) ?? [])].map((task): [string, string] => [task, told.get(id)?.place ?? '']),
    )
    return members.map(({ memberId }) => ({
      memberId,
      memberAssignment: encode({ tasks: given.get(memberId) ?? [], owners, places } satisfies Given),
    }))
  }

  /** Until the workers have to agree anew. */
  async #beat(joined: Joined, owner: TaskOwner, signal: AbortSignal): Promise<void> {
    const { group, heartbeatInterval, sessionTimeout } = this.#options
    let heard = Date.now()
    while (!signal.aborted && !this.#rejoin) {
      await this.#sleep(heartbeatInterval, signal)
      if (signal.aborted || this.#rejoin) return
      try {
        const broker = await this.#beating.coordinator('group', group)
        await broker.heartbeat({ groupId: group, groupGenerationId: joined.generation, memberId: joined.memberId })
        heard = Date.now()
      } catch (error) {
        const type = brokerErrorType(error)
        if (type === anew) return
        if (type !== undefined && expelled.has(type)) throw error
        this.#beating.forget()
        if (Date.now() - heard > sessionTimeout) {
          this.#expelled(owner)
          return
        }
      }
    }
  }

  #expelled(owner: TaskOwner): void {
    this.#memberId = ''
    owner.lose()
  }

  async #leave(): Promise<void> {
    if (this.#memberId === '') return
    const { group } = this.#options
    try {
      const broker = await this.#beating.coordinator('group', group)
      await broker.leaveGroup({ groupId: group, memberId: this.#memberId })
      this.#memberId = ''
    } catch {
      // The others notice when the session has timed out.
    }
  }

  /** Until the time is over, somebody wakes it, or the signal. */
  #sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (signal.aborted) this.#wake()
    })
  }
}

/** What it is given. */
interface Given {
  readonly tasks: readonly string[]
  readonly owners: readonly (readonly [task: string, place: string])[]
  /** Absent where a worker of an early version assigned. */
  readonly places?: readonly string[]
}

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const decode = <Value>(bytes: Buffer): Value => JSON.parse(bytes.toString('utf8'))
