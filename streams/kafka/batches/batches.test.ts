import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { OutgoingBatch } from '../../engine/outgoing-batch.js'
import type { FetchedRecord, LogRecord } from '../../engine/record.js'
import { partition, topicName } from '../../engine/topic.js'
import { crc32c } from './crc32c.js'
import { encodeBatches, type Writing } from './encode.js'
import { batchLayout } from './record-batch.js'
import { RecordSet } from './record-set.js'
import type { RecordSlice } from './record-slice.js'

const at = { topic: topicName('t'), partition: partition(0) }
const writing: Writing = { producerId: 7, producerEpoch: 1, sequence: 0, transactional: false }
const anyBytes = fc.uint8Array({ maxLength: 200 })
const anyRecord: fc.Arbitrary<LogRecord> = fc.record({
  key: fc.option(anyBytes),
  value: fc.option(anyBytes),
  timestamp: fc.integer({ min: 0, max: 2 ** 43 }),
  headers: fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    fc.dictionary(fc.string({ minLength: 1, maxLength: 9, unit: 'grapheme' }), anyBytes, { maxKeys: 3 }),
  ),
})

function encoded(groups: readonly (readonly LogRecord[])[], baseOffset: number, by: Writing = writing): Buffer {
  const batches = groups.map((records) => {
    const batch = new OutgoingBatch(at.topic, at.partition)
    for (const { key, value, timestamp, headers } of records) batch.append(key, value, timestamp, headers)
    return batch
  })
  const bytes = encodeBatches(batches, by)
  bytes.writeInt32BE(baseOffset, batchLayout.baseOffset + 4)
  return bytes
}

function taken(batches: RecordSet, records = Number.POSITIVE_INFINITY): FetchedRecord[] {
  const into: RecordSlice[] = []
  batches.take(into, { records, bytes: Number.POSITIVE_INFINITY })
  return into.flatMap((slice) =>
    Array.from({ length: slice.length }, (_, index) => {
      const record = slice.record(index)
      expect(plain([inPlace(slice, index)])).toEqual(plain([record]))
      return record
    }),
  )
}

/** The same record as the columns tell it. */
function inPlace(slice: RecordSlice, index: number): LogRecord {
  const cut = ([from, to]: readonly [Int32Array, Int32Array]) =>
    from[index] === -1 ? null : slice.bytes.subarray(from[index], to[index])
  return {
    key: cut([slice.keyStarts, slice.keyEnds]),
    value: cut([slice.starts, slice.ends]),
    timestamp: slice.timestamp(index),
    headers: slice.headers(index),
  }
}

const plain = (records: readonly LogRecord[]) =>
  records.map(({ key, value, timestamp, headers }) => ({
    ...{ key: key && [...key], value: value && [...value], timestamp },
    headers: Object.entries(headers).map(([name, held]) => [name, [...held]]),
  }))

const aRecord = (value: string): LogRecord => ({ key: null, value: Buffer.from(value), timestamp: 5, headers: {} })
const text = (records: readonly FetchedRecord[]) => records.map(({ value }) => Buffer.from(value ?? []).toString())

describe('record batches', () => {
  it('have the checksum of RFC 3720', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
  })

  it('give back the records, whichever batch they were in and however they are taken', () => {
    const group = fc.array(anyRecord, { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(
        fc.array(fc.array(group, { minLength: 1, maxLength: 3 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 7 }),
        (all, atOnce) => {
          let next = 100
          const bytes = all.map((groups) => {
            const batch = encoded(groups, next)
            next += groups.flat().length
            return batch
          })
          const fetched = new RecordSet(at, 100, Buffer.concat(bytes), [])
          const read: FetchedRecord[] = []
          while (!fetched.isEmpty) read.push(...taken(fetched, atOnce))
          expect(plain(read)).toEqual(plain(all.flat(2)))
          expect(read.map(({ offset }) => offset)).toEqual(read.map((_, index) => 100 + index))
          expect(fetched.next).toBe(next)
        },
      ),
    )
  })

  it('are read from the offset that was asked for, up to one that is cut off', () => {
    const whole = encoded([[aRecord('a'), aRecord('b'), aRecord('c')]], 10)
    const fetched = new RecordSet(at, 11, Buffer.concat([whole, encoded([[aRecord('d')]], 13).subarray(0, 40)]), [])
    expect(text(taken(fetched))).toEqual(['b', 'c'])
    expect(fetched.next).toBe(13)
    expect(fetched.isEmpty).toBe(true)
  })

  it('of a transaction that was aborted are passed over, those of the same producer after its marker are not', () => {
    const transactional = { ...writing, transactional: true }
    const marker = encoded([[{ ...aRecord(''), key: Buffer.from([0, 0, 0, 0]) }]], 12, transactional)
    marker.writeInt16BE(0x30, batchLayout.attributes)
    marker.writeUInt32BE(crc32c(marker, batchLayout.attributes), batchLayout.crc)
    const bytes = Buffer.concat([
      encoded([[aRecord('aborted')]], 10, transactional),
      encoded([[aRecord('other')]], 11, { ...transactional, producerId: 8 }),
      marker,
      encoded([[aRecord('committed')]], 13, transactional),
    ])
    const fetched = new RecordSet(at, 10, bytes, [{ producerId: 7, firstOffset: 10 }])
    expect(text(taken(fetched))).toEqual(['other', 'committed'])
    expect(fetched.next).toBe(14)
  })

  it('that were damaged or are of another format are refused, with their place', () => {
    const damaged = encoded([[aRecord('a')]], 3)
    damaged[damaged.length - 2] = 0
    expect(() => taken(new RecordSet(at, 3, damaged, []))).toThrow(/offset 3 of t-0 has a wrong checksum/)
    const old = encoded([[aRecord('a')]], 3)
    old[batchLayout.magic] = 1
    expect(() => taken(new RecordSet(at, 3, old, []))).toThrow(/format 1/)
  })
})
