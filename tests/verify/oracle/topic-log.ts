import { type InputEvent, keyOf, timeOf } from './event.js'
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

/**
 * The records of each partition in the order in which the task of the partition takes them: docs/consumer-trends.md,
 * "Order".
 * @param spans What was sent, in parts: a part was sent when everything before it had been taken
 */
export function takenOrder(
  spans: readonly (readonly InputEvent[])[],
  partitions: number,
  limits: Limits,
): readonly (readonly Placed[])[] {
  const ends = new Map<string, number>()
  const taken: Placed[][] = Array.from({ length: partitions }, () => [])
  for (const span of spans) {
    const waiting = taken.map(() => ({ posts: [] as Placed[], reviews: [] as Placed[], deletions: [] as Placed[] }))
    for (const event of span) {
      const key = keyOf(event)
      const partition = partitionOf(key, partitions)
      const place = `${event.topic}-${partition}`
      const offset = ends.get(place) ?? 0
      ends.set(place, offset + 1)
      waiting[partition]?.[event.topic].push({ event, key, timestamp: timeOf(event), partition, offset })
    }
    waiting.forEach(({ posts, reviews, deletions }, partition) => {
      taken[partition]?.push(...merged([posts, reviews, deletions], limits))
    })
  }
  return taken
}

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
