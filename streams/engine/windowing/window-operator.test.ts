import { describe, expect, it } from '@jest/globals'
import { MemoryStore } from '../memory-store.js'
import type { Operator } from '../operator.js'
import type { Aggregate } from '../processor.js'
import { noHeaders, type StreamRecord } from '../record.js'
import type { StateStore } from '../store.js'
import { offset, partition, topicName } from '../topic.js'
import type { Updates } from '../topology.js'
import { hopping, session, sliding, tumbling, type WindowSpec } from '../window.js'
import { windowAggregate } from './aggregates.js'

/** Counts what is asked of a store. */
class CountingStore implements StateStore<unknown> {
  readonly inner = new MemoryStore<unknown>()
  gets = 0
  writes = 0
  ranged = 0

  get(key: string): unknown {
    this.gets += 1
    return this.inner.get(key)
  }
  put(key: string, value: unknown): void {
    this.writes += 1
    this.inner.put(key, value)
  }
  delete(key: string): void {
    this.writes += 1
    this.inner.delete(key)
  }
  *range(from: string, to: string): Iterable<readonly [string, unknown]> {
    for (const entry of this.inner.range(from, to)) {
      this.ranged += 1
      yield entry
    }
  }
}

const sum: Aggregate<number, number, number> = {
  name: 'sum',
  initial: () => 0,
  add(total, value) {
    if (value < 0) throw new Error('a negative value')
    return total + value
  },
  result: (total) => total,
}
const mergingSum: typeof sum = { ...sum, merge: (into, other) => into + other }

interface Options {
  readonly window: WindowSpec
  readonly updates?: Updates
  readonly store?: CountingStore
  readonly hotKeys?: number
}

function operatorOf({ window, updates = { kind: 'final-only' }, store = new CountingStore(), hotKeys }: Options) {
  const fates = { late: () => undefined, drop: () => undefined, deadLetter: () => undefined }
  const openStore = <Value>() => store as StateStore<unknown> as StateStore<Value>
  const step = { name: 'step', window, aggregate: mergingSum, updates, store: 'windows' }
  return windowAggregate(step, { openStore, fates, ...(hotKeys === undefined ? {} : { hotKeys }) })
}

const record = (key: string, timestamp: number, value = 1): StreamRecord<number> => ({
  key,
  value,
  timestamp,
  streamTime: timestamp,
  headers: noHeaders,
  origin: { topic: topicName('input'), partition: partition(0), offset: offset(0) },
})

const ignore = () => undefined

function finalsAt(operator: Operator<number, number>, streamTime: number): readonly StreamRecord<number>[] {
  const finals: StreamRecord<number>[] = []
  operator.onStreamTime(streamTime, (final) => void finals.push(final))
  return finals
}

describe('a windowed operator and its store', () => {
  it('writes nothing for windows that open and close between two flushes, but how far it is', () => {
    const store = new CountingStore()
    const operator = operatorOf({ window: tumbling({ size: 10, grace: 0 }), store })
    for (let key = 0; key < 100; key++) operator.onRecord(record(`k${key}`, 5), ignore)
    expect(finalsAt(operator, 10)).toHaveLength(100)
    operator.flush()
    expect(store.writes).toBe(1)
  })

  it('writes once a flush, however often the windows of a key changed', () => {
    const store = new CountingStore()
    const window = hopping({ size: 20, advance: 1, grace: 0 })
    const operator = operatorOf({ window, store, updates: { kind: 'every', interval: 1_000 } })
    operator.onRecord(record('k', 485), ignore)
    operator.flush()
    store.writes = 0
    for (let count = 0; count < 50; count++) operator.onRecord(record('k', 485), ignore)
    operator.flush()
    expect(store.writes).toBe(1)
  })

  it('writes what changed of a key, however many other windows it has open', () => {
    const store = new CountingStore()
    const operator = operatorOf({ window: tumbling({ size: 10, grace: 100_000 }), store })
    for (let at = 0; at < 50_000; at += 10) operator.onRecord(record('k', at), ignore)
    operator.flush()
    store.writes = 0
    operator.onRecord(record('k', 25_000), ignore)
    operator.flush()
    expect(store.writes).toBe(1)
  })

  it('takes what is closed of a key out of it when the key is written again', () => {
    const store = new CountingStore()
    const operator = operatorOf({ window: tumbling({ size: 10, grace: 0 }), store })
    const sizes = Array.from({ length: 20 }, (_, round) => {
      for (let at = 0; at < 1_000; at += 10) operator.onRecord(record('k', round * 1_000 + at), ignore)
      finalsAt(operator, round * 1_000 + 995)
      operator.flush()
      return store.inner.entries().length
    })
    expect(new Set(sizes).size).toBeLessThanOrEqual(2)
  })

  it('leaves nothing in it of keys that are done', () => {
    const store = new CountingStore()
    const operator = operatorOf({ window: session({ gap: 5, grace: 0 }), store })
    operator.onRecord(record('k', 5), ignore)
    operator.flush()
    operator.onRecord(record('k', 8), ignore)
    operator.flush()
    finalsAt(operator, 100)
    operator.flush()
    expect(store.inner.entries()).toEqual([['m', 100]])
  })

  it('begins anew without reading the keys it holds', () => {
    const store = new CountingStore()
    const window = tumbling({ size: 1_000, grace: 0 })
    const first = operatorOf({ window, store })
    for (let key = 0; key < 5_000; key++) first.onRecord(record(`k${key}`, 5), ignore)
    first.flush()
    store.gets = 0
    store.ranged = 0
    const restarted = operatorOf({ window, store })
    restarted.onRecord(record('k7', 6), ignore)
    expect(finalsAt(restarted, 100)).toEqual([])
    expect(store.gets + store.ranged).toBeLessThan(100)
    expect(finalsAt(restarted, 1_000)).toHaveLength(5_000)
  })

  it('gives every final once when keys are far more than memory holds', () => {
    const operator = operatorOf({ window: hopping({ size: 20, advance: 10, grace: 0 }), hotKeys: 10 })
    for (let key = 0; key < 1_000; key++) {
      operator.onRecord(record(`k${key}`, 15), ignore)
      if (key % 50 === 49) operator.flush()
    }
    expect(finalsAt(operator, 20)).toHaveLength(1_000)
    operator.flush()
    expect(finalsAt(operator, 30)).toHaveLength(1_000)
    expect(finalsAt(operator, 1_000)).toEqual([])
  })
})

describe('a windowed operator', () => {
  it('says when its next result is final, and how far results are behind', () => {
    const operator = operatorOf({ window: tumbling({ size: 10, grace: 3 }) })
    expect(operator.nextFinal).toBeNull()
    operator.onRecord(record('k', 12), ignore)
    expect(operator.nextFinal).toBe(23)
    expect(operator.delay).toBe(13)
    expect(finalsAt(operator, 22)).toEqual([])
    expect(finalsAt(operator, 23)).toMatchObject([{ key: 'k', value: 1, timestamp: 12, streamTime: 19 }])
    expect(operator.nextFinal).toBeNull()
  })

  it('wants to be woken only while an update is owed, and not for longer when the clock is set back', () => {
    const window = tumbling({ size: 10, grace: 0 })
    const operator = operatorOf({ window, updates: { kind: 'every', interval: 100 } })
    expect(operator.wakeAt).toBeNull()
    operator.onRecord(record('k', 1), ignore)
    operator.onClock(5_000, ignore)
    expect(operator.wakeAt).toBeNull()
    operator.onRecord(record('k', 2), ignore)
    expect(operator.wakeAt).toBe(5_100)
    operator.onClock(1_000, ignore)
    expect(operator.wakeAt).toBe(1_100)
  })

  it.each([
    tumbling({ size: 10, grace: 0 }),
    hopping({ size: 10, advance: 5, grace: 0 }),
    sliding({ difference: 5, grace: 0 }),
    session({ gap: 5, grace: 0 }),
  ])('counts nothing of a record that the aggregate throws at ($kind)', (window) => {
    const operator = operatorOf({ window })
    expect(() => operator.onRecord(record('bad', 12, -1), ignore)).toThrow('a negative value')
    operator.onRecord(record('good', 12), ignore)
    expect(() => operator.onRecord(record('good', 13, -1), ignore)).toThrow('a negative value')
    operator.flush()
    const finals = finalsAt(operator, 1_000)
    expect(new Set(finals.map(({ key, value, timestamp }) => `${key} ${value} ${timestamp}`))).toEqual(
      new Set(['good 1 12']),
    )
  })

  it.each([sliding({ difference: 5, grace: 0 }), session({ gap: 5, grace: 0 })])(
    'refuses an aggregate that cannot join accumulators where windows need it ($kind)',
    (window) => {
      const context = {
        openStore: () => new MemoryStore<never>(),
        fates: { late: ignore, drop: ignore, deadLetter: ignore },
      }
      const step = { name: 'by dish', window, aggregate: sum, updates: { kind: 'final-only' } as const, store: 's' }
      expect(() => windowAggregate(step, context)).toThrow('step by dish')
    },
  )
})
