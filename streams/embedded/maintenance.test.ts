import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { bytes, newTopic, outgoing, partitionOf, readAll, text, valuesOf } from '../../tests/support/backends.js'
import { type EmbeddedPlace, embeddedPlace } from '../../tests/support/embedded-place.js'
import { OffsetOutOfRange } from '../engine/ports/log.js'
import { days, hours } from '../engine/time.js'
import { offset, partition } from '../engine/topic.js'
import type { EmbeddedBackend } from './backend.js'
import { tombstonesKept } from './compaction.js'

const start = 1_600_000_000_000

let place: EmbeddedPlace
let backend: EmbeddedBackend

beforeEach(async () => {
  place = await embeddedPlace()
  backend = await place.open()
})

afterEach(() => place.remove())

describe('retention', () => {
  it('removes whole batches whose records are all older than the topic keeps them', async () => {
    const { name } = await backend.log.createTopic(newTopic({ retention: { time: hours(1), bytes: null } }), 1)
    for (const hour of [0, 1, 2, 3])
      await backend.log.append(
        [0, 30].map((minute) =>
          outgoing(name, `${hour}:${minute}`, { timestamp: start + hours(hour) + minute * 60_000 }),
        ),
      )
    await backend.maintain(start + hours(3))
    expect(await valuesOf(backend.log, partitionOf(name))).toEqual(['2:0', '2:30', '3:0', '3:30'])
    expect(await backend.log.bounds(partitionOf(name))).toEqual({ start: 4, end: 8 })
    const reading = backend.log.fetch([{ at: partitionOf(name), from: offset(3) }], { records: 1, bytes: 1 })
    await expect(reading).rejects.toThrow(OffsetOutOfRange)
    expect(await backend.log.offsetFor(partitionOf(name), 0)).toBe(4)
    expect(await backend.log.offsetFor(partitionOf(name), start + hours(3))).toBe(6)
  })

  it('goes on with the offsets of a partition that was emptied', async () => {
    const { name } = await backend.log.createTopic(newTopic({ retention: { time: hours(1), bytes: null } }), 1)
    await backend.log.append([outgoing(name, 'a', { timestamp: start })])
    await backend.maintain(start + days(1))
    expect(await backend.log.bounds(partitionOf(name))).toEqual({ start: 1, end: 1 })
    const [origin] = await backend.log.append([outgoing(name, 'b', { timestamp: start - hours(9) })])
    expect(origin?.offset).toBe(1)
    expect(await backend.log.offsetFor(partitionOf(name), start - days(1))).toBe(1)
  })

  it('keeps the newest batches up to the bytes of the topic', async () => {
    const { name } = await backend.log.createTopic(newTopic({ retention: { time: null, bytes: 100_000 } }), 1)
    for (let index = 0; index < 100; index++) await backend.log.append([outgoing(name, String(index).padEnd(9_900))])
    await backend.maintain(start)
    const kept = await readAll(backend.log, partitionOf(name))
    expect(kept.map((record) => record.offset)).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99])
  })

  it('keeps what a consumer has yet to read, and says which', async () => {
    const { name } = await backend.log.createTopic(newTopic({ retention: { time: 5, bytes: 10 } }), 1)
    const at = partitionOf(name)
    for (const value of ['a', 'b', 'c', 'd']) await backend.log.append([outgoing(name, value)])
    const read = async (group: string, next: number) => {
      const session = await backend.openSession({ group, partition: partition(0), inputs: [at], stores: [] })
      await session.commit({ outputs: [], offsets: [{ at, next: offset(next) }] })
      await session.close()
    }
    const maintained = async (...groups: readonly string[]) => {
      const held: string[] = []
      const consumers = groups.map((group) => ({ group, topics: [name] }))
      await backend.maintain(start + days(1), {
        consumers,
        held: ({ partition: index }, group) => held.push(`${group}-${index}`),
      })
      return { held, left: await valuesOf(backend.log, at) }
    }
    await read('fast', 3)
    await read('slow', 1)
    expect(await maintained('fast', 'new')).toEqual({ held: ['new-0'], left: ['a', 'b', 'c', 'd'] })
    expect(await maintained('fast', 'slow')).toEqual({ held: ['slow-0'], left: ['b', 'c', 'd'] })
    expect(await maintained('fast')).toEqual({ held: ['fast-0'], left: ['d'] })
    await read('fast', 4)
    expect(await maintained('fast')).toEqual({ held: [], left: [] })
  })

  it('touches nothing of a topic without limits', async () => {
    const { name } = await backend.log.createTopic(newTopic(), 1)
    await backend.log.append([outgoing(name, 'a', { timestamp: 0 })])
    await backend.maintain(start)
    expect(await valuesOf(backend.log, partitionOf(name))).toEqual(['a'])
  })

  it('finds instants by time after any removal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { minLength: 1, maxLength: 15 }), fc.nat(25), async (times, now) => {
        const topic = newTopic({ retention: { time: 5, bytes: null } })
        const { name } = await backend.log.createTopic(topic, 1)
        const at = partitionOf(name)
        for (const time of times) await backend.log.append([outgoing(name, 'x', { timestamp: time })])
        await backend.maintain(now)
        await backend.log.append([outgoing(name, 'x', { timestamp: 3 }), outgoing(name, 'x', { timestamp: 12 })])
        const records = await readAll(backend.log, at)
        const { end } = await backend.log.bounds(at)
        for (let asked = 0; asked <= 21; asked++)
          expect(await backend.log.offsetFor(at, asked)).toBe(
            records.find(({ timestamp }) => timestamp >= asked)?.offset ?? end,
          )
      }),
      { numRuns: 40 },
    )
  })
})

describe('compaction', () => {
  const table = async () => (await backend.log.createTopic(newTopic({ cleanup: 'compact' }), 1)).name
  const entries = async (name: string) =>
    (await readAll(backend.log, partitionOf(name))).map(({ key, value, offset }) => [text(key), text(value), offset])

  it('keeps the newest record of each key at its offset', async () => {
    const name = await table()
    const put = (key: string, value: string) => outgoing(name, value, { key: bytes(key) })
    await backend.log.append([put('a', '1'), put('b', '1'), put('a', '2')])
    await backend.log.append([put('c', '1')])
    await backend.log.append([put('b', '2'), put('a', '3')])
    await backend.maintain(start)
    expect(await entries(name)).toEqual([
      ['c', '1', 3],
      ['b', '2', 4],
      ['a', '3', 5],
    ])
    await backend.log.append([put('d', '1')])
    expect(await backend.log.bounds(partitionOf(name))).toEqual({ start: 0, end: 7 })
    expect((await entries(name)).at(-1)).toEqual(['d', '1', 6])
  })

  it('drops tombstones after a while, and the records before them at once', async () => {
    const name = await table()
    await backend.log.append([outgoing(name, 'x', { key: bytes('a'), timestamp: start })])
    await backend.log.append([outgoing(name, '', { key: bytes('a'), value: null, timestamp: start })])
    await backend.maintain(start + tombstonesKept)
    expect(await entries(name)).toEqual([['a', null, 1]])
    await backend.maintain(start + tombstonesKept + 1)
    expect(await entries(name)).toEqual([])
    expect(await backend.log.bounds(partitionOf(name))).toEqual({ start: 0, end: 2 })
  })

  it('refuses a record without a key', async () => {
    const name = await table()
    await expect(backend.log.append([outgoing(name, 'x')])).rejects.toThrow(/no key/)
  })

  it('leaves the same table, whatever is appended between its runs', async () => {
    const change = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(fc.nat(9)))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { maxLength: 8 }), async (rounds) => {
        const name = await table()
        const newest = new Map<string, string>()
        for (const round of rounds) {
          await backend.log.append(
            round.map(([key, value]) =>
              outgoing(name, '', {
                key: bytes(key),
                value: value === null ? null : bytes(String(value)),
                timestamp: start,
              }),
            ),
          )
          for (const [key, value] of round)
            if (value === null) newest.delete(key)
            else newest.set(key, String(value))
          await backend.maintain(start + days(2))
          const found = new Map<string | null, string | null>()
          for (const [key, value] of await entries(name))
            if (value === null) found.delete(key as string)
            else found.set(key as string, value as string)
          expect(found).toEqual(newest)
        }
      }),
      { numRuns: 30 },
    )
  })
})
