import type { OutgoingBatch } from '../engine/outgoing-batch.js'
import { type Commit, TaskFenced, type TaskId, type TaskSession, TopicWidened } from '../engine/ports/log.js'
import type { StateStore } from '../engine/store.js'
import { type Offset, partitionId, type TopicName, topicName } from '../engine/topic.js'
import { WriteBehindStore } from '../state/write-behind-store.js'
import { Changelog } from './changelog.js'
import type { Ends } from './ends.js'
import { isFenced, messageOf } from './errors.js'
import type { Gaps } from './gaps.js'
import { type GroupOffsets, positionsFrom } from './group-offsets.js'
import type { LocalState, StoreChanges } from './local-state.js'
import type { Preparation } from './preparation.js'
import type { Reader } from './reading.js'
import { changesOf } from './store-keys.js'
import { changelogSuffix, type Topics } from './topics.js'
import { type GroupPositions, TransactionalProducer, type TransactionParts } from './transaction.js'

export interface SessionParts extends TransactionParts {
  readonly topics: Topics
  readonly ends: Ends
  readonly gaps: Gaps
  readonly reader: Reader
  readonly offsets: GroupOffsets
  readonly preparation: Preparation
  /** Milliseconds after which the broker rolls back a transaction that a dead worker left open. */
  readonly transactionTimeout: number
  /** Most unchanged entries that each store keeps in memory. */
  readonly stateCache: number
  /** Opens what the worker holds of the task's state. `owner` differs from session to session. */
  openState(task: string, owner: string): LocalState
  /** Hears of each commit that failed: its transaction is rolled back, or its outcome is not known yet. */
  aborted(task: TaskId): void
  /** Hears how much of the changelog of a task was read, each time, and how many offsets are left. */
  restored(task: TaskId, changes: number, left: number): void
  /** Hears how far a copy of the state of a task is behind; null: it is kept no longer. */
  standby(task: TaskId, left: number | null): void
}

/** What a session took over. */
interface Owned {
  readonly producer: TransactionalProducer
  readonly positions: ReadonlyMap<string, Offset>
  readonly changelog: Changelog | null
  readonly state: LocalState | null
}

/**
 * A task's hold on its offsets and state. It begins with the transactional id of the task: from then on whoever had it
 * can commit nothing, and what that one left open is settled. So the offsets read after it, and the changelog, are those
 * that no other owner will change (invariant 2).
 */
export class KafkaSession implements TaskSession {
  readonly positions: ReadonlyMap<string, Offset>
  readonly #task: TaskId
  readonly #parts: SessionParts
  readonly #owned: Owned
  readonly #stores: ReadonlyMap<string, WriteBehindStore<unknown>>
  #dead: string | undefined
  #committing = false

  private constructor(task: TaskId, parts: SessionParts, owned: Owned) {
    this.#task = task
    this.#parts = parts
    this.#owned = owned
    this.positions = owned.positions
    const { state } = owned
    this.#stores = new Map(
      state === null
        ? []
        : task.stores.map((name) => [name, new WriteBehindStore<unknown>(state.table(name), parts.stateCache)]),
    )
  }

  static async open(task: TaskId, parts: SessionParts): Promise<KafkaSession> {
    const { inputs } = task
    const name = taskName(task, parts)
    const changelog = task.stores.length === 0 ? null : await openChangelog(task, parts)
    const producer = await TransactionalProducer.open(parts, name, parts.transactionTimeout)
    const [committed, starts] = await Promise.all([
      committedOf(task, producer, parts),
      Promise.all(inputs.map(async (at) => ({ at, start: (await parts.ends.bounds(at)).start }))),
    ])
    const positions = positionsFrom(committed, starts)
    if (changelog === null) return new KafkaSession(task, parts, { producer, positions, changelog, state: null })
    const state = parts.openState(name, producer.owner)
    try {
      await changelog.restore(state, (changes, left) => parts.restored(task, changes, left))
      return new KafkaSession(task, parts, { producer, positions, changelog, state })
    } catch (error) {
      await state.close()
      throw error
    }
  }

  store<Value>(name: string): StateStore<Value> {
    return this.#store(name) as StateStore<unknown> as StateStore<Value>
  }

  committed(name: string): Pick<StateStore<unknown>, 'get'> {
    const store = this.#store(name)
    return { get: (key) => store.committedValue(key) }
  }

  /** The transaction is open from the first of these to the commit. */
  send(outputs: readonly OutgoingBatch[]): Promise<void> {
    return this.#alone(async () => this.#owned.producer.send(await this.#parts.preparation.batches(outputs)))
  }

  commit(commit: Commit): Promise<void> {
    return this.#alone(async () => {
      await this.#write(commit)
      for (const store of this.#stores.values()) store.committed()
    })
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    this.#live()
    if (this.#committing) throw new Error(`task ${this.#name} is committing: await that before the next commit`)
    this.#committing = true
    try {
      await work()
    } catch (error) {
      this.#parts.aborted(this.#task)
      this.#dead ??= `its commit failed (${messageOf(error)})`
      throw isFenced(error) ? Object.assign(new TaskFenced(this.#task), { cause: error }) : error
    } finally {
      this.#committing = false
    }
  }

  async close(): Promise<void> {
    this.#dead ??= 'it was closed'
    await this.#owned.state?.close()
  }

  async #write({ offsets, outputs }: Commit): Promise<void> {
    const { preparation, gaps } = this.#parts
    const { producer, changelog, state } = this.#owned
    const changes = this.#changes()
    const outgoing = changelog === null ? outputs : [...outputs, ...changelog.batches(changes)]
    const batches = await preparation.batches(outgoing)
    if (batches.length === 0 && offsets.length === 0 && !producer.isOpen) return
    const past = offsets.map(({ at, next }) => ({ at, next: gaps.past(at, next) }))
    const bases = await producer.commit(batches, byGroup(this.#task, past), () => this.#refuseWidened())
    if (changelog === null || state === null || changes.length === 0) return
    const own = partitionId(changelog.at)
    const last = batches.findLastIndex((batch) => partitionId(batch) === own)
    state.apply(changes, (bases[last] ?? 0) + (batches[last]?.count ?? 0))
  }

  /**
   * Asked while a commit is under way, so after everything was read that it is about. A record that was written because
   * there are more partitions was written after there were: with what was read before it is known to belong here.
   */
  async #refuseWidened(): Promise<void> {
    const { widths = new Map<TopicName, number>() } = this.#task
    for (const [topic, partitions] of await this.#parts.topics.widths([...widths.keys()])) {
      const known = widths.get(topic) ?? partitions
      if (partitions > known) throw new TopicWidened(topic, known, partitions)
    }
  }

  #changes(): readonly StoreChanges[] {
    return [...this.#stores]
      .map(([name, store]) => ({ store: name, changes: changesOf(store.writes()) }))
      .filter(({ changes }) => changes.length > 0)
  }

  #store(name: string): WriteBehindStore<unknown> {
    this.#live()
    const opened = this.#stores.get(name)
    if (opened === undefined)
      throw new Error(
        `task ${this.#name} has no store "${name}": it was opened with ${this.#task.stores.join(', ') || 'none'}`,
      )
    return opened
  }

  #live(): void {
    if (this.#dead !== undefined)
      throw new Error(`the session of task ${this.#name} is dead, ${this.#dead}: open a new one`)
  }

  get #name(): string {
    return `${this.#task.group}-${this.#task.partition}`
  }
}

/** Positions of the task, by the group that commits them. */
function byGroup({ group, shared }: TaskId, offsets: GroupPositions['offsets']): readonly GroupPositions[] {
  if (shared === undefined) return [{ group, offsets }]
  const isShared = ({ at }: GroupPositions['offsets'][number]) => shared.topics.includes(at.topic)
  return [
    { group, offsets: offsets.filter((each) => !isShared(each)) },
    { group: shared.group, offsets: offsets.filter(isShared) },
  ]
}

/**
 * What the task has committed. A place that it reads beside others for the first time begins where the one that had it
 * alone has come: what was read before that was of that one. It is committed at once, so that everybody sees it read.
 */
async function committedOf(
  { group, inputs, shared }: TaskId,
  producer: TransactionalProducer,
  { offsets }: SessionParts,
): Promise<ReadonlyMap<string, Offset>> {
  const ofGroup = await offsets.committed(group, inputs)
  if (shared === undefined) return ofGroup
  const places = inputs.filter(({ topic }) => shared.topics.includes(topic))
  const own = await offsets.committed(shared.group, places)
  const begun = places.flatMap((at) => {
    const next = own.has(partitionId(at)) ? undefined : ofGroup.get(partitionId(at))
    return next === undefined ? [] : [{ at, next }]
  })
  if (begun.length > 0) await producer.commit([], [{ group: shared.group, offsets: begun }])
  return new Map([...ofGroup, ...own])
}

/** The transactional id of the task, by which its state is known too. */
export const taskName = ({ group, partition }: TaskId, { topics }: Pick<SessionParts, 'topics'>): string =>
  `${topics.names.group(group)}-${partition}`

/** The changelog of the stage, with a partition for each task. */
export async function openChangelog(task: TaskId, parts: SessionParts): Promise<Changelog> {
  const { topics } = parts
  const counts =
    task.tasks === undefined
      ? await Promise.all(task.inputs.map(({ topic }) => topics.partitions(topic)))
      : [task.tasks]
  const name = topicName(`${task.group}${changelogSuffix}`)
  await topics.createChangelog(name, Math.max(task.partition + 1, ...counts))
  return new Changelog(name, task.partition, parts)
}
