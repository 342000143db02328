import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { partitionFor } from '../../streams/engine/partitioner.js'
import { type Log, OffsetOutOfRange } from '../../streams/engine/ports/log.js'
import { offset, partition } from '../../streams/engine/topic.js'
import {
  type BackendPlace,
  bytes,
  newTopic,
  outgoing,
  partitionOf,
  readAll,
  text,
  valuesOf,
} from '../support/backends.js'

const anyBytes = fc.uint8Array({ maxLength: 60 })
const anyRecord = fc.record({
  key: fc.option(anyBytes),
  value: fc.option(fc.oneof(anyBytes, fc.constant(new Uint8Array(0)))),
  timestamp: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  headers: fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), anyBytes, { maxKeys: 3 }),
  ),
})

/** What every log keeps. `open` gives a place that only these tests use. */
export function logContract(name: string, open: () => Promise<BackendPlace>): void {
  describe(`log contract: ${name}`, () => {
    let place: BackendPlace
    let log: Log

    beforeAll(async () => {
      place = await open()
      log = (await place.open()).log
    })

    afterAll(() => place.remove())

    const created = async (partitions = 1) => {
      const topic = newTopic()
      await log.createTopic(topic, partitions)
      return topic.name
    }

    it('gives back every record as it was appended: keys, values, timestamps, headers, empty and null', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 20 }), async (records) => {
          const topic = await created()
          await log.append(records.map((record) => outgoing(topic, '', record)))
          const read = await readAll(log, partitionOf(topic))
          const plain = (held: object) =>
            JSON.stringify(held, (_, value) => (value instanceof Uint8Array ? [...value] : value))
          expect(read.map(({ key, value, timestamp, headers }) => plain({ key, value, timestamp, headers }))).toEqual(
            records.map(({ key, value, timestamp, headers }) => plain({ key, value, timestamp, headers })),
          )
        }),
        { numRuns: 30 },
      )
    })

    it('keeps the order of a partition, and tells where each record stands', async () => {
      const topic = await created(3)
      const values = Array.from({ length: 50 }, (_, index) => String(index))
      const origins = await log.append(
        values.map((value, index) => outgoing(topic, value, { partition: partition(index % 3) })),
      )
      for (const index of [0, 1, 2])
        expect(await valuesOf(log, partitionOf(topic, index))).toEqual(values.filter((_, at) => at % 3 === index))
      for (const [index, origin] of origins.entries()) {
        const [fetched] = await log.fetch([{ at: origin, from: origin.offset }], { records: 1, bytes: 1e6 })
        expect(fetched?.records[0]).toMatchObject({ ...origin, value: bytes(values[index] ?? '') })
      }
    })

    it('chooses the partition that Kafka chooses for the key', async () => {
      const topic = await created(5)
      const keys = ['lima', 'cusco', 'ceviche', 'ñ', '']
      const origins = await log.append(
        keys.map((key) => {
          const { partition: _, ...record } = outgoing(topic, key, { key: bytes(key) })
          return record
        }),
      )
      expect(origins.map((origin) => origin.partition)).toEqual(keys.map((key) => partitionFor(bytes(key), 5)))
    })

    it('takes records and batches of several megabytes', async () => {
      const topic = await created()
      const large = new Uint8Array(3_000_000).map((_, index) => index)
      const many = Array.from({ length: 3_000 }, (_, index) => outgoing(topic, 'x'.repeat(500) + index))
      await log.append([outgoing(topic, 'a'), outgoing(topic, '', { value: large }), ...many])
      const read = await readAll(log, partitionOf(topic), { records: 700, bytes: 1e8 })
      expect(read).toHaveLength(3_002)
      expect(Buffer.compare(read[1]?.value ?? new Uint8Array(), large)).toBe(0)
      expect(Buffer.from(read.at(-1)?.value ?? []).toString()).toBe(`${'x'.repeat(500)}2999`)
    })

    it('gives in batches what it gives one by one, whatever the limit', async () => {
      const topic = await created()
      const at = partitionOf(topic)
      for (const count of [1, 40, 3]) {
        const records = Array.from({ length: count }, (_, index) =>
          outgoing(topic, 'v'.repeat(index), {
            ...(index % 5 === 4 && { key: bytes(`k${index}`), value: null }),
            ...(index % 3 === 0 && { headers: { of: Uint8Array.of(index) } }),
          }),
        )
        await log.append(records)
      }
      for (const limit of [7, 41, 1_000]) {
        let next = offset(0)
        for (let atEnd = false; !atEnd; ) {
          const limits = { records: limit, bytes: 1e6 }
          const [fetched] = await log.fetch([{ at, from: next }], limits)
          if (fetched === undefined) throw new Error('a fetch of one partition gave none')
          const { batches, records, count } = fetched
          expect(count).toBe(records.length)
          const places = batches.flatMap((batch) =>
            Array.from({ length: batch.length }, (_, index) => ({ batch, index })),
          )
          expect(places.map(({ batch, index }) => batch.record(index))).toEqual(records)
          expect(places.map(({ batch, index }) => batch.offset(index))).toEqual(records.map((record) => record.offset))
          expect(places.map(({ batch, index }) => batch.timestamp(index))).toEqual(
            records.map(({ timestamp }) => timestamp),
          )
          expect(places.map(({ batch, index }) => batch.headers(index))).toEqual(records.map(({ headers }) => headers))
          const texts = (start = -1, end: number | undefined, area: Uint8Array) =>
            text(start < 0 ? null : area.slice(start, end))
          expect(
            places.map(({ batch: { bytes: area, starts, ends }, index }) => texts(starts[index], ends[index], area)),
          ).toEqual(records.map(({ value }) => text(value)))
          expect(
            places.map(({ batch: { bytes: area, keyStarts, keyEnds }, index }) =>
              texts(keyStarts[index], keyEnds[index], area),
            ),
          ).toEqual(records.map(({ key }) => text(key)))
          next = fetched.next
          atEnd = fetched.atEnd
        }
      }
    })

    it('fetches no more records than the limit, nor bytes beyond one record, and goes on where it stopped', async () => {
      const topic = await created()
      await log.append(Array.from({ length: 100 }, (_, index) => outgoing(topic, String(index).padStart(100, '0'))))
      const at = partitionOf(topic)
      const byRecords = await log.fetch([{ at, from: offset(0) }], { records: 7, bytes: 1e6 })
      expect(byRecords[0]?.records).toHaveLength(7)
      const byBytes = await log.fetch([{ at, from: offset(0) }], { records: 1_000, bytes: 1 })
      expect(byBytes[0]?.records).toHaveLength(1)
      for (const limit of [
        { records: 7, bytes: 1e6 },
        { records: 1_000, bytes: 550 },
      ])
        expect((await readAll(log, at, limit)).map(({ value }) => Number(Buffer.from(value ?? [])))).toEqual(
          Array.from({ length: 100 }, (_, index) => index),
        )
    })

    it('says that a partition was read to its end exactly when it was', async () => {
      const topic = await created(2)
      await log.append([outgoing(topic, 'a'), outgoing(topic, 'b')])
      const from = offset(0)
      const [some, empty] = await log.fetch(
        [
          { at: partitionOf(topic, 0), from },
          { at: partitionOf(topic, 1), from },
        ],
        { records: 1, bytes: 1e6 },
      )
      expect(some).toMatchObject({ atEnd: false })
      expect(empty).toMatchObject({ atEnd: true, records: [], next: 0 })
      const [rest] = await log.fetch([{ at: partitionOf(topic, 0), from: offset(some?.next ?? 0) }], {
        records: 1,
        bytes: 1e6,
      })
      expect(rest).toMatchObject({ atEnd: true })
      expect(await log.bounds(partitionOf(topic, 0))).toMatchObject({ start: 0, end: rest?.next })
    })

    it('refuses a position past the end, with what it holds', async () => {
      const topic = await created()
      await log.append([outgoing(topic, 'a')])
      const { end } = await log.bounds(partitionOf(topic))
      const reading = log.fetch([{ at: partitionOf(topic), from: offset(end + 1) }], { records: 1, bytes: 1 })
      await expect(reading).rejects.toThrow(OffsetOutOfRange)
      await expect(reading).rejects.toMatchObject({ bounds: { start: 0, end } })
    })

    it('makes a topic once, and refuses it with other partitions or another cleanup', async () => {
      const topic = newTopic()
      const made = { name: topic.name, partitions: 3, cleanup: 'delete' }
      expect(await log.createTopic(topic, 3)).toEqual(made)
      expect(await log.createTopic({ ...topic, partitions: 3 }, 9)).toEqual(made)
      await expect(log.createTopic(topic, 4)).rejects.toThrow(new RegExp(`${topic.name}.* 3 .*4`))
      await expect(log.createTopic({ ...topic, cleanup: 'compact' }, 3)).rejects.toThrow(/compact/)
      expect(await log.topics()).toContainEqual(made)
    })

    it('names the topic that is not there', async () => {
      const { name: topic } = newTopic()
      await expect(log.append([outgoing(topic, 'a')])).rejects.toThrow(topic)
      await expect(log.bounds(partitionOf(topic))).rejects.toThrow(topic)
    })

    it('appends all records of a call or none', async () => {
      const topic = await created(1)
      await expect(
        log.append([outgoing(topic, 'a'), outgoing(topic, 'b', { partition: partition(7) })]),
      ).rejects.toThrow(/partition/)
      expect(await valuesOf(log, partitionOf(topic))).toEqual([])
    })

    it('finds the first record at or after an instant, in whatever order the timestamps are', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
          async (batches) => {
            const topic = await created()
            for (const batch of batches)
              await log.append(batch.map((timestamp) => outgoing(topic, 'x', { timestamp: 1_000 + timestamp })))
            const at = partitionOf(topic)
            const { end } = await log.bounds(at)
            const records = await readAll(log, at)
            for (const asked of [0, 1_000, 1_020, 1_049, 1_050, 9_999]) {
              const expected = records.find(({ timestamp }) => timestamp >= asked)?.offset ?? end
              expect(await log.offsetFor(at, asked)).toBe(expected)
            }
          },
        ),
        { numRuns: 20 },
      )
    })

    it('calls whoever listens when another client appends, until it stops listening', async () => {
      const topic = await created()
      const other = (await place.open()).log
      let called = () => {}
      const calls = new Promise<void>((resolve) => {
        called = resolve
      })
      const stop = log.onAppend([topic], () => called())
      await other.append([outgoing(topic, 'a')])
      await calls
      expect(await valuesOf(log, partitionOf(topic))).toEqual(['a'])
      stop()
      called = () => {
        throw new Error('called after it stopped')
      }
      await other.append([outgoing(topic, 'b')])
      expect(await valuesOf(log, partitionOf(topic))).toEqual(['a', 'b'])
    })
  })
}
