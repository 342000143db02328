import { expect, it } from '@jest/globals'
import { whyNoBroker, whyNoStreams } from '../tests/support/kafka/shared.js'
import { whyNoQuix } from './kafka-streams/commands.js'
import { bench } from './kafka-streams.bench.js'

/** Twelve processes, of which six are Java: it ends what hangs, on a busy machine too. */
const patience = 900_000
const itWithStreams = whyNoBroker() === null && whyNoStreams() === null ? it : it.skip

itWithStreams(
  'the benchmark beside Kafka Streams gives the same records in all its jobs',
  async () => {
    const told = await bench([
      '--runs',
      '1',
      '--bids',
      '3000',
      '--warm-up',
      '100',
      '--keys',
      '40',
      '--partitions',
      '2',
      '--emit-interval',
      '0',
      '--contenders',
      'kafka-streams-rocksdb,kafka-streams-memory,pulso-memory,pulso-disk',
    ])
    const figures = { events_per_second: expect.any(Number), cpu_seconds_per_million: expect.any(Number) }
    const contenders = {
      'kafka-streams-rocksdb': expect.objectContaining(figures),
      'kafka-streams-memory': expect.objectContaining(figures),
      'pulso-memory': expect.objectContaining(figures),
      'pulso-disk': expect.objectContaining(figures),
    }
    expect(told).toMatchObject({
      bench: 'kafka-streams',
      ratio_events: expect.any(Number),
      ratio_cpu: expect.any(Number),
      jobs: {
        'hot-auctions': { outputs: expect.any(Number), ...contenders },
        'bid-sessions': { outputs: expect.any(Number), ...contenders },
        'enriched-bids': { outputs: 6000, ...contenders },
      },
    })
  },
  patience,
)

itWithStreams(
  'the benchmark of latency hears of every record that is published',
  async () => {
    const contenders = ['--contenders', 'pulso-memory', '--keys', '20', '--partitions', '2', '--workers', '2']
    const given = ['--latency', '--rate', '100', '--seconds', '1,2', '--commit-interval', '100,200', ...contenders]
    const told = await bench(given)
    const figures = {
      contender: 'pulso-memory',
      records_per_second: 100,
      p50: expect.any(Number),
      p99: expect.any(Number),
      records: 200,
    }
    expect(told).toMatchObject({
      bench: 'kafka-streams-latency',
      latencies: [
        { commit_interval: 100, ...figures },
        { commit_interval: 200, ...figures },
      ],
    })
  },
  patience,
)

const itWithQuix = whyNoBroker() === null && whyNoStreams() === null && whyNoQuix() === null ? it : it.skip

itWithQuix(
  'Quix Streams gives the same records in all jobs',
  async () => {
    const size = [
      '--bids',
      '2000',
      '--warm-up',
      '100',
      '--quix-bids',
      '1500',
      '--keys',
      '20',
      '--partitions',
      '2',
      '--runs',
      '1',
    ]
    const told = await bench([...size, '--emit-interval', '0', '--contenders', 'pulso-memory,quix-streams'])
    const figures = { outputs: expect.any(Number), events_per_second: expect.any(Number) }
    expect(told).toMatchObject({
      ratio_events_quix: expect.any(Number),
      quix: {
        'hot-auctions': figures,
        'bid-sessions': figures,
        'enriched-bids': { ...figures, outputs: 1_500 },
      },
    })
  },
  patience,
)
