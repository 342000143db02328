import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { OutgoingBatch } from './outgoing-batch.js'
import { OutgoingRecords, recordsOf } from './outgoing-records.js'
import type { OutgoingRecord } from './ports/log.js'
import { noHeaders } from './record.js'
import type { LongFields, Serde } from './serde.js'
import { partition, topicName } from './topic.js'

const bytes = fc.uint8Array({ maxLength: 200 })
const record: fc.Arbitrary<OutgoingRecord> = fc.record({
  topic: fc.constantFrom(topicName('a'), topicName('b')),
  partition: fc.integer({ min: 0, max: 2 }).map(partition),
  key: fc.option(bytes),
  value: fc.option(bytes),
  timestamp: fc.integer({ min: 0, max: 2 ** 43 }),
  headers: fc.oneof(fc.constant(noHeaders), fc.dictionary(fc.string({ minLength: 1, maxLength: 9 }), bytes)),
})

const aRecord = { topic: topicName('a'), partition: partition(0), key: null, timestamp: 5, headers: noHeaders }

/** Writes the value in place, as far as there is room. */
const inPlace: Serde<Uint8Array> = {
  encode: (value) => value,
  encodeInto: (value, into, at) => {
    if (at + value.length > into.length) return into.length - at - value.length
    into.set(value, at)
    return at + value.length
  },
  decode: (value) => value,
}

/** Two numbers of a byte each, and a byte that stays. */
const pair = ({ first, second }: { first: number; second: number }) => Uint8Array.of(first, 255, second)
const longsOfPair: LongFields = {
  find: (_bytes, at, field) => ({ first: at, second: at + 2 })[field] ?? -1,
  replace: (into, at, value) => {
    if (value > 255) return false
    into[at] = value
    return true
  },
}

const places = ['a', 'b'].flatMap((topic) => [0, 1, 2].map((index) => `${topic}-${index}`))
const placed = (records: readonly OutgoingRecord[], place: string) =>
  records.filter(({ topic, partition: at }) => `${topic}-${at}` === place)

describe('records on their way into the log', () => {
  it('come back by partition, in order, as they were written, also into what was written before', () => {
    fc.assert(
      fc.property(fc.array(fc.array(record, { maxLength: 80 }), { maxLength: 3 }), (rounds) => {
        const outgoing = new OutgoingRecords(() => 3)
        for (const records of rounds) {
          for (const each of records) outgoing.append(each)
          expect(outgoing.count).toBe(records.length)
          const written = outgoing.batches.flatMap(recordsOf)
          for (const place of places) expect(placed(written, place)).toEqual(placed(records, place))
          outgoing.clear()
          expect(outgoing.batches).toEqual([])
        }
      }),
    )
  })

  it('are given up in order, to be written over once more records come', () => {
    const outgoing = new OutgoingRecords(() => 1)
    const value = (index: number) => Uint8Array.from({ length: 1_000 }, (_, at) => index + at)
    const taken: OutgoingRecord[] = []
    let given = 0
    for (let index = 0; index < 3_000; index += 1) {
      outgoing.append({ ...aRecord, value: value(index) })
      if (index % 100 === 99) {
        const full = outgoing.takeFull()
        given += full.length
        taken.push(...full.flatMap(recordsOf))
      }
      // Commits, too, after which nothing is there.
      if (index % 1_000 === 700) {
        taken.push(...outgoing.batches.flatMap(recordsOf))
        outgoing.clear()
      }
    }
    taken.push(...outgoing.batches.flatMap(recordsOf))
    expect(taken.length).toBe(3_000)
    expect(taken.every((each, index) => Buffer.from(each.value ?? []).equals(value(index)))).toBe(true)
    expect(given).toBeGreaterThan(6)
  })

  it('are the same whether the serde writes in place or gives bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 40 }), (values) => {
        const batches = [inPlace, { encode: inPlace.encode, decode: inPlace.decode }].map((serde) => {
          const batch = new OutgoingBatch(topicName('a'), partition(0))
          for (const [index, value] of values.entries()) batch.write(null, value, serde, index)
          return recordsOf(batch)
        })
        expect(batches[0]).toEqual(batches[1])
        expect(batches[0]?.map(({ value }) => value)).toEqual(values)
      }),
    )
  })

  it('are cut into batches that are small enough to be read for a few records', () => {
    const outgoing = new OutgoingRecords(() => 1)
    const value = new Uint8Array(1_000)
    for (let index = 0; index < 1_000; index += 1)
      outgoing.append({ topic: topicName('a'), key: null, value, timestamp: index, headers: noHeaders })
    expect(outgoing.batches.length).toBeGreaterThan(3)
    expect(Math.max(...outgoing.batches.map(({ size }) => size))).toBeLessThan(264 * 1_024)
    expect(outgoing.batches.flatMap(recordsOf).map(({ timestamp }) => timestamp)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index),
    )
  })

  it('leave no trace of a value that cannot be encoded, or of an impossible timestamp', () => {
    const batch = new OutgoingBatch(topicName('a'), partition(0))
    const key = new Uint8Array([1])
    const failing: Serde<null> = { encode: () => key, encodeInto: () => fail(), decode: () => null }
    const fail = (): never => {
      throw new TypeError('no')
    }
    expect(() => batch.write(key, null, failing, 1)).toThrow('no')
    expect(() => batch.append(key, key, -1)).toThrow('a record for a has the timestamp -1')
    batch.append(key, null, 2)
    expect(recordsOf(batch)).toEqual([{ topic: 'a', partition: 0, key, value: null, timestamp: 2, headers: noHeaders }])
  })

  it('are written again with other numbers in two fields, where these take as many bytes', () => {
    const numbers = fc.record({ first: fc.integer({ min: 0, max: 300 }), second: fc.integer({ min: 0, max: 300 }) })
    fc.assert(
      fc.property(
        bytes,
        numbers,
        fc.array(fc.tuple(numbers, fc.boolean()), { maxLength: 40 }),
        (key, given, copies) => {
          const at = partition(0)
          const batches = [new OutgoingBatch(topicName('a'), at), new OutgoingBatch(topicName('a'), at)]
          const [here, elsewhere] = batches as [OutgoingBatch, OutgoingBatch]
          here.append(key, pair(given), 7)
          const copied = here.last(longsOfPair, 'first', 'second')
          expect(here.last(longsOfPair, 'first', 'third')).toBeNull()
          const expected: [object[], object[]] = [recordsOf(here) as object[], []]
          const [record] = recordsOf(here)
          for (const [{ first, second }, stays] of copies) {
            const fits = first < 256 && second < 256
            if (copied === null) throw new Error('the record was written')
            expect((stays ? here : elsewhere).repeat(copied, longsOfPair, first, second)).toBe(fits)
            if (fits) expected[stays ? 0 : 1].push({ ...record, value: pair({ first, second }) })
          }
          expect(batches.map(recordsOf)).toEqual(expected)
          expect(elsewhere.maxTimestamp).toBe(expected[1].length > 0 ? 7 : 0)
        },
      ),
    )
  })

  it('without a key, or with headers, are not written again', () => {
    const batch = new OutgoingBatch(topicName('a'), partition(0))
    batch.append(null, pair({ first: 1, second: 2 }), 0)
    expect(batch.last(longsOfPair, 'first', 'second')).toBeNull()
    batch.append(new Uint8Array(1), pair({ first: 1, second: 2 }), 0, { source: new Uint8Array(1) })
    expect(batch.last(longsOfPair, 'first', 'second')).toBeNull()
  })
})
