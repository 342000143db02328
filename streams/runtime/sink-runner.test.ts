import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { newTopic, outgoing, text } from '../../tests/support/backends.js'
import { embeddedPlace } from '../../tests/support/embedded-place.js'
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
      add: (records) => {
        for (const { partition, offset, value } of records) {
          const place = `${partition}-${offset}`
          if (text(value) === 'bad') rejected.push(outgoing(letters, place))
          else rows.push({ place, value: text(value) ?? '' })
        }
      },
      block: (token) => (rows.length === 0 ? null : { table: 't', rows, token }),
    }
  },
})

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
}

/** Runs a sink until so many records are committed. */
async function runSink({ backend, topic, letters, partitions, maxRecords, write, records, read }: Run) {
  const stop = new AbortController()
  const reports: SinkReport[] = []
  const seen = { resumed: 0, failed: 0, reports }
  let left = records
  const runner = new SinkRunner(
    topic,
    Array.from({ length: partitions }, (_, index) => partition(index)),
    mapping(letters),
    {
      backend,
      clock: leapingClock(),
      write,
      maxRecords,
      linger: 400,
      prepare: async () => read?.(),
      observer: {
        resumed: () => {
          seen.resumed += 1
        },
        failed: () => {
          seen.failed += 1
        },
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
})
