import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Kafka, logLevel } from 'kafkajs'
import { newTopic, outgoing, text } from '../../tests/support/backends.js'
import { embeddedPlace } from '../../tests/support/embedded-place.js'
import { kafkaPlace } from '../../tests/support/kafka/place.js'
import { sharedBroker, whyNoBroker } from '../../tests/support/kafka/shared.js'
import type { Block, ColumnBlock } from '../engine/ports/analytics.js'
import type { Backend } from '../engine/ports/log.js'
import type { Timestamp } from '../engine/time.js'
import { partition, type TopicName } from '../engine/topic.js'
import type { Clock } from './clock.js'
import { type SinkMapping, type SinkReport, SinkRunner } from './sink-runner.js'

/** A clock that jumps to the next alarm as soon as nothing else is to be done. */
function leapingClock(): Clock {
  let now = 1_000 as Timestamp
  return {
    now: () => now,
    elapsed: () => now,
    at: (time, callback) => {
      const timer = setImmediate(() => {
        now = Math.max(now, time) as Timestamp
        callback()
      })
      return () => clearImmediate(timer)
    },
  }
}

/** A row for each record, with its place and value; the value `bad` is refused. */
const mapping = (letters: TopicName): SinkMapping => ({
  table: 't',
  begin: () => {
    const rows: { place: string; value: string }[] = []
    const rejected: ReturnType<typeof outgoing>[] = []
    return {
      rejected,
      add: (batch, count) => {
        for (let index = 0; index < count; index++) {
          const { partition, offset, value } = batch.record(index)
          const place = `${partition}-${offset}`
          if (text(value) === 'bad') rejected.push(outgoing(letters, place))
          else rows.push({ place, value: text(value) ?? '' })
        }
      },
      block: (token) => (rows.length === 0 ? null : { table: 't', rows, token }),
    }
  },
})

const itWithBroker = whyNoBroker() === null ? it : it.skip

/** Writes more than one fetch gives, and takes it back. */
async function rollBack(topic: TopicName): Promise<void> {
  const kafka = new Kafka({ brokers: [await sharedBroker()], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ transactionalId: `${topic}-rolled-back`, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const transaction = await producer.transaction()
  const value = Buffer.alloc(512 * 1024, 'x')
  for (let megabytes = 0; megabytes < 40; megabytes += 0.5) await transaction.send({ topic, messages: [{ value }] })
  await transaction.abort()
  await producer.disconnect()
}

interface Run {
  readonly backend: Backend
  readonly topic: TopicName
  readonly letters: TopicName
  readonly partitions: number
  readonly maxRecords: number
  readonly write: (block: Block | ColumnBlock) => Promise<void>
  /** Records that are to be committed before the runner is stopped; at least 1. */
  readonly records: number
  /** Called whenever records were read. */
  readonly read?: () => Promise<void>
  /** How much is still to come; nothing when absent. */
  readonly coming?: () => Promise<number>
  readonly clock?: Clock
}

/** Runs a sink until so many records are committed. */
async function runSink({ backend, topic, letters, partitions, maxRecords, write, records, read, ...given }: Run) {
  const stop = new AbortController()
  const reports: SinkReport[] = []
  const seen = { resumed: 0, failed: 0, reports, lost: [] as string[] }
  let left = records
  const runner = new SinkRunner(
    topic,
    Array.from({ length: partitions }, (_, index) => partition(index)),
    mapping(letters),
    {
      backend,
      clock: given.clock ?? leapingClock(),
      write,
      maxRecords,
      coming: given.coming ?? (async () => 0),
      linger: 400,
      partitionsOf: () => 1,
      offsetReset: 'earliest',
      lingerBehind: 1_000,
      prepare: async () => read?.(),
      observer: {
        resumed: () => {
          seen.resumed += 1
        },
        failed: () => {
          seen.failed += 1
        },
        lost: (group, { at, from, to }) => seen.lost.push(`${group} ${at.partition}: ${from}-${to}`),
        written: (report) => {
          reports.push(report)
          left -= report.records
          if (left <= 0) stop.abort()
        },
      },
    },
  )
  await runner.run(stop.signal)
  return seen
}

const lengths = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 3 })

describe('a sink', () => {
  it('writes each record once and each token with one block, however often writes fail before or after their end', async () => {
    const place = await embeddedPlace()
    const backend = await place.open()
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 25 }), fc.array(fc.boolean()), async (sizes, most, fails) => {
        const letters = (await backend.log.createTopic(newTopic(), 1)).name
        const { name: topic } = await backend.log.createTopic(newTopic(), sizes.length)
        const all = sizes.flatMap((size, index) =>
          Array.from({ length: size }, (_, at) =>
            outgoing(topic, at % 9 === 8 ? 'bad' : `${index}/${at}`, { partition: partition(index) }),
          ),
        )
        if (all.length === 0) return
        const rest = all.filter((_, at) => at % 2 === 1)
        await backend.log.append(all.filter((_, at) => at % 2 === 0))
        const blocks = new Map<string, Block>()
        const failures = [...fails]
        await runSink({
          backend,
          topic,
          letters,
          partitions: sizes.length,
          maxRecords: most,
          records: all.length,
          read: async () => {
            // the log grows while it is read
            const more = rest.splice(0, 7)
            if (more.length > 0) await backend.log.append(more)
          },
          write: async (block) => {
            if (!('rows' in block)) throw new Error('rows were expected')
            const before = blocks.get(block.token)
            if (before !== undefined) expect(block).toEqual(before)
            blocks.set(block.token, block)
            if (failures.shift() === true) throw new Error('nobody knows whether it was written')
          },
        })

        const written = [...blocks.values()].flatMap(({ rows }) => rows.map(({ value }) => value))
        const good = all.map(({ value }) => text(value)).filter((value) => value !== 'bad')
        expect(written.sort()).toEqual(good.sort())
        const { end } = await backend.log.bounds({ topic: letters, partition: partition(0) })
        expect(end).toBe(all.length - good.length)
        for (const { rows } of blocks.values()) expect(rows.length).toBeLessThanOrEqual(most)
      }),
      { numRuns: 40 },
    )
    await place.remove()
  })

  it('finds after its death the block that it had planned, and writes it as it was although the log has grown', async () => {
    const place = await embeddedPlace()
    const backend = await place.open()
    const letters = (await backend.log.createTopic(newTopic(), 1)).name
    const { name: topic } = await backend.log.createTopic(newTopic(), 2)
    const append = (from: number, count: number) =>
      backend.log.append(
        Array.from({ length: count }, (_, at) =>
          outgoing(topic, `${from + at}`, { partition: partition((from + at) % 2) }),
        ),
      )
    await append(0, 10)
    const run = { backend, topic, letters, partitions: 2, maxRecords: 100 }
    let planned: Block | ColumnBlock | undefined
    // A write that never ends: its runner is left behind, as a thread that dies leaves it.
    await new Promise<void>((reached) => {
      void runSink({
        ...run,
        records: 10,
        write: (block) => {
          planned = block
          reached()
          return new Promise<never>(() => {})
        },
      })
    })
    await append(10, 10)
    const again: (Block | ColumnBlock)[] = []
    const next = await place.open()
    const seen = await runSink({ ...run, backend: next, records: 20, write: async (block) => void again.push(block) })
    expect(seen.resumed).toBe(1)
    expect(again[0]).toEqual(planned)
    expect(again.map(({ token }) => token)).toEqual([
      `${topic}-0-0-5,${topic}-1-0-5`,
      `${topic}-0-5-10,${topic}-1-5-10`,
    ])
    await place.remove()
  })

  it('goes on, when told to, behind what is gone, says what that was, and writes nothing twice', async () => {
    const place = await embeddedPlace()
    const backend = await place.open()
    const letters = (await backend.log.createTopic(newTopic(), 1)).name
    const { name: topic } = await backend.log.createTopic(newTopic({ retention: { time: 5, bytes: null } }), 1)
    const append = async (timestamp: number, ...values: readonly string[]) => {
      for (const value of values) await backend.log.append([outgoing(topic, value, { timestamp })])
    }
    const run = { backend, topic, letters, partitions: 1 }
    const written: unknown[] = []
    const write = async (block: Block | ColumnBlock) => void written.push('rows' in block && block.rows)
    await append(0, '0', '1')
    await runSink({ ...run, maxRecords: 100, records: 2, write })
    await append(0, '2')
    await append(100, '3', '4', '5')
    await new Promise<void>((reached) => {
      const never = () => {
        reached()
        return new Promise<never>(() => {})
      }
      void runSink({ ...run, maxRecords: 3, records: 3, write: never })
    })
    await backend.maintain(50)
    const seen = await runSink({ ...run, backend: await place.open(), maxRecords: 100, records: 1, write })
    const group = SinkRunner.groupOf(topic)
    expect(seen.lost).toEqual([`${group} 0: 2-3`, `${group} 0: 3-5`])
    expect(written.at(-1)).toEqual([{ place: '0-5', value: '5' }])
    await place.remove()
  })

  itWithBroker('finds a planned block that begins with what was rolled back, and gives nothing up', async () => {
    const place = await kafkaPlace()
    const backend = await place.open()
    const letters = (await backend.log.createTopic(newTopic(), 1)).name
    const { name: topic } = await backend.log.createTopic(newTopic(), 1)
    for (const value of ['0', '1', '2']) await backend.log.append([outgoing(topic, value)])
    await rollBack(topic)
    for (const value of ['3', '4', '5']) await backend.log.append([outgoing(topic, value)])
    const run = { topic, letters, partitions: 1, maxRecords: 3 }
    const written: string[] = []
    const take = (block: Block | ColumnBlock) => {
      if ('rows' in block) written.push(...block.rows.map(({ value }) => String(value)))
    }
    await new Promise<void>((reached) => {
      const once = async (block: Block | ColumnBlock) => {
        if (written.length > 0) {
          reached()
          return new Promise<never>(() => {})
        }
        return take(block)
      }
      void runSink({ ...run, backend, records: 6, write: once })
    })
    const next = { ...run, backend: await place.open(), records: 3 }
    expect(await runSink({ ...next, write: async (block) => take(block) })).toMatchObject({ resumed: 1, lost: [] })
    expect(written).toEqual(['0', '1', '2', '3', '4', '5'])
    await place.remove()
  })

  it('lets no partition wait behind a long one', async () => {
    const place = await embeddedPlace()
    const backend = await place.open()
    const letters = (await backend.log.createTopic(newTopic(), 1)).name
    const { name: topic } = await backend.log.createTopic(newTopic(), 2)
    await backend.log.append([
      ...Array.from({ length: 100 }, (_, at) => outgoing(topic, `long-${at}`)),
      outgoing(topic, 'short', { partition: partition(1) }),
    ])
    const tokens: string[] = []
    const write = async ({ token }: Block | ColumnBlock) => void tokens.push(token)
    await runSink({ backend, topic, letters, partitions: 2, maxRecords: 10, records: 101, write })
    expect(tokens.findIndex((token) => token.includes(`${topic}-1-`))).toBeLessThan(2)
    await place.remove()
  })

  it('makes one block of what comes while there is more to come, and does not wait for ever', async () => {
    const place = await embeddedPlace()
    const backend = await place.open()
    const letters = (await backend.log.createTopic(newTopic(), 1)).name
    const run = async (coming: (topic: TopicName, looks: number) => Promise<number>) => {
      const { name: topic } = await backend.log.createTopic(newTopic(), 1)
      await backend.log.append([outgoing(topic, 'first')])
      const rows: number[] = []
      let looks = 0
      await runSink({
        ...{ backend, topic, letters, partitions: 1, maxRecords: 100, records: 1 },
        coming: () => coming(topic, looks++),
        write: async (block) => void rows.push('rows' in block ? block.rows.length : block.length),
      })
      return rows
    }
    const afterFive = async (topic: TopicName, looks: number) => {
      if (looks < 5) await backend.log.append([outgoing(topic, 'more')])
      return looks < 5 ? 1 : 0
    }
    expect(await run(afterFive)).toEqual([6])
    expect(await run(async () => 1)).toEqual([1])
    await place.remove()
  })

  it('writes the last block of a backlog as soon as all has come, and waits a little where there was none', async () => {
    const place = await embeddedPlace()
    const backend = await place.open()
    const letters = (await backend.log.createTopic(newTopic(), 1)).name
    const waited = async (before: number) => {
      const { name: topic } = await backend.log.createTopic(newTopic(), 1)
      await backend.log.append([outgoing(topic, 'a'), outgoing(topic, 'b'), outgoing(topic, 'c')])
      const clock = leapingClock()
      const written: number[] = []
      let looks = 0
      await runSink({
        ...{ backend, topic, letters, partitions: 1, maxRecords: 4, records: 5, clock },
        coming: async () => {
          if (looks++ > 0) return 0
          await backend.log.append([outgoing(topic, 'd'), outgoing(topic, 'e')])
          return before
        },
        write: async () => void written.push(clock.now()),
      })
      return (written.at(-1) ?? 0) - (written[0] ?? 0)
    }
    expect(await waited(10_000)).toBe(0)
    expect(await waited(10)).toBeGreaterThanOrEqual(50)
    await place.remove()
  })
})
