import { describe, expect, it } from '@jest/globals'
import { topology } from './builder.js'
import { asOf, latest, within } from './builder-joins.js'
import { deadLetter } from './outcome.js'
import { plan } from './plan.js'
import { TopologyTestDriver } from './testing/topology-test-driver.js'
import { mention, posts, trendsTopology } from './testing/trends-sentence.js'
import { topic } from './topic.js'
import { finalOnly, items, type Topology } from './topology.js'
import { tumbling } from './window.js'

const numbers = topic<number>('numbers', 'bytes')
const texts = topic<string>('texts', 'bytes')

const count = {
  name: 'count',
  initial: () => 0,
  add: (sum: number) => sum + 1,
  result: (sum: number) => sum,
}

describe('a sentence', () => {
  it('is a topology as plain data as soon as it ends in a topic', () => {
    const { name, sources, steps }: Topology = trendsTopology
    expect(name).toBe('consumer-trends')
    expect(sources.map(({ topic: { name: each }, watermark }) => [each, watermark])).toEqual([
      ['posts', 'own'],
      ['reviews', 'own'],
      ['deletions', 'none'],
    ])
    expect(steps.map(({ kind, name: step }) => `${kind} ${step}`)).toEqual([
      'decode mention',
      'mapInBatches sentiment',
      'process firstVersion',
      'to mentions',
      'flatMapValues terms',
      'keyBy term',
      'aggregate trend',
      'to trends',
    ])
  })

  it('lays windows over the key of the source without a repartition', () => {
    const counted = topology('counted')
      .from(texts)
      .groupByKey()
      .window(tumbling({ size: 10, grace: 0 }))
      .aggregate({ ...count, add: (sum: number, _value: string | null) => sum + 1 }, { updates: finalOnly })
      .to(numbers)
    expect(plan(counted)).toHaveLength(1)
    const driver = new TopologyTestDriver(counted)
    for (const [key, timestamp] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['a', 30],
    ] as const)
      driver.pipe(texts, { key, value: 'x', timestamp })
    expect(driver.read(numbers).map(({ key, value }) => [key, value])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
  })

  it('takes the names of steps from their functions, and numbers those that are taken', () => {
    function double(value: number | null): number {
      return 2 * (value ?? 0)
    }
    const { steps } = topology('names')
      .from(numbers)
      .map(double)
      .map(double)
      .map('thrice', (value) => 3 * value)
      .map((value) => value)
      .to(numbers)
    expect(steps.map(({ name }) => name)).toEqual(['double', 'double-2', 'thrice', 'map', 'numbers'])
  })

  it('goes on with the same records after a topic', () => {
    const { steps } = topology('on').from(numbers).to(topic<number | null>('copy', 'bytes')).map(String).to(texts)
    expect(steps.map(({ kind }) => kind)).toEqual(['to', 'map', 'to'])
  })

  it('leaves the stream that it grew from as it was', () => {
    const stem = topology('stem')
      .from(numbers)
      .map('one', () => 1)
    stem.map('two', () => 2)
    expect(stem.to(numbers).steps.map(({ name }) => name)).toEqual(['one', 'numbers'])
  })

  it('refuses impossible limits where they are written', () => {
    const stream = topology('limits').from(numbers)
    expect(() => stream.dedup({ by: String, within: 0 })).toThrow('"within" of dedup')
    expect(() => asOf({ history: -1 })).toThrow('"history" of a join')
    expect(() => within({ before: 1, after: 0.5, grace: 0 })).toThrow('"after" of a join')
    expect(() => topology('no name')).toThrow('is no topic name')
    const step = { name: 's', service: 's', item: () => 1, merge: () => 1 }
    expect(() => stream.mapInBatches(step, { atMost: items(0), within: 1 })).toThrow('"atMost" of s')
  })

  it('is checked by the compiler', () => {
    const stream = topology('types').from(numbers)
    const spec = tumbling({ size: 10, grace: 0 })
    const unfinished = () => {
      // @ts-expect-error a sentence without a sink is no topology
      plan(stream.map(String))
      // @ts-expect-error windows are laid over keys that keyBy chose
      stream.window(spec).aggregate(count)
      // @ts-expect-error nothing but an aggregate follows a window
      stream.keyBy(String).window(spec).to(numbers)
      // @ts-expect-error the grace is always given
      tumbling({ size: 10 })
      // @ts-expect-error the topic takes numbers
      stream.map(String).to(numbers)
      // @ts-expect-error what becomes of unreadable records is said
      topology('t').from(posts).decode(mention)
      // @ts-expect-error how long the state of a key lives is said
      stream.process({ name: 'p', onRecord: () => [1, []] }, {})
      // @ts-expect-error only the table of a left join may have nothing
      stream.leftJoin(texts, latest(), (value) => value)
    }
    expect(unfinished).toBeInstanceOf(Function)
    expect(stream.keyBy(String).window(spec).aggregate(count).to(numbers).steps).toHaveLength(3)
    expect(topology('d').from(posts).decode(mention, { otherwise: deadLetter })).toBeDefined()
  })
})
