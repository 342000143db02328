import { setTimeout as sleep } from 'node:timers/promises'
import { partitionFor } from '../../streams/engine/partitioner.js'
import type { Backend, OutgoingRecord } from '../../streams/engine/ports/log.js'
import { noHeaders } from '../../streams/engine/record.js'
import { type Offset, offset, type Partition, partition, topic, topicName } from '../../streams/engine/topic.js'
import { encodeUtf8 } from '../../streams/engine/utf8.js'
import { openKafkaBackend } from '../../streams/kafka/backend.js'
import type { Assignment, ContenderName } from './commands.js'
import { Contender } from './contender.js'
import { auctions, Numbers, someBid } from './input.js'
import { inputTopics, outputSchemas } from './jobs.js'
import { serdesOf } from './tasks.js'
import type { Bid, EnrichedBid } from './values.js'

export interface LatencyOptions {
  /** Of a broker that nobody else uses. */
  readonly brokers: string
  /** An empty folder. */
  readonly dir: string
  readonly classes: string
  readonly keys: number
  readonly partitions: number
  readonly workers: number
  readonly threads: number
  /** Milliseconds. */
  readonly commitInterval: number
  /** Records a second. */
  readonly rate: number
  /** Seconds before anything is measured, and of the measurement. */
  readonly seconds: { readonly warmUp: number; readonly measured: number }
}

/** From just before a record is published to when the record that came of it can be read as committed: milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p99: number
  readonly records: number
}

/** Bids that are there before anything is published. */
const seeds = 1_000
/** Different bids, which are published over and over. */
const different = 10_000
const output = 'bench-output-latency'
/** Milliseconds between two batches that are published, and between two looks at the output. */
const tick = 10
const look = 3
const everything = { records: 100_000, bytes: 16 * 2 ** 20 }

/** Publishes bids at a steady rate and reads what the join makes of each: its timestamp says when it was published. */
export async function latencyOf(name: ContenderName, options: LatencyOptions): Promise<Latency> {
  const { brokers, partitions, rate, seconds } = options
  const open = () =>
    openKafkaBackend({
      ...{ cluster: { brokers: [brokers], clientId: 'bench' }, application: 'bench-latency' },
      ...{ stateDir: null, replication: 1 },
    })
  const reader = await open()
  // One for each partition: a batch for a single one needs no transaction.
  const writers = await Promise.all(Array.from({ length: partitions }, open))
  const bids = await prepare(reader, options)
  const contender = Contender.start(name, assignmentOf(options), options.classes)
  try {
    await contender.begun()
    const count = rate * (seconds.warmUp + seconds.measured)
    const published = Date.now()
    const [latencies] = await Promise.all([
      latenciesOf(reader, { partitions, count, published }),
      publish(writers, { rate, count, bids }),
    ])
    const measured = latencies.slice(rate * seconds.warmUp).sort()
    const at = (share: number) => Math.round(measured[Math.floor(share * (measured.length - 1))] ?? Number.NaN)
    return { p50: at(0.5), p99: at(0.99), records: measured.length }
  } finally {
    await contender.stop()
    for (const backend of [reader, ...writers]) await backend.close()
  }
}

/** A bid without its timestamp. */
type Unpublished = Omit<OutgoingRecord, 'timestamp'> & { readonly partition: Partition }

/** Makes the topics and fills the table; gives bids to publish. */
async function prepare(backend: Backend, { partitions, keys }: LatencyOptions): Promise<readonly Unpublished[]> {
  const serdes = await serdesOf(backend, partitions, topic<EnrichedBid>(output, outputSchemas['enriched-bids']))
  await backend.log.append([...auctions({ bids: 0, keys }, serdes.forTopic(inputTopics.auctions))])
  const { encode } = serdes.forTopic(inputTopics.bids)
  const numbers = new Numbers(1)
  const bids = Array.from({ length: different }, () => unpublished(someBid(numbers, keys), encode, partitions))
  // Kafka Streams does not begin with the table while the stream has never held anything.
  const timestamp = Date.now()
  await backend.log.append(bids.slice(0, seeds).map((bid) => ({ ...bid, timestamp })))
  return bids
}

function unpublished(bid: Bid, encode: (bid: Bid) => Uint8Array, partitions: number): Unpublished {
  const key = encodeUtf8(bid.auction)
  const to = partition(partitionFor(key, partitions))
  return { topic: inputTopics.bids.name, partition: to, headers: noHeaders, key, value: encode(bid) }
}

const assignmentOf = (options: LatencyOptions): Assignment => {
  const { brokers, dir, partitions, workers, threads, commitInterval } = options
  return {
    ...{ job: 'enriched-bids', brokers, application: 'latency', output, partitions, workers, threads, commitInterval },
    // It is never done.
    ...{ emitInterval: 1_000, records: Number.POSITIVE_INFINITY, notBefore: 0, warmUp: 0, dir },
  }
}

interface Publishing {
  readonly rate: number
  readonly count: number
  readonly bids: readonly Unpublished[]
}

/** Publishes what is due at each tick. */
async function publish(writers: readonly Backend[], { rate, count, bids }: Publishing): Promise<void> {
  const started = performance.now()
  for (let published = 0; published < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - started) * rate) / 1_000))
    const batches = writers.map((): OutgoingRecord[] => [])
    const timestamp = Date.now()
    for (; published < due; published += 1) {
      const bid = bids[published % bids.length] as Unpublished
      batches[bid.partition]?.push({ ...bid, timestamp })
    }
    await Promise.all(writers.map((writer, index) => writer.log.append(batches[index] ?? [])))
    await sleep(tick)
  }
}

interface Reading {
  readonly partitions: number
  readonly count: number
  /** When the first one was published: what is older is none of them. */
  readonly published: number
}

/** Milliseconds of each record, in the order in which they came. */
async function latenciesOf(backend: Backend, { partitions, count, published }: Reading): Promise<Float64Array> {
  const latencies = new Float64Array(count)
  const name = topicName(output)
  let positions: readonly { at: { topic: typeof name; partition: Partition }; from: Offset }[] = Array.from(
    { length: partitions },
    (_, index) => ({ at: { topic: name, partition: partition(index) }, from: offset(0) }),
  )
  for (let read = 0; read < count; ) {
    const fetched = await backend.log.fetch(positions, everything)
    const now = Date.now()
    positions = fetched.map(({ at, next }) => ({ at, from: next }))
    for (const { batches } of fetched)
      for (const batch of batches)
        for (let index = 0; index < batch.length; index += 1) {
          const at = batch.timestamp(index)
          if (at >= published) latencies[read++] = now - at
        }
    await sleep(look)
  }
  return latencies
}
