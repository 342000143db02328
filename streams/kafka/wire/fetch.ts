import { protocol } from './protocol.js'

export interface FetchPosition {
  readonly topic: string
  readonly partition: number
  readonly from: number
}

export interface FetchedPartition {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
  /** Up to here the broker gives records: the last stable offset. */
  readonly stableEnd: number
  /** Transactions that were aborted, by their first offsets. */
  readonly aborted: readonly AbortedTransaction[]
  /** Record batches, the last one perhaps cut off. */
  readonly batches: Buffer
}

export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

export interface FetchRequest {
  readonly positions: readonly FetchPosition[]
  /** Milliseconds that the broker may wait for a first byte; 0 answers at once. */
  readonly maxWait: number
  readonly maxBytes: number
  readonly maxBytesOfPartition: number
}

const readCommitted = 1

/** Fetch, version 11: explicit positions, committed records alone, without a session on the broker. */
export const fetchProtocol = ({ positions, maxWait, maxBytes, maxBytesOfPartition }: FetchRequest) =>
  protocol(
    { key: 1, version: 11, name: 'Fetch' },
    (to) => {
      to.int32(-1).int32(maxWait).int32(1).int32(maxBytes).int8(readCommitted).int32(0).int32(-1)
      to.array(byTopic(positions), ([topic, places]) => {
        to.string(topic).array(places, ({ partition, from }) => {
          to.int32(partition).int32(-1).int64(from).int64(-1).int32(maxBytesOfPartition)
        })
      })
      to.array([], () => undefined).string('')
    },
    (from) => {
      const clientSideThrottleTime = from.int32()
      const errorCode = from.int16()
      from.int32()
      const partitions: FetchedPartition[] = []
      from.array(() => {
        const topic = from.string() ?? ''
        from.array(() => {
          const partition = from.int32()
          const partitionError = from.int16()
          from.int64()
          const stableEnd = from.int64()
          from.int64()
          const aborted = from.array(() => ({ producerId: from.int64(), firstOffset: from.int64() }))
          from.int32()
          partitions.push({ topic, partition, errorCode: partitionError, stableEnd, aborted, batches: from.bytes() })
        })
      })
      return { clientSideThrottleTime, errorCode, partitions }
    },
    maxWait + 30_000,
  )

/** Items of the same topic together, in the order of their first ones. */
export function byTopic<Item extends { readonly topic: string }>(items: readonly Item[]): [string, Item[]][] {
  const topics = new Map<string, Item[]>()
  for (const item of items) {
    const found = topics.get(item.topic)
    if (found === undefined) topics.set(item.topic, [item])
    else found.push(item)
  }
  return [...topics]
}
