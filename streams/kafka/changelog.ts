import { OutgoingBatch } from '../engine/outgoing-batch.js'
import type { FetchedRecord } from '../engine/record.js'
import { offset, type Partition, type TopicName, type TopicPartition } from '../engine/topic.js'
import type { StateChange } from '../state/state-table.js'
import type { Ends } from './ends.js'
import type { LocalState, StoreChanges } from './local-state.js'
import type { Reader } from './reading.js'
import { prefixed, splitKey, storePrefix } from './store-keys.js'

const restoredAtOnce = { records: 20_000, bytes: 4 * 2 ** 20 }
const batchBytes = 256 * 2 ** 10

/**
 * One partition of the topic that holds what every commit of a task wrote to the tables of its stores, the newest of each
 * key for ever. Most of it is one record a commit: the segment that it added to the journal of a store.
 */
export class Changelog {
  readonly at: TopicPartition
  readonly #reader: Reader
  readonly #ends: Ends

  constructor(topic: TopicName, partition: Partition, parts: { readonly reader: Reader; readonly ends: Ends }) {
    this.at = { topic, partition }
    this.#reader = parts.reader
    this.#ends = parts.ends
  }

  /** Changes as batches for a commit. */
  batches(stores: readonly StoreChanges[]): readonly OutgoingBatch[] {
    const batches: OutgoingBatch[] = []
    for (const { store, changes } of stores) {
      const prefix = storePrefix(store)
      for (const { key, value } of changes) {
        let batch = batches.at(-1)
        if (batch === undefined || batch.size > batchBytes) {
          batch = new OutgoingBatch(this.at.topic, this.at.partition)
          batches.push(batch)
        }
        batch.append(prefixed(prefix, key), value, 0)
      }
    }
    return batches
  }

  /**
   * Brings the state to where the changelog ends. Nobody may write to it meanwhile: whoever restores has taken over the
   * transactional id of the task.
   * @param restored is told how many changes were read each time, and how many offsets are left
   */
  async restore(state: LocalState, restored: (changes: number, left: number) => void): Promise<void> {
    const { start, end } = await this.#ends.bounds(this.at)
    // A checkpoint that the changelog does not reach belongs to another one of the same name.
    if (state.checkpoint !== null && (state.checkpoint > end || state.checkpoint < start)) state.clear()
    let from = offset(state.checkpoint ?? start)
    while (from < end) {
      const [fetched] = await this.#reader.fetch([{ at: this.at, from }], restoredAtOnce)
      if (fetched === undefined || fetched.next === from)
        throw new Error(`${this.at.topic}-${this.at.partition} ends at ${from}, before its end at ${end}`)
      from = fetched.next
      state.apply(readChanges(fetched.records), from)
      restored(fetched.records.length, end - from)
    }
  }
}

/** By store, in order. */
function readChanges(records: readonly FetchedRecord[]): readonly StoreChanges[] {
  const stores = new Map<string, StateChange[]>()
  for (const { key: whole, value } of records) {
    const split = whole === null ? null : splitKey(whole)
    if (split === null) continue
    const changes = stores.get(split.store)
    if (changes === undefined) stores.set(split.store, [{ key: split.key, value }])
    else changes.push({ key: split.key, value })
  }
  return [...stores].map(([store, changes]) => ({ store, changes }))
}
