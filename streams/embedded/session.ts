import { type Commit, TaskFenced, type TaskId, type TaskSession } from '../engine/ports/log.js'
import type { StateStore } from '../engine/store.js'
import { partitionId as nameOfPartition, type Offset, offset } from '../engine/topic.js'
import { WriteBehindStore } from '../state/write-behind-store.js'
import type { Appender } from './appending.js'
import type { Environment } from './environment.js'
import type { GroupOffsets } from './group-offsets.js'
import { readHead } from './heads.js'
import { decodeNumber, encodeNumber, namedKey } from './keys.js'
import { stateTable, storeIdOf, writeState } from './state-tables.js'
import type { Topics } from './topics.js'
import type { WakeUps } from './wake-ups.js'
import type { Writer } from './writer.js'

export interface SessionParts {
  readonly environment: Environment
  readonly topics: Topics
  readonly offsets: GroupOffsets
  readonly appender: Appender
  readonly writer: Writer
  readonly wakeUps: WakeUps
  /** Most unchanged entries that each store keeps in memory. */
  readonly stateCache: number
}

interface OpenedStore {
  readonly id: number
  readonly store: WriteBehindStore<unknown>
}

/**
 * A task's hold on its offsets and state. Each session of a task has an epoch, the number of sessions before it; a commit
 * checks inside its transaction that no younger one was opened, so that a zombie writes nothing (invariant 2).
 */
export class EmbeddedSession implements TaskSession {
  readonly positions: ReadonlyMap<string, Offset>
  readonly #task: TaskId
  readonly #parts: SessionParts
  readonly #epoch: number
  readonly #stores: ReadonlyMap<string, OpenedStore>
  #dead: string | undefined
  #committing = false

  private constructor(
    task: TaskId,
    parts: SessionParts,
    opened: { epoch: number; positions: ReadonlyMap<string, Offset>; storeIds: readonly number[] },
  ) {
    this.#task = task
    this.#parts = parts
    this.#epoch = opened.epoch
    this.positions = opened.positions
    this.#stores = new Map(
      task.stores.map((name, index) => {
        const id = opened.storeIds[index] as number
        const table = stateTable(parts.environment, id)
        return [name, { id, store: new WriteBehindStore<unknown>(table, parts.stateCache) }]
      }),
    )
  }

  static async open(task: TaskId, parts: SessionParts): Promise<EmbeddedSession> {
    const { environment, topics, offsets, writer } = parts
    const { group, partition } = task
    const inputs = task.inputs.map((at) => topics.place(at))
    const opened = await writer.submit({
      write: () => {
        const key = namedKey(group, partition)
        const previous = environment.tables.epochs.get(key)
        const epoch = previous === undefined ? 0 : decodeNumber(previous) + 1
        void environment.tables.epochs.put(key, encodeNumber(epoch))
        const positions = new Map(
          inputs.map((place) => [
            nameOfPartition(place),
            offsets.read(group, place.id) ?? offset(readHead(environment, place.id).start),
          ]),
        )
        return { epoch, positions, storeIds: task.stores.map((name) => storeIdOf(environment, group, partition, name)) }
      },
    })
    return new EmbeddedSession(task, parts, opened)
  }

  store<Value>(name: string): StateStore<Value> {
    return this.#store(name) as StateStore<unknown> as StateStore<Value>
  }

  committed(name: string): Pick<StateStore<unknown>, 'get'> {
    const store = this.#store(name)
    return { get: (key) => store.committedValue(key) }
  }

  async commit({ offsets, outputs }: Commit): Promise<void> {
    this.#live()
    if (this.#committing) throw new Error(`task ${this.#name} is committing: await that before the next commit`)
    this.#committing = true
    try {
      await this.#write(offsets, outputs)
      for (const { store } of this.#stores.values()) store.committed()
    } catch (error) {
      this.#dead ??= `its commit failed (${error instanceof Error ? error.message : String(error)})`
      throw error
    } finally {
      this.#committing = false
    }
  }

  async close(): Promise<void> {
    this.#dead ??= 'it was closed'
  }

  async #write(offsets: Commit['offsets'], outputs: Commit['outputs']): Promise<void> {
    const { environment, topics, appender, writer, wakeUps, offsets: groups } = this.#parts
    const { group, partition } = this.#task
    const positions = offsets.map(({ at, next }) => ({ id: topics.place(at).id, next }))
    const append = appender.prepare(outputs)
    const states = [...this.#stores.values()].map(({ id, store }) => ({ id, writes: store.writes() }))
    await writer.submit({
      check: () => {
        const epoch = environment.tables.epochs.get(namedKey(group, partition))
        if (epoch === undefined || decodeNumber(epoch) !== this.#epoch) throw new TaskFenced(this.#task)
      },
      write: () => {
        append.write()
        for (const { id, writes } of states) writeState(environment, id, writes)
        for (const { id, next } of positions) groups.write(group, id, next)
      },
    })
    wakeUps.announce(append.topics)
  }

  #store(name: string): WriteBehindStore<unknown> {
    this.#live()
    const opened = this.#stores.get(name)?.store
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
