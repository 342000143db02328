import { type InputEvent, keyOf, type Span, timeOf, type Widths } from './event.js'
import { partitionOf } from './partition.js'

/** A record at its place in its topic. */
export interface Placed {
  readonly event: InputEvent
  readonly key: string
  readonly timestamp: number
  readonly partition: number
  readonly offset: number
}

export interface Limits {
  /** Timestamps that a record may have, both included. */
  readonly earliest: number
  readonly latest: number
}

/** Whether a record's timestamp takes part in the order of time. */
export const isPossible = (timestamp: number, { earliest, latest }: Limits): boolean =>
  timestamp >= earliest && timestamp <= latest

/** What was taken of a part of the input. */
export interface Taken {
  readonly widths: Widths
  /** By partition. */
  readonly placed: readonly (readonly Placed[])[]
}

/**
 * The records of each partition in the order in which the tasks take them: docs/consumer-trends.md, "Order".
 */
export function takenOrder(spans: readonly Span[], limits: Limits): readonly Taken[] {
  const ends = new Map<string, number>()
  return spans.map(({ events, widths }) => {
    const waiting = Array.from({ length: Math.max(...Object.values(widths)) }, () => ({
      posts: [] as Placed[],
      reviews: [] as Placed[],
      deletions: [] as Placed[],
    }))
    for (const event of events) {
      const key = keyOf(event)
      const partition = partitionOf(key, widths[event.topic])
      const place = `${event.topic}-${partition}`
      const offset = ends.get(place) ?? 0
      ends.set(place, offset + 1)
      waiting[partition]?.[event.topic].push({ event, key, timestamp: timeOf(event), partition, offset })
    }
    return {
      widths,
      placed: waiting.map(({ posts, reviews, deletions }) => merged([posts, reviews, deletions], limits)),
    }
  })
}

/** All of it. */
export const allTaken = (taken: readonly Taken[]): readonly Placed[] => taken.flatMap(({ placed }) => placed.flat())

/** Always the head with the lowest timestamp; of equal ones that of the first list; impossible timestamps at once. */
function merged(lists: readonly (readonly Placed[])[], limits: Limits): readonly Placed[] {
  const heads = lists.map(() => 0)
  const order: Placed[] = []
  for (;;) {
    let next = -1
    let lowest = Number.POSITIVE_INFINITY
    lists.forEach((list, index) => {
      const head = list[heads[index] ?? 0]
      if (head === undefined) return
      const turn = isPossible(head.timestamp, limits) ? head.timestamp : Number.NEGATIVE_INFINITY
      if (turn >= lowest) return
      lowest = turn
      next = index
    })
    const head = lists[next]?.[heads[next] ?? 0]
    if (head === undefined) return order
    order.push(head)
    heads[next] = (heads[next] ?? 0) + 1
  }
}
