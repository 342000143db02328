import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { topology } from '../builder.js'
import { MemoryStores } from '../memory-store.js'
import type { FateSink } from '../operator.js'
import type { Aggregate } from '../processor.js'
import { noHeaders, type StreamRecord } from '../record.js'
import { choices } from '../testing/choices.js'
import { shake } from '../testing/shake.js'
import { lateTopic, TopologyTestDriver } from '../testing/topology-test-driver.js'
import { offset, partition, topic, topicName } from '../topic.js'
import { every, finalOnly } from '../topology.js'
import { tumbling, type WindowSpec } from '../window.js'
import { type ForKeys, FrequentKeys } from './frequent-keys.js'

interface Count {
  readonly key: string
  readonly start: number
  readonly end: number
  readonly values: readonly number[]
}

const texts = topic<ForKeys<number>>('texts', 'x.Text')
const counts = topic<Count>('counts', 'x.Count')
const count: Aggregate<number, number[], Count> = {
  name: 'count',
  initial: () => [],
  add: (into, value) => {
    into.push(value)
    return into
  },
  result: (values, { key, window }) => ({ key, ...window, values: [...values].sort((one, other) => one - other) }),
}
const inner = tumbling({ size: 10, grace: 2, offset: 5 })
const outer = tumbling({ size: 40, grace: 5, offset: 15 })
const windows = { inner, outer }
const atLeast = 3

const frequent = (updates = finalOnly) =>
  topology('frequent')
    .from(texts)
    .filter((text): text is ForKeys<number> => text !== null)
    .keyBy(() => 'all', { name: 'all', partitions: 1 })
    .windows(windows)
    .aggregateFrequent(count, { atLeast, updates })
    .to(counts)

/** The same without holding anything back: one record a key. */
const plain = topology('plain')
  .from(texts)
  .filter((text): text is ForKeys<number> => text !== null)
  .flatMapValues(({ keys, value }) => keys.map((key) => ({ key, value })))
  .keyBy(({ key }) => key, { name: 'each', partitions: 1 })
  .windows(windows)
  .aggregate(
    { ...count, add: (into, { value }: { value: number }) => count.add(into, value, 0) },
    { updates: finalOnly },
  )
  .to(counts)

const inputs = fc.array(
  fc.record({ keys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }), timestamp: fc.nat(150) }),
  { maxLength: 60 },
)
type Input = typeof inputs extends fc.Arbitrary<infer Value> ? Value : never

const pipe = (driver: TopologyTestDriver, given: Input) =>
  driver.pipe(
    texts,
    ...given.map(({ keys, timestamp }, value) => ({ key: String(value % 3), value: { keys, value }, timestamp })),
  )

/** Moves stream time past all windows. */
const finish = (driver: TopologyTestDriver) => {
  for (let silent = 0; silent < 4; silent++) driver.advanceClock(2 ** 20)
  return driver.read(counts).map(({ value }) => value)
}
const options = { settings: { idleAfter: 1_000 }, partitions: 2 }
const order = (one: Count, other: Count) =>
  one.key.localeCompare(other.key) || one.end - one.start - (other.end - other.start) || one.start - other.start

describe('an aggregate of frequent keys', () => {
  it('gives the finals of ordinary windows, less those of rare keys, however it is cut, restarted or crashed', () => {
    fc.assert(
      fc.property(inputs, fc.integer(), (given, seed) => {
        const ordinary = new TopologyTestDriver(plain, options)
        pipe(ordinary, given)
        const expected = finish(ordinary).filter(({ values }) => values.length >= atLeast)
        const choose = choices(seed)
        const driver = new TopologyTestDriver(frequent(), { ...options, choose })
        pipe(driver, given)
        shake(driver, choose)
        const results = finish(driver).filter(({ values }) => values.length >= atLeast)
        expect(results.sort(order)).toEqual(expected.sort(order))
      }),
      { numRuns: 300 },
    )
  })

  it('calls a record late or partly late once, whatever number of keys it names', () => {
    const driver = new TopologyTestDriver(frequent())
    pipe(
      driver,
      [0, 58, 20, 60, 53].map((timestamp) => ({ keys: ['a', 'b', 'c'], timestamp })),
    )
    expect(driver.read(lateTopic).map(({ value }) => [value.windowStart, value.windowEnd, value.key])).toEqual([
      [15, 55, 'all'],
    ])
    expect(driver.fates('frequent.2')).toMatchObject({ read: 5, forwarded: 4, late: 1, partlyLate: 1 })
  })

  it('gives early results of frequent keys alone', () => {
    const driver = new TopologyTestDriver(frequent(every(1)))
    pipe(driver, [
      { keys: ['a', 'b'], timestamp: 20 },
      { keys: ['a', 'b'], timestamp: 21 },
      { keys: ['a'], timestamp: 22 },
    ])
    driver.advanceClock(10)
    expect(driver.read(counts).map(({ value }) => [value.key, value.end - value.start, value.values])).toEqual([
      ['a', 10, [0, 1, 2]],
      ['a', 40, [0, 1, 2]],
    ])
  })

  it('refuses windows that do not nest, and thresholds that are none', () => {
    const keyed = topology('wrong')
      .from(texts)
      .filter((text): text is ForKeys<number> => text !== null)
      .keyBy(() => '')
    const other: WindowSpec = tumbling({ size: 7, grace: 0 })
    expect(() => keyed.windows({ other, outer }).aggregateFrequent(count, { atLeast: 2 })).toThrow('"other" do not lie')
    expect(() => keyed.windows({ outer }).aggregateFrequent(count, { atLeast: 0 })).toThrow('"atLeast"')
  })
})

describe('the state of rare keys', () => {
  const fates: FateSink = { late: () => {}, drop: () => {}, deadLetter: () => {} }
  const record = (value: ForKeys<number>, timestamp: number): StreamRecord<unknown> => ({
    key: 'all',
    value,
    timestamp,
    streamTime: timestamp,
    headers: noHeaders,
    origin: { topic: topicName('x'), partition: partition(0), offset: offset(0) },
  })
  const operator = (stores: MemoryStores, hotKeys?: number) => {
    const context = { openStore: stores.open, fates, ...(hotKeys === undefined ? {} : { hotKeys }) }
    const step = frequent().steps.find((each) => each.kind === 'frequent')
    if (step === undefined) throw new Error('the topology has no such step')
    return new FrequentKeys({ ...step, store: 'held' }, context)
  }
  const words = Array.from({ length: 1_000 }, (_, n) => `palabra${n}`)
  const entries = (stores: MemoryStores) => [...stores.open('held').range('', '\uffff')]

  it('is written in buckets, of which a commit writes those that changed', () => {
    const stores = new MemoryStores()
    const held = operator(stores)
    held.onRecord(record({ keys: words, value: 1 }, 20), () => {})
    held.flush()
    expect(entries(stores).length).toBeLessThan(40)
    const before = new Map(entries(stores).map(([key, value]) => [key, JSON.stringify(value)]))
    held.onRecord(record({ keys: ['palabra7'], value: 2 }, 20), () => {})
    held.flush()
    expect(entries(stores).filter(([key, value]) => JSON.stringify(value) !== before.get(key))).toHaveLength(1)
  })

  it('is gone when its window has closed, and never written when that was before the commit', () => {
    const stores = new MemoryStores()
    const held = operator(stores)
    held.onRecord(record({ keys: words, value: 1 }, 20), () => {})
    held.flush()
    held.onRecord(record({ keys: words, value: 2 }, 59), () => {})
    held.onStreamTime(100, () => {})
    held.flush()
    expect(entries(stores)).toEqual([])
  })

  it('is whole whatever is kept in memory, and after a restart', () => {
    const stores = new MemoryStores()
    const given: unknown[] = []
    for (const value of [1, 2, 3]) {
      const held = operator(stores, value === 2 ? 0 : 10)
      for (const half of [words.slice(0, 500), words.slice(500)]) {
        held.onRecord(record({ keys: half, value }, 20 + value), () => {})
        held.flush()
      }
      held.onStreamTime(value === 3 ? 1_000 : 0, (result) => given.push(result.value))
    }
    const wanted = [
      { start: 15, end: 25 },
      { start: 15, end: 55 },
    ].flatMap((window) => words.map((key) => ({ key, ...window, values: [1, 2, 3] })))
    const inOrder = (results: readonly unknown[]) => results.map((result) => JSON.stringify(result)).sort()
    expect(inOrder(given)).toEqual(inOrder(wanted))
  })
})
