import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { topology } from './builder.js'
import { forward } from './outcome.js'
import { partitionFor } from './partitioner.js'
import type { Aggregate, Processor } from './processor.js'
import { withValue } from './record.js'
import { choices } from './testing/choices.js'
import { lateTopic, TopologyTestDriver } from './testing/topology-test-driver.js'
import { topic } from './topic.js'
import { finalOnly } from './topology.js'
import { encodeUtf8 } from './utf8.js'
import { tumbling } from './window.js'

interface Said {
  readonly key: string
  /** Index of the topic it is written to. */
  readonly to: number
  /** Milliseconds since the one before, or back from it. */
  readonly step: number
  /** Its writer has not heard of the latest partitions yet. */
  readonly stale: boolean
}

interface Growth {
  /** Records before it. */
  readonly after: number
  readonly topic: number
  readonly by: number
}

interface Case {
  readonly said: readonly Said[]
  readonly growths: readonly Growth[]
  readonly tasks: number
  readonly seed: number
}

const size = 10
const [grace, step] = [3, 4]
const [notes, remarks, commands] = [
  topic<{ n: number }>('notes', 'bytes'),
  topic<{ n: number }>('remarks', 'bytes'),
  topic<{ n: number }>('commands', 'bytes'),
] as const
const sources = [notes, remarks, commands]
const copies = topic<{ key: string; n: number }>('copies', 'bytes')
const counts = topic<{ start: number; n: number }>('counts', 'bytes')

/** Numbers the records of each key: a key whose state is not found begins anew. */
const numbered: Processor<number, { n: number }, { key: string; n: number }> = {
  name: 'numbered',
  onRecord: (n = 0, record) => [n + 1, [forward(withValue(record, { key: record.key ?? '', n: n + 1 }))]],
}

const count: Aggregate<unknown, { n: number }, { start: number; n: number }> = {
  name: 'count',
  initial: () => ({ n: 0 }),
  add: (sum) => ({ n: sum.n + 1 }),
  result: ({ n }, { window }) => ({ start: window.start, n }),
}

const sentence = topology('numbers')
  .from(notes, remarks)
  .with(commands)
  .process(numbered, { expireAfter: null })
  .to(copies)
  .keyBy(() => 'all', { name: 'all', partitions: 1 })
  .window(tumbling({ size, grace, offset: 0 }))
  .aggregate(count, { updates: finalOnly })
  .to(counts)

/** Sends the records, some of them late or behind the back of the growth, while tasks run, crash and begin anew. */
function run({ said, growths, tasks, seed }: Case, isQuiet: boolean) {
  const choose = choices(seed)
  const driver = new TopologyTestDriver(sentence, { partitions: tasks, choose })
  const widths = sources.map(() => tasks)
  const before = sources.map(() => tasks)
  let at = 0
  const times: number[] = []
  const pipe = (to: number, key: string, partitions: number) => {
    times.push(at)
    const place = partitionFor(encodeUtf8(key), partitions)
    driver.pipe(sources[to] as (typeof sources)[0], { key, value: { n: 0 }, timestamp: at, partition: place })
  }
  for (const [index, { key, to, step: by, stale }] of said.entries()) {
    for (const growth of growths.filter(({ after }) => after === index)) {
      if (isQuiet) driver.run('numbers.1')
      before[growth.topic] = widths[growth.topic] ?? tasks
      widths[growth.topic] = (widths[growth.topic] ?? tasks) + growth.by
      driver.widen(sources[growth.topic] as (typeof sources)[0], widths[growth.topic] ?? tasks)
    }
    at = Math.max(0, at + by)
    pipe(to, key, (stale ? before[to] : widths[to]) ?? tasks)
    for (let steps = choose(3); steps > 0; steps -= 1) driver.step()
    const misfortune = choose(12)
    if (misfortune === 0) driver.restart()
    if (misfortune === 1) driver.crash()
  }
  // Windows close once every partition has shown a later time.
  at = Math.max(...times, 0) + 1_000
  for (const [to, partitions] of widths.entries())
    for (let place = 0; place < partitions; place += 1) pipe(to, keyIn(place, partitions), partitions)
  const results = {
    copies: driver.read(copies).map(({ value }) => value),
    counts: driver.read(counts).map(({ value }) => value),
    late: driver.read(lateTopic).map(({ value }) => value),
  }
  return { ...results, times }
}

function keyIn(place: number, partitions: number): string {
  for (let number = 0; ; number += 1)
    if (partitionFor(encodeUtf8(`last${number}`), partitions) === place) return `last${number}`
}

/** @param topics of which records are, commands last: when those are taken is the input's own */
const cases = (isInOrder: boolean, topics = sources.length): fc.Arbitrary<Case> =>
  fc.record({
    said: fc.array(
      fc.record({
        key: fc.constantFrom('ceviche', 'causa', 'ají', 'lúcuma', 'olluco', 'quinua'),
        to: fc.nat(topics - 1),
        step: isInOrder ? fc.nat(2 * step) : fc.integer({ min: -5 * step, max: 3 * step }),
        stale: fc.boolean(),
      }),
      { minLength: 10, maxLength: 60 },
    ),
    growths: fc.array(fc.record({ after: fc.nat(30), topic: fc.nat(2), by: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    tasks: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer(),
  })

/** Each key has its numbers from 1 on, and each record is in one window or late. */
function nothingIsLost({ copies: numbers, counts: finals, late, times }: ReturnType<typeof run>): void {
  const byKey = new Map<string, number[]>()
  for (const { key, n } of numbers) byKey.set(key, [...(byKey.get(key) ?? []), n])
  for (const found of byKey.values()) expect(found.sort((a, b) => a - b)).toEqual(found.map((_, index) => index + 1))
  expect(numbers.length).toBe(times.length)

  expect(new Set(finals.map(({ start }) => start)).size).toBe(finals.length)
  const inWindows = new Map<number, number>()
  for (const time of times) {
    const start = Math.floor(time / size) * size
    if (start < Math.max(...times) - size) inWindows.set(start, (inWindows.get(start) ?? 0) + 1)
  }
  for (const { windowStart, windowEnd, streamTime } of late) {
    expect(streamTime).toBeGreaterThanOrEqual(windowEnd + grace)
    inWindows.set(windowStart, (inWindows.get(windowStart) ?? 0) - 1)
  }
  const counted = new Map(finals.map(({ start, n }) => [start, n]))
  for (const [start, n] of inWindows) expect([start, counted.get(start) ?? 0]).toEqual([start, n])
}

describe('a topic that is given more partitions', () => {
  it('keeps the state of every key, and each record has one fate, whenever that happens', () => {
    fc.assert(
      fc.property(cases(false), (given) => nothingIsLost(run(given, false))),
      { numRuns: 150 },
    )
  })

  it('makes nothing late of what comes in the order of time', () => {
    fc.assert(
      fc.property(cases(true), (given) => {
        const result = run(given, false)
        expect(result.late).toEqual([])
        nothingIsLost(result)
      }),
      { numRuns: 150 },
    )
  })

  it('lets a command from a partition that no other input has be no earlier than what all have shown', () => {
    const driver = new TopologyTestDriver(sentence, { partitions: 1 })
    driver.widen(commands, 2)
    for (const source of [notes, remarks]) driver.pipe(source, { key: 'causa', value: { n: 0 }, timestamp: 100 })
    driver.run()
    driver.pipe(commands, { key: keyIn(1, 2), value: { n: 0 }, timestamp: 5 })
    expect(driver.read(lateTopic).map(({ value: { streamTime } }) => streamTime)).toEqual([100])
  })

  it('gives the same however the tasks run, when the stage that reads it had read all before', () => {
    fc.assert(
      fc.property(cases(false, 2), fc.integer(), (given, seed) => {
        const [one, other] = [run(given, true), run({ ...given, seed }, true)].map(({ counts: finals, late }) => ({
          finals: finals.map((final) => JSON.stringify(final)).sort(),
          late: late
            .map(({ timestamp, streamTime, windowStart }) => [timestamp, streamTime, windowStart].join())
            .sort(),
        }))
        expect(one).toEqual(other)
      }),
      { numRuns: 150 },
    )
  })
})
