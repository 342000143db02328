import { setTimeout as sleep } from 'node:timers/promises'
import { partitionFor } from '../../streams/engine/partitioner.js'
import type { Backend, OutgoingRecord } from '../../streams/engine/ports/log.js'
import { noHeaders } from '../../streams/engine/record.js'
import { type Offset, offset, type Partition, partition, topic, topicName } from '../../streams/engine/topic.js'
import { encodeUtf8 } from '../../streams/engine/utf8.js'
import { openKafkaBackend } from '../../streams/kafka/backend.js'
import { Contender, type ContenderName } from './contender.js'
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

/** Bids that are there before anything is measured; their price is 0. */
const seeds = 1_000
const output = 'bench-output-latency'
/** Milliseconds between two batches that are published, and between two looks at the output. */
const tick = 10
const look = 3
const everything = { records: 100_000, bytes: 16 * 2 ** 20 }

/** Publishes bids at a steady rate and reads what the join makes of each: the price says when it was published. */
export async function latencyOf(name: ContenderName, options: LatencyOptions): Promise<Latency> {
  const { brokers, partitions, keys, rate, seconds } = options
  const open = () =>
    openKafkaBackend({
      ...{ cluster: { brokers: [brokers], clientId: 'bench' }, application: 'bench-latency' },
      ...{ stateDir: null, replication: 1 },
    })
  const reader = await open()
  // One for each partition: a batch for a single one needs no transaction.
  const writers = await Promise.all(Array.from({ length: partitions }, open))
  const { encode, decode } = await prepare(reader, options)
  const contender = Contender.start(name, assignmentOf(options), options.classes)
  try {
    await contender.begun()
    const count = rate * (seconds.warmUp + seconds.measured)
    const [latencies] = await Promise.all([
      latenciesOf(reader, { partitions, count, decode }),
      publish(writers, { rate, count, keys, encode }),
    ])
    const measured = latencies.slice(rate * seconds.warmUp).sort()
    const at = (share: number) => Math.round(measured[Math.floor(share * (measured.length - 1))] ?? Number.NaN)
    return { p50: at(0.5), p99: at(0.99), records: measured.length }
  } finally {
    await contender.stop()
    for (const backend of [reader, ...writers]) await backend.close()
  }
}

/** Makes the topics and fills the table. */
async function prepare(backend: Backend, { partitions, keys }: LatencyOptions) {
  const written = topic<EnrichedBid>(output, outputSchemas['enriched-bids'])
  const serdes = await serdesOf(backend, partitions, written)
  await backend.log.append([...auctions({ bids: 0, keys }, serdes.forTopic(inputTopics.auctions))])
  const [bid, enriched] = [serdes.forTopic(inputTopics.bids), serdes.forTopic(written)]
  // Kafka Streams does not begin with the table while the stream has never held anything.
  const numbers = new Numbers(1)
  const early = Array.from({ length: seeds }, () => ({ ...someBid(numbers, keys), price: 0 }))
  await backend.log.append(early.map((each) => outgoing(each, bid.encode, partitions)))
  return { encode: bid.encode, decode: enriched.decode }
}

const assignmentOf = ({ brokers, dir, partitions, threads, commitInterval }: LatencyOptions) => ({
  ...({ job: 'enriched-bids', brokers, application: 'latency', output, partitions, threads, commitInterval } as const),
  // It is never done.
  ...{ emitInterval: 1_000, records: 2 ** 31 - 1, dir },
})

type Encode = (bid: Bid) => Uint8Array

function outgoing(bid: Bid, encode: Encode, partitions: number): OutgoingRecord & { readonly partition: Partition } {
  const key = encodeUtf8(bid.auction)
  const to = partition(partitionFor(key, partitions))
  const place = { topic: inputTopics.bids.name, partition: to, headers: noHeaders }
  return { ...place, key, value: encode(bid), timestamp: Date.now() }
}

interface Publishing {
  readonly rate: number
  readonly count: number
  readonly keys: number
  readonly encode: Encode
}

/** Publishes what is due at each tick. The price of a bid is the instant, in microseconds of `performance.now()`. */
async function publish(writers: readonly Backend[], { rate, count, keys, encode }: Publishing): Promise<void> {
  const numbers = new Numbers(42)
  const started = performance.now()
  for (let published = 0; published < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - started) * rate) / 1_000))
    const batches = writers.map((): OutgoingRecord[] => [])
    for (; published < due; published += 1) {
      const bid = { ...someBid(numbers, keys), price: Math.round(performance.now() * 1_000) }
      const record = outgoing(bid, encode, writers.length)
      batches[record.partition]?.push(record)
    }
    await Promise.all(writers.map((writer, index) => writer.log.append(batches[index] ?? [])))
    await sleep(tick)
  }
}

interface Reading {
  readonly partitions: number
  readonly count: number
  decode(value: Uint8Array): EnrichedBid
}

/** Milliseconds of each record, in the order in which they came. */
async function latenciesOf(backend: Backend, { partitions, count, decode }: Reading): Promise<Float64Array> {
  const latencies = new Float64Array(count)
  const name = topicName(output)
  let positions: readonly { at: { topic: typeof name; partition: Partition }; from: Offset }[] = Array.from(
    { length: partitions },
    (_, index) => ({ at: { topic: name, partition: partition(index) }, from: offset(0) }),
  )
  for (let read = 0; read < count; ) {
    const fetched = await backend.log.fetch(positions, everything)
    const now = performance.now()
    positions = fetched.map(({ at, next }) => ({ at, from: next }))
    for (const { records } of fetched)
      for (const { value } of records) {
        const published = value === null ? 0 : decode(value).price / 1_000
        if (published > 0) latencies[read++] = now - published
      }
    await sleep(look)
  }
  return latencies
}
