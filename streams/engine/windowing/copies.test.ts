import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { MemoryStore } from '../memory-store.js'
import type { Copies, Emit } from '../operator.js'
import { OutgoingBatch } from '../outgoing-batch.js'
import type { Aggregate, WindowContext } from '../processor.js'
import { noHeaders, type StreamRecord } from '../record.js'
import type { StateStore } from '../store.js'
import { minutes } from '../time.js'
import { offset, partition, topicName } from '../topic.js'
import { hopping } from '../window.js'
import { windowAggregate } from './aggregates.js'

interface Result {
  readonly sum: number
  readonly start: number
  readonly end: number
}

const text = (key: string, { sum, start, end }: Result) => `${key} ${sum} ${start} ${end}`

/** Writes what is given into a list, copies as well, as a step that writes to a topic does. */
function listing(fits: (start: number) => boolean) {
  const given: string[] = []
  const batch = new OutgoingBatch(topicName('results'), partition(0))
  let last = ''
  let copied = 0
  const kept = new Map<number, string>()
  const copies: Copies = {
    keep: () => {
      kept.set(kept.size, last)
      return { batch, at: kept.size - 1, keyLength: 0, valueLength: 0, timestamp: 0, first: 0, second: 0 }
    },
    write: ({ at }, start, end) => {
      if (!fits(start)) return false
      const [key, sum] = (kept.get(at) ?? '').split(' ')
      given.push(text(key ?? '', { sum: Number(sum), start, end }))
      copied += 1
      return true
    },
  }
  const emit = (record: StreamRecord<Result>) => {
    last = text(record.key ?? '', record.value)
    given.push(last)
  }
  return { given, emit: Object.assign(emit, { copies }) as Emit<Result>, copied: () => copied }
}

const sum: Aggregate<number, number, Result> = {
  name: 'sum',
  initial: () => 0,
  add: (total, value) => total + value,
  merge: (into, other) => into + other,
  result: (total, { window }: WindowContext) => ({ sum: total, ...window }),
}

function run(records: readonly (readonly [key: string, at: number])[], aggregate: typeof sum, emit: Emit<Result>) {
  const fates = { late: () => undefined, drop: () => undefined, deadLetter: () => undefined }
  const store = new MemoryStore<unknown>()
  const openStore = <Value>() => store as StateStore<unknown> as StateStore<Value>
  const window = hopping({ size: minutes(10), advance: minutes(1), grace: 0 })
  const updates = { kind: 'every', interval: 1_000 } as const
  const operator = windowAggregate({ name: 'step', window, aggregate, updates, store: 'windows' }, { openStore, fates })
  for (const [index, [key, timestamp]] of records.entries()) {
    const origin = { topic: topicName('t'), partition: partition(0), offset: offset(index) }
    operator.onRecord({ key, value: 1, timestamp, streamTime: timestamp, headers: noHeaders, origin }, emit)
    if (index % 5 === 4) operator.onStreamTime(timestamp, emit)
  }
  operator.onStreamTime(minutes(1_000), emit)
}

const records = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(minutes(60))), { maxLength: 30 })

describe('results of neighbouring windows that took the same records', () => {
  it('are the same, in the same order, written again as made one by one', () => {
    fc.assert(
      fc.property(records, fc.boolean(), (unordered, some) => {
        const ordered = [...unordered].sort(([, one], [, other]) => one - other)
        const [slow, fast] = [listing(() => true), listing((start) => !some || start % minutes(2) === 0)]
        run(ordered, sum, slow.emit)
        run(ordered, { ...sum, bounds: { start: 'start', end: 'end' } }, fast.emit)
        expect(fast.given).toEqual(slow.given)
        expect(slow.copied()).toBe(0)
      }),
    )
  })

  it('are made once for all ten windows of a record', () => {
    const { given, copied, emit } = listing(() => true)
    run([['a', minutes(40)]], { ...sum, bounds: { start: 'start', end: 'end' } }, emit)
    expect([given.length, copied()]).toEqual([10, 9])
  })
})
