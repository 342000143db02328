import type { MaintenanceOptions } from '../engine/ports/log.js'
import type { Timestamp } from '../engine/time.js'
import { partition } from '../engine/topic.js'
import type { PartitionPlace } from './batches.js'
import { compact } from './compaction.js'
import type { Environment } from './environment.js'
import type { GroupOffsets } from './group-offsets.js'
import { removeExpired } from './retention.js'
import type { StoredTopic, Topics } from './topics.js'
import type { Writer } from './writer.js'

const nobody: MaintenanceOptions = { consumers: [] }

/** Keeps the log within what its topics promise. One run at a time; who asks during a run gets that one. */
export class Maintenance {
  readonly #environment: Environment
  readonly #topics: Topics
  readonly #offsets: GroupOffsets
  readonly #writer: Writer
  #running: Promise<void> | undefined

  constructor(environment: Environment, topics: Topics, offsets: GroupOffsets, writer: Writer) {
    this.#environment = environment
    this.#topics = topics
    this.#offsets = offsets
    this.#writer = writer
  }

  /** Applies retention and compaction as of the instant, in small transactions between those of others. */
  run(now: Timestamp, options: MaintenanceOptions = nobody): Promise<void> {
    this.#running ??= this.#run(now, options).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** Resolves when no run is under way. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined)
  }

  async #run(now: Timestamp, options: MaintenanceOptions): Promise<void> {
    for (const { name, partitions, cleanup, retention } of this.#topics.all()) {
      for (let index = 0; index < partitions; index++) {
        const place = this.#topics.place({ topic: name, partition: partition(index) })
        if (cleanup === 'compact') await compact(this.#environment, this.#writer, place, now)
        else if (retention.time !== null || retention.bytes !== null) await this.#retain(place, retention, now, options)
      }
    }
  }

  /** In steps: others may write in between. */
  async #retain(
    place: PartitionPlace,
    retention: StoredTopic['retention'],
    now: Timestamp,
    { consumers, held }: MaintenanceOptions,
  ): Promise<void> {
    const groups = consumers.filter(({ topics }) => topics.includes(place.topic)).map(({ group }) => group)
    for (;;) {
      const { group, ...removal } = await this.#writer.submit({
        write: () => {
          const slowest = this.#slowest(place, groups)
          return { ...slowest, ...removeExpired(this.#environment, place, retention, now, slowest.unread) }
        },
      })
      if (removal.held && group !== null) held?.(place, group)
      if (!removal.more) return
    }
  }

  /** Inside a write: the group that has read least of the partition. One that has committed nothing has read nothing. */
  #slowest(
    { id }: PartitionPlace,
    groups: readonly string[],
  ): { readonly group: string | null; readonly unread: number } {
    let slowest: { group: string | null; unread: number } = { group: null, unread: Number.POSITIVE_INFINITY }
    for (const group of groups) {
      const unread = this.#offsets.read(group, id) ?? 0
      if (unread < slowest.unread) slowest = { group, unread }
    }
    return slowest
  }
}
