import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { topology } from './builder.js'
import type { Aggregate } from './processor.js'
import { choices } from './testing/choices.js'
import { lateTopic, TopologyTestDriver } from './testing/topology-test-driver.js'
import { topic } from './topic.js'
import { finalOnly } from './topology.js'
import { assign, hopping } from './window.js'

interface Said {
  readonly partition: number
  readonly timestamp: number
  readonly terms: readonly string[]
}

interface Case {
  readonly said: readonly Said[]
  readonly sources: number
  readonly repartitions: number
  readonly seed: number
}

const windows = { size: 12, advance: 4, grace: 3 }
const counts = topic<unknown>('counts', 'bytes')

const count: Aggregate<string, { n: number }, unknown> = {
  name: 'count',
  initial: () => ({ n: 0 }),
  add: (sum) => ({ n: sum.n + 1 }),
  result: ({ n }, { key, window, isFinal, revision }) => ({ key, ...window, n, isFinal, revision }),
}

function pipeline(sources: number, repartitions: number) {
  const texts = topic<Said>('texts', 'bytes', { partitions: sources })
  const sentence = topology('words')
    .from(texts)
    .flatMapValues('terms', (said) => said?.terms ?? [])
    .keyBy((term) => term, { name: 'term', partitions: repartitions })
    .window(hopping(windows))
    .aggregate(count, { updates: finalOnly })
    .to(counts)
  return { texts, sentence }
}

/** What a run gave, in an order that does not depend on how it went. */
interface Result {
  readonly finals: readonly string[]
  readonly late: readonly string[]
  readonly read: readonly [number, number]
  readonly forwarded: readonly [number, number]
  readonly filtered: number
}

function run({ said, sources, repartitions, seed }: Case): Result {
  const choose = choices(seed)
  const { texts, sentence } = pipeline(sources, repartitions)
  const driver = new TopologyTestDriver(sentence, { choose })
  for (const { partition, ...value } of said) {
    driver.pipe(texts, { value, timestamp: value.timestamp, partition: partition % sources })
    for (let steps = choose(3); steps > 0; steps -= 1) driver.step()
    const misfortune = choose(12)
    if (misfortune === 0) driver.restart()
    if (misfortune === 1) driver.crash()
  }
  const finals = driver.read(counts).map(({ value }) => JSON.stringify(value))
  const late = driver
    .read(lateTopic)
    .map(({ value: { key, timestamp, streamTime, windowStart, windowEnd } }) =>
      [key, timestamp, streamTime, windowStart, windowEnd].join(),
    )
  const [first, second] = [driver.fates('words.1'), driver.fates('words.2')]
  for (const fates of [first, second]) {
    const sum = (counted: ReadonlyMap<string, number>) => [...counted.values()].reduce((total, each) => total + each, 0)
    expect(fates.forwarded + fates.late + sum(fates.dropped) + sum(fates.deadLettered)).toBe(fates.read)
  }
  return {
    finals: finals.sort(),
    late: late.sort(),
    read: [first.read, second.read],
    forwarded: [first.forwarded, second.forwarded],
    filtered: first.dropped.get('filtered') ?? 0,
  }
}

/** The same worked out from the definitions, record by record. */
function oracle({ said, sources }: Case): Result {
  const streamTimes = new Map<number, number>()
  const sums = new Map<string, { key: string; start: number; end: number; n: number }>()
  const late: string[] = []
  let terms = 0
  for (const { partition, timestamp, terms: words } of said) {
    const source = partition % sources
    const streamTime = Math.max(timestamp, streamTimes.get(source) ?? 0)
    streamTimes.set(source, streamTime)
    for (const key of words) {
      terms += 1
      const all = assign({ kind: 'hopping', offset: 0, ...windows }, timestamp)
      const open = all.filter(({ end }) => end + windows.grace > streamTime)
      const newest = all.at(-1)
      if (open.length === 0) late.push([key, timestamp, streamTime, newest?.start, newest?.end].join())
      for (const window of open) {
        const id = `${key} ${window.start}`
        const sum = sums.get(id) ?? { key, ...window, n: 0 }
        sums.set(id, { ...sum, n: sum.n + 1 })
      }
    }
  }
  const combined = streamTimes.size < sources ? -1 : Math.min(...streamTimes.values())
  const finals = [...sums.values()].filter(({ end }) => end + windows.grace <= combined)
  const silent = said.filter(({ terms: words }) => words.length === 0).length
  return {
    finals: finals.map((each) => JSON.stringify({ ...each, isFinal: true, revision: 1 })).sort(),
    late: late.sort(),
    read: [said.length, terms],
    forwarded: [said.length - silent, terms - late.length],
    filtered: silent,
  }
}

const cases: fc.Arbitrary<Case> = fc.record({
  said: fc.array(
    fc.record({
      partition: fc.nat(3),
      timestamp: fc.nat(80),
      terms: fc.array(fc.constantFrom('ceviche', 'causa', 'ají', 'lúcuma'), { maxLength: 3 }),
    }),
    { maxLength: 40 },
  ),
  sources: fc.integer({ min: 1, max: 4 }),
  repartitions: fc.integer({ min: 1, max: 4 }),
  seed: fc.integer(),
})

describe('a topology of two stages', () => {
  it('gives the finals, late records and fates of the definitions, in any cuts, order of tasks, restarts and crashes', () => {
    fc.assert(
      fc.property(cases, (given) => {
        expect(run(given)).toEqual(oracle(given))
      }),
      { numRuns: 300 },
    )
  })
})
