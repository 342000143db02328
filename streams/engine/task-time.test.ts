import { describe, expect, it } from '@jest/globals'
import { topology } from './builder.js'
import { within } from './builder-joins.js'
import { MemoryStores } from './memory-store.js'
import { plan } from './plan.js'
import { noHeaders } from './record.js'
import type { TaskInput } from './stage.js'
import { createTask } from './task.js'
import { choices } from './testing/choices.js'
import { jsonSerdes } from './testing/json-serdes.js'
import { inRow } from './testing/memory-log.js'
import { shake } from './testing/shake.js'
import { deadLetterTopic, lateTopic, TopologyTestDriver } from './testing/topology-test-driver.js'
import { offset, partition, topic, topicName } from './topic.js'
import { finalOnly } from './topology.js'
import { encodeUtf8 } from './utf8.js'
import { tumbling } from './window.js'

interface Count {
  readonly key: string
  readonly start: number
  readonly n: number
}

const words = topic<string>('words', 'bytes', { partitions: 2 })
const orders = topic<string>('orders', 'bytes', { partitions: 2 })
const counts = topic<Count>('counts', 'bytes', { partitions: 1 })

const count = {
  name: 'count',
  initial: () => ({ n: 0 }),
  add: (sum: { n: number }) => ({ n: sum.n + 1 }),
  result: ({ n }: { n: number }, { key, window }: { key: string; window: { start: number } }): Count => ({
    key,
    start: window.start,
    n,
  }),
}

const windowed = topology('counts')
  .from(words)
  .keyBy((value) => value, { name: 'word', partitions: 3 })
  .window(tumbling({ size: 10, grace: 0 }))
  .aggregate(count, { updates: finalOnly })
  .to(counts)

const say = (timestamp: number, partition: number, value = 'a') => ({ timestamp, partition, value })
const finals = (driver: TopologyTestDriver) =>
  driver.read(counts).map(({ value: { key, start, n } }) => `${key}@${start}=${n}`)

describe('watermarks over a repartition topic', () => {
  it('wait for the slowest partition before it', () => {
    const driver = new TopologyTestDriver(windowed)
    driver.pipe(words, say(3, 0), say(25, 0), say(4, 1))
    expect(finals(driver)).toEqual([])
    driver.pipe(words, say(9, 1), say(10, 1))
    expect(finals(driver)).toEqual(['a@0=3'])
  })

  it('reach every partition, also those that got no record', () => {
    const driver = new TopologyTestDriver(windowed)
    driver.pipe(words, say(3, 0), say(25, 0), say(26, 1, 'z'))
    driver.run()
    expect(driver.streamTime('counts.2')).toBe(25)
  })

  it('are not counted as records', () => {
    const driver = new TopologyTestDriver(windowed)
    driver.pipe(words, say(3, 0), say(4, 1))
    expect(driver.fates('counts.2').read).toBe(2)
    expect(driver.fates('counts.1').written).toEqual(new Map([['counts.word-repartition', 2]]))
  })

  it('let windows of silent partitions close once those are idle', () => {
    const driver = new TopologyTestDriver(windowed, { settings: { idleAfter: 1_000 } })
    driver.pipe(words, say(3, 0), say(25, 0), say(1, 1))
    expect(finals(driver)).toEqual([])
    driver.advanceClock(999)
    driver.pipe(words, say(26, 0))
    expect(finals(driver)).toEqual([])
    driver.advanceClock(1)
    expect(finals(driver)).toEqual(['a@0=2'])
  })

  it('do not go back when an idle partition wakes up; what is then behind a final is late', () => {
    const driver = new TopologyTestDriver(windowed, { settings: { idleAfter: 1_000 } })
    driver.pipe(words, say(3, 0), say(25, 0), say(1, 1))
    driver.advanceClock(999)
    driver.pipe(words, say(26, 0))
    driver.advanceClock(1)
    expect(finals(driver)).toEqual(['a@0=2'])
    driver.pipe(words, say(5, 1), say(28, 1))
    expect(driver.read(lateTopic).map(({ value }) => [value.timestamp, value.windowEnd])).toEqual([[5, 10]])
    expect(driver.streamTime('counts.2')).toBe(26)
  })

  it('move on with the clock when every partition is silent, and ask to be woken for it', () => {
    const driver = new TopologyTestDriver(windowed, { settings: { idleAfter: 1_000 } })
    driver.pipe(words, say(3, 0), say(14, 1))
    driver.run()
    expect(driver.wakeAt).toBe(1_000)
    driver.advanceClock(1_000)
    expect(finals(driver)).toEqual(['a@0=1'])
    expect(driver.wakeAt).toBe(1_006)
    driver.advanceClock(5)
    expect(finals(driver)).toEqual([])
    driver.advanceClock(1)
    expect(finals(driver)).toEqual(['a@10=1'])
    expect(driver.wakeAt).toBe(null)
  })

  it('remember over a restart which producers are idle', () => {
    const driver = new TopologyTestDriver(windowed, { settings: { idleAfter: 1_000 } })
    driver.pipe(words, say(3, 0))
    driver.advanceClock(1_000)
    driver.restart()
    driver.pipe(words, say(12, 0))
    expect(finals(driver)).toEqual(['a@0=1'])
  })
})

describe('a partition that is not read from', () => {
  const joined = topology('pairs')
    .from(words)
    .join(orders, within({ before: 5, after: 5, grace: 0 }), (word, order) => word + order)
    .to(topic<string>('pairs', 'bytes', { partitions: 1 }))

  const [stage] = plan(joined)
  const at = (name: string) => ({ topic: topicName(name), partition: partition(0) })
  const records = (name: string, ...timestamps: readonly number[]) =>
    timestamps.map((timestamp, index) => ({
      ...at(name),
      offset: offset(index),
      key: encodeUtf8('k'),
      value: encodeUtf8('"v"'),
      timestamp,
      headers: noHeaders,
    }))

  it('is paused while its records wait, and is not idle, however long that takes', () => {
    if (stage === undefined) throw new Error('the plan has one stage')
    const task = createTask(stage, partition(0), {
      serdes: jsonSerdes,
      openStore: new MemoryStores().open,
      partitionsOf: () => 1,
      lateTopic,
      deadLetterTopic,
      settings: {
        idleAfter: 10,
        bufferedRecords: 2,
        timestamps: { from: 0, aheadOfClock: 100 },
        maxValueBytes: 100,
      },
    })
    const run = (now: number, ...fetched: TaskInput['fetched']) => {
      const step = task.run({ fetched, now }).next()
      if (step.done !== true) throw new Error('no service is asked')
      return [...task.flush(now).offsets].map(([id, { next }]) => `${id}:${next}`)
    }
    const waiting = { at: at('words'), batches: [inRow(records('words', 1, 2))], atEnd: true }
    expect(run(0, waiting, { at: at('orders'), batches: [], atEnd: false })).toEqual([])
    expect(task.full).toEqual(new Set(['words-0']))
    expect(run(1_000_000, { at: at('orders'), batches: [], atEnd: false })).toEqual([])
    expect(task.streamTime).toBe(null)
    // The words are used up, and as they were not fetched beside the orders, more of them may have come: the orders wait.
    expect(run(1_000_000, { at: at('orders'), batches: [inRow(records('orders', 1, 2, 3))], atEnd: true })).toEqual([
      'words-0:2',
      'orders-0:1',
    ])
    expect(task.streamTime).toBe(1)
    expect(run(1_000_000, { at: at('words'), batches: [], atEnd: true })).toEqual(['orders-0:3'])
  })
})

describe('a task whose inputs are silent', () => {
  it('has nothing to commit, however far the clock moves its stream time', () => {
    const [stage] = plan(
      topology('copies')
        .from(words)
        .to(topic<string>('copies', 'bytes', { partitions: 1 })),
    )
    if (stage === undefined) throw new Error('the plan has one stage')
    const task = createTask(stage, partition(0), {
      serdes: jsonSerdes,
      openStore: new MemoryStores().open,
      partitionsOf: () => 1,
      lateTopic,
      deadLetterTopic,
      settings: {
        idleAfter: 10,
        bufferedRecords: 2,
        timestamps: { from: 0, aheadOfClock: 100 },
        maxValueBytes: 100,
      },
    })
    const at = { topic: words.name, partition: partition(0) }
    const record = { ...at, offset: offset(0), key: null, value: encodeUtf8('"v"'), timestamp: 5, headers: noHeaders }
    const changed = (now: number, ...records: readonly (typeof record)[]) => {
      const batches = records.length === 0 ? [] : [inRow(records)]
      if (task.run({ fetched: [{ at, batches, atEnd: true }], now }).next().done !== true)
        throw new Error('it is asked')
      return task.flush(now).changed
    }
    expect(changed(0, record)).toBe(true)
    expect([20, 30, 1_000].map((now) => [changed(now), task.streamTime])).toEqual([
      [false, 15],
      [false, 25],
      [false, 995],
    ])
    expect(changed(1_000, { ...record, offset: offset(1), timestamp: 1_000 })).toBe(true)
  })
})

describe('the order in which inputs are taken', () => {
  const one = topic<number>('one', 'bytes')
  const two = topic<number>('two', 'bytes')
  const commands = topic<number>('commands', 'bytes')
  const seen = topic<readonly number[]>('seen', 'bytes')
  const sentence = topology('order')
    .from(one, two)
    .with(commands)
    .map('seen', (value, { timestamp, streamTime }) => [value ?? 0, timestamp, streamTime])
    .to(seen)

  it('is that of their timestamps, however they were fetched', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const choose = choices(seed)
      const driver = new TopologyTestDriver(sentence, { choose })
      driver.pipe(one, ...[10, 30, 20, 60].map((timestamp) => ({ value: 1, timestamp })))
      driver.pipe(two, ...[10, 25, 50].map((timestamp) => ({ value: 2, timestamp })))
      driver.pipe(commands, ...[5, 15, 40].map((timestamp) => ({ value: 3, timestamp })))
      shake(driver, choose)
      expect(driver.read(seen).map(({ value }) => value)).toEqual([
        [3, 5, 5],
        [1, 10, 10],
        [2, 10, 10],
        // A topic that does not hold the watermark back takes the stream time that the others have reached.
        [3, 15, 15],
        [2, 25, 25],
        [1, 30, 30],
        [1, 20, 30],
        [3, 40, 40],
        [2, 50, 50],
        [1, 60, 60],
      ])
    }
  })

  it('gives a late command the stream time of the other inputs', () => {
    const driver = new TopologyTestDriver(sentence)
    driver.pipe(one, { value: 1, timestamp: 100 })
    driver.pipe(two, { value: 2, timestamp: 90 })
    driver.run()
    driver.restart()
    driver.pipe(commands, { value: 3, timestamp: 50 })
    expect(driver.read(seen).at(-1)?.value).toEqual([3, 50, 100])
    expect(driver.streamTime('order.1')).toBe(90)
  })
})
