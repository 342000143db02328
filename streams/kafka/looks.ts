import { partitionId, type TopicPartition } from '../engine/topic.js'

/** One partition of a look: where it began, and what it came to. */
interface Looked {
  readonly at: TopicPartition
  readonly from: number
  readonly set: { readonly next: number; readonly isEmpty: boolean }
  /** Up to here the partition could be read when it was last asked for; undefined: it was not. */
  readonly stableEnd: number | undefined
}

/** For each partition its stable end where nothing more was left of it; undefined: there may be more. */
type Ends = readonly (number | undefined)[]

const mostKept = 64

/**
 * What looks at several partitions found at their ends, until one goes on from where they ended. The oldest are forgotten
 * (invariant 7).
 */
export class Looks {
  readonly #kept = new Map<string, Ends>()

  /** What the look found whose ends these readings begin at; undefined when there was none. */
  take(readings: readonly Looked[]): Ends | undefined {
    if (readings.length < 2) return undefined
    const key = readings.map(({ at, from }) => `${partitionId(at)}@${from}`).join()
    const found = this.#kept.get(key)
    this.#kept.delete(key)
    return found
  }

  keep(readings: readonly Looked[]): void {
    if (readings.length < 2 || readings.every(({ set }) => set.isEmpty)) return
    const key = readings.map(({ at, set }) => `${partitionId(at)}@${set.next}`).join()
    this.#kept.set(
      key,
      readings.map(({ set, stableEnd }) =>
        set.isEmpty && stableEnd !== undefined && set.next >= stableEnd ? stableEnd : undefined,
      ),
    )
    if (this.#kept.size <= mostKept) return
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest)
      return
    }
  }
}
