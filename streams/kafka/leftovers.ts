import { partitionId, type TopicPartition } from '../engine/topic.js'
import type { RecordSet } from './batches/record-set.js'

const mostKept = 64

/** What was fetched and not yet asked for, by the place where it goes on. The oldest are forgotten (invariant 7). */
export class Leftovers {
  readonly #kept = new Map<string, RecordSet>()

  take(at: TopicPartition, from: number): RecordSet | undefined {
    const key = keyOf(at, from)
    const found = this.#kept.get(key)
    this.#kept.delete(key)
    return found
  }

  keep(at: TopicPartition, set: RecordSet): void {
    this.#kept.set(keyOf(at, set.next), set)
    if (this.#kept.size <= mostKept) return
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest)
      return
    }
  }
}

const keyOf = (at: TopicPartition, from: number): string => `${partitionId(at)}@${from}`
