import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Admin, ConfigResourceTypes, Kafka, logLevel, type Producer } from 'kafkajs'
import { newGroup, newTopic, outgoing, outgoingBatches, partitionOf, valuesOf } from '../../tests/support/backends.js'
import { kafkaPlace } from '../../tests/support/kafka/place.js'
import { sharedBroker, whyNoBroker } from '../../tests/support/kafka/shared.js'
import { widen } from '../../tests/support/kafka/widen.js'
import type { Backend } from '../engine/ports/log.js'
import type { FetchedRecord } from '../engine/record.js'
import { offset, partition, partitionId } from '../engine/topic.js'

const textOf = ({ value }: FetchedRecord): string => Buffer.from(value ?? []).toString()
const withBroker = whyNoBroker() === null ? describe : describe.skip

withBroker('reading a topic that others write', () => {
  let place: Awaited<ReturnType<typeof kafkaPlace>>
  let backend: Backend
  let address: string
  const producers: Producer[] = []

  beforeAll(async () => {
    address = await sharedBroker()
    place = await kafkaPlace()
    backend = await place.open()
  })

  afterAll(async () => {
    for (const producer of producers) await producer.disconnect()
    await place.remove()
  })

  const created = async (partitions = 1) => {
    const topic = newTopic()
    await backend.log.createTopic(topic, partitions)
    return topic.name
  }

  async function administer<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> {
    const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const result = await work(admin)
    await admin.disconnect()
    return result
  }

  async function producer(transactionalId: string): Promise<Producer> {
    const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING })
    const made = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
    producers.push(made)
    await made.connect()
    return made
  }

  it('gives records of committed transactions alone, whatever stands between them', async () => {
    const topic = await created()
    const at = partitionOf(topic)
    const [one, other] = [await producer(`${topic}-one`), await producer(`${topic}-other`)]
    const aborted = await one.transaction()
    await aborted.send({ topic, messages: [{ value: 'aborted 1' }] })
    const committed = await other.transaction()
    await committed.send({ topic, messages: [{ value: 'a' }] })
    await aborted.send({ topic, messages: [{ value: 'aborted 2' }] })
    await backend.log.append([outgoing(topic, 'b')])

    expect(await valuesOf(backend.log, at)).toEqual([])
    const [held] = await backend.log.fetch([{ at, from: offset(0) }], { records: 9, bytes: 1e6 })
    expect(held).toMatchObject({ records: [], next: 0, atEnd: true })

    await aborted.abort()
    await committed.commit()
    await backend.log.append([outgoing(topic, 'c')])
    let values: readonly (string | null)[] = []
    while (!values.includes('c')) values = await valuesOf(backend.log, at)
    expect(values).toEqual(['a', 'b', 'c'])
  })

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads what Kafka compressed with %s', async (codec) => {
    const topic = await created()
    // With this setting the broker compresses what comes, by the same Java code that Java producers use.
    await administer((admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: ConfigResourceTypes.TOPIC,
            name: topic,
            // All settings of a topic are replaced at once.
            configEntries: [
              { name: 'compression.type', value: codec },
              { name: 'max.message.bytes', value: String(16 * 2 ** 20) },
            ],
          },
        ],
      }),
    )
    const values = Array.from({ length: 9_000 }, (_, index) => `${index} ceviche ñ ${'ají '.repeat(index % 50)}`)
    // A batch of several megabytes; of ZSTD, Java does not write beforehand how many it will be.
    values.push('ceviche '.repeat(500_000))
    await backend.log.append(values.map((value) => outgoing(topic, value)))
    expect(await valuesOf(backend.log, partitionOf(topic))).toEqual(values)
  })

  it('gives what it found beyond the limit beside a partition that was at its end, and then what is new in both', async () => {
    const [many, few] = [partitionOf(await created()), partitionOf(await created())]
    const values = Array.from({ length: 30 }, (_, index) => String(index))
    await backend.log.append(values.map((value) => outgoing(many.topic, value)))
    await backend.log.append([outgoing(few.topic, 'first')])
    let positions = [
      { at: many, from: offset(0) },
      { at: few, from: offset(0) },
    ]
    const seen: (readonly [string[], string[]])[] = []
    while (seen.flatMap(([ofMany]) => ofMany).length < values.length + 1) {
      const [ofMany, ofFew] = await backend.log.fetch(positions, { records: 10, bytes: 1e6 })
      if (ofMany === undefined || ofFew === undefined) throw new Error('two partitions were asked for')
      expect(ofFew.atEnd).toBe(true)
      seen.push([ofMany.records.map(textOf), ofFew.records.map(textOf)])
      positions = [ofMany, ofFew].map(({ at, next }) => ({ at, from: next }))
      if (seen.length > 1) continue
      await backend.log.append([outgoing(few.topic, 'second')])
      await backend.log.append([outgoing(many.topic, 'last')])
    }
    expect(seen.flatMap(([ofMany]) => ofMany)).toEqual([...values, 'last'])
    // What was written before the last one is given with it at the latest.
    expect(seen.flatMap(([, ofFew]) => ofFew)).toEqual(['first', 'second'])
  })

  it('leaves a group that has read everything without lag, markers of transactions included', async () => {
    const topic = await created(2)
    const places = [0, 1].map((index) => partitionOf(topic, index))
    await backend.log.append(
      [0, 1, 0, 1].map((index) => outgoing(topic, String(index), { partition: partition(index) })),
    )
    const session = await backend.openSession({
      group: newGroup(),
      partition: partition(0),
      inputs: places,
      stores: [],
    })
    const fetched = await backend.log.fetch(
      places.map((at) => ({ at, from: offset(0) })),
      { records: 2, bytes: 1e6 },
    )
    expect(fetched).toMatchObject([{ atEnd: true }, { atEnd: true }])
    const group = newGroup()
    const task = await backend.openSession({ group, partition: partition(0), inputs: places, stores: [] })
    const out = await created()
    await task.commit({
      offsets: fetched.map(({ at, records }) => ({ at, next: offset((records.at(-1)?.offset ?? 0) + 1) })),
      outputs: outgoingBatches(outgoing(out, 'x')),
    })
    const ends = await Promise.all(places.map(async (at) => [partitionId(at), (await backend.log.bounds(at)).end]))
    expect([...(await backend.log.committed(group, places))]).toEqual(ends)
    await session.close()
  })

  it('refuses a position that retention has passed, and does not jump', async () => {
    const topic = await created()
    await backend.log.append(['a', 'b', 'c'].map((value) => outgoing(topic, value)))
    await administer(async (admin) => {
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] })
    })
    const at = partitionOf(topic)
    await expect(backend.log.fetch([{ at, from: offset(1) }], { records: 1, bytes: 1 })).rejects.toThrow(
      /offset 1 of .* which holds 2 to 3/,
    )
    expect(await valuesOf(backend.log, at)).toEqual(['c'])
  })

  it('notices partitions that were added', async () => {
    const topic = await created()
    await widen(address, [topic], 2)
    await backend.log.append([outgoing(topic, 'x', { partition: partition(1) })])
    expect(await valuesOf(backend.log, partitionOf(topic, 1))).toEqual(['x'])
    expect(await backend.log.topics()).toContainEqual({ name: topic, partitions: 2, cleanup: 'delete' })
  })
})
