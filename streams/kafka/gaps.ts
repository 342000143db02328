import { type Offset, offset, partitionId, type TopicPartition } from '../engine/topic.js'

interface Gap {
  readonly from: number
  readonly to: number
}

const mostGaps = 4

/**
 * Where partitions were seen to hold no records: markers of transactions, records of aborted ones, what was compacted.
 * A position at the begin of a gap is as good as one at its end; the later one is committed, so that a group that has
 * read everything has no lag.
 */
export class Gaps {
  readonly #gaps = new Map<string, Gap[]>()

  /** Nothing is there from the one offset up to the other. */
  learn(at: TopicPartition, from: number, to: number): void {
    const id = partitionId(at)
    const known = this.#gaps.get(id) ?? []
    this.#gaps.set(
      id,
      [...known.filter((gap) => gap.to < from || gap.from > to), merged(known, from, to)].slice(-mostGaps),
    )
  }

  /** The furthest position that is known to have no record between it and this one. */
  past(at: TopicPartition, position: Offset): Offset {
    const gap = this.#gaps.get(partitionId(at))?.find(({ from, to }) => from <= position && position <= to)
    return gap === undefined ? position : offset(gap.to)
  }
}

function merged(known: readonly Gap[], from: number, to: number): Gap {
  const touching = known.filter((gap) => gap.to >= from && gap.from <= to)
  return {
    from: Math.min(from, ...touching.map((gap) => gap.from)),
    to: Math.max(to, ...touching.map((gap) => gap.to)),
  }
}
