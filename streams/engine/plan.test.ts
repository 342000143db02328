import { describe, expect, it } from '@jest/globals'
import { topology } from './builder.js'
import { asOf, within } from './builder-joins.js'
import { MemoryStores } from './memory-store.js'
import { plan, taskCount, taskInputs } from './plan.js'
import { createTask } from './task.js'
import { jsonSerdes } from './testing/json-serdes.js'
import { deadLetterTopic, lateTopic } from './testing/topology-test-driver.js'
import { deletions, posts, reviews, trendsTopology } from './testing/trends-sentence.js'
import { partition, topic } from './topic.js'
import type { StepNode, Topology } from './topology.js'
import { TopologyError } from './validate-topology.js'
import { tumbling } from './window.js'

const a = topic<number>('a', 'bytes')
const b = topic<number>('b', 'bytes')
const out = topic<number>('out', 'bytes')
const key = (value: number | null) => String(value)

describe('a plan', () => {
  it('cuts a topology at keyBy', () => {
    const [first, second, ...more] = plan(trendsTopology)
    expect(more).toEqual([])
    expect(first?.id).toBe('consumer-trends.1')
    expect(first?.steps.at(-1)?.kind).toBe('keyBy')
    expect(first?.outputs.map(({ name }) => name)).toEqual(['mentions', 'consumer-trends.term-repartition'])
    expect(second?.inputs).toMatchObject([
      { role: 'repartition', watermark: 'own', producers: ['posts', 'reviews', 'deletions'] },
    ])
    expect(second?.stores).toEqual(['__task', 'trend'])
  })

  it('makes the other topic of a join an input of its stage, once', () => {
    const [, joining] = plan(
      topology('joins')
        .from(a)
        .keyBy(key)
        .join(b, asOf({ history: 5 }), function first(left, right) {
          return left + right
        })
        .join(b, within({ before: 1, after: 1, grace: 1 }), function second(left, right) {
          return left + right
        })
        .to(out),
    )
    expect(joining?.inputs.slice(1)).toMatchObject([
      { topic: { name: 'b' }, role: 'other-side', watermark: 'own', feeds: ['first', 'second'] },
    ])
  })

  it('gives a stage as many tasks as its widest input has partitions', () => {
    const [first] = plan(trendsTopology)
    const partitionsOf = (name: string) => (name === posts.name ? 4 : 2)
    expect(first && taskCount(first, partitionsOf)).toBe(4)
    const inputs = (index: number) =>
      first && taskInputs(first, partition(index), partitionsOf).map((at) => String(at.topic))
    expect(inputs(1)).toEqual([posts.name, reviews.name, deletions.name])
    expect(inputs(3)).toEqual([posts.name])
  })

  const base: Topology = topology('bad')
    .from(a)
    .map('m', () => 1)
    .to(out)
  const to = (name: string): StepNode => ({ kind: 'to', name, topic: topic<unknown>(name, 'bytes'), key: null })
  const keyBy: StepNode = { kind: 'keyBy', name: 'k', key: String, topic: topic('k', 'internal') }
  const dedup = (name: string, store: string): StepNode => ({ kind: 'dedup', name, store, by: String, within: 1 })

  it.each<readonly [string, Topology]>([
    ['has no sink', { ...base, steps: base.steps.slice(0, 1) }],
    ['nothing follows keyBy "k"', { ...base, steps: [to('x'), keyBy] }],
    ['what the step "d" gives is lost', { ...base, steps: [to('x'), dedup('d', 's')] }],
    ['two steps are named "x"', { ...base, steps: [to('x'), to('x')] }],
    ['in the store "s"', { ...base, steps: [dedup('d', 's'), dedup('e', 's'), to('x')] }],
    ['reads the topic "a" twice', { ...base, sources: [...base.sources, ...base.sources] }],
    ['no source moves its stream time', { ...base, sources: [{ topic: a, watermark: 'none' }] }],
    ['writes "a", which it also reads', { ...base, steps: [to('a')] }],
    ['make it the first step', { ...base, steps: [to('x'), decode(), to('y')] }],
    ['meets "a" with itself', selfJoin()],
    ['unknown kind "cross"', { ...base, steps: [crossJoin(), to('x')] }],
  ])('refuses a topology that %s', (problem, bad) => {
    expect(() => plan(bad)).toThrow(TopologyError)
    expect(() => plan(bad)).toThrow(problem)
  })
})

describe('a task', () => {
  const made = (sentence: Topology) => {
    const [stage] = plan(sentence)
    return (
      stage &&
      createTask(stage, partition(0), {
        serdes: jsonSerdes,
        openStore: new MemoryStores().open,
        partitionsOf: (name) => (name === 'a' ? 3 : 2),
        lateTopic,
        deadLetterTopic,
        settings: { idleAfter: null, bufferedRecords: 1, timestamps: { from: 0, aheadOfClock: 1 }, maxValueBytes: 1 },
      })
    )
  }

  it('refuses to join topics with different numbers of partitions', () => {
    const joined = topology('uneven')
      .from(a)
      .join(b, asOf({ history: 5 }), (left) => left)
      .to(out)
    expect(() => made(joined)).toThrow('a, which has 3 partitions, with b, which has 2')
  })

  it('refuses windows over the keys of topics with different numbers of partitions', () => {
    const count = { name: 'count', initial: () => 0, add: (sum: number) => sum + 1, result: (sum: number) => sum }
    const counted = topology('uneven')
      .from(a, b)
      .groupByKey()
      .window(tumbling({ size: 5, grace: 0 }))
      .aggregate(count)
    expect(() => made(counted.to(out))).toThrow('a, which has 3 partitions, and b, which has 2')
  })
})

function decode(): StepNode {
  return {
    kind: 'decode',
    name: 'd',
    decoder: { name: 'd', decode: () => ({ kind: 'drop', reason: 'filtered' }) },
    otherwise: () => ({ kind: 'drop', reason: 'filtered' }),
  }
}

function selfJoin(): Topology {
  return topology('self')
    .from(a)
    .join(a, asOf({ history: 5 }), (left) => left)
    .to(out)
}

function crossJoin(): StepNode {
  // A topology made by hand may hold anything.
  const join: Extract<StepNode, { kind: 'join' }>['join'] = { ...JSON.parse('{ "kind": "cross" }'), table: b }
  return { kind: 'join', name: 'j', join, store: 'j' }
}
