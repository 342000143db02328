import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Kafka, logLevel } from 'kafkajs'
import { newGroup, newTopic, outgoing, outgoingBatches, partitionOf, valuesOf } from '../../tests/support/backends.js'
import { Broker } from '../../tests/support/kafka/broker.js'
import { whyNoBroker } from '../../tests/support/kafka/shared.js'
import { scratchFolder } from '../../tests/support/scratch.js'
import type { Backend, TaskId, TaskSession } from '../engine/ports/log.js'
import { offset, partition, partitionId } from '../engine/topic.js'
import { openKafkaBackend } from './backend.js'

const withBroker = whyNoBroker() === null ? describe : describe.skip

withBroker('sessions on a broker that dies', () => {
  const scratch = scratchFolder()
  const application = 'crashes'
  let broker: Broker
  const opened: Backend[] = []

  beforeAll(async () => {
    broker = await Broker.start(scratch.dir)
  })

  afterAll(async () => {
    for (const backend of opened) await backend.close()
    await broker.stop('SIGKILL')
    scratch.remove()
  })

  /** As a worker opens it whose state lies in the folder. */
  async function worker(
    folder: string,
    restored: (changes: number) => void = () => undefined,
    standby: (left: number | null) => void = () => undefined,
  ): Promise<Backend> {
    const backend = await openKafkaBackend({
      cluster: { brokers: [broker.address], clientId: 'test' },
      application,
      stateDir: join(scratch.dir, folder),
      restored: (_task, changes) => restored(changes),
      standby: (_task, left) => standby(left),
    })
    opened.push(backend)
    return backend
  }

  async function aTask({ log }: Backend) {
    const [input, output] = [newTopic(), newTopic()]
    await log.createTopic(input, 1)
    await log.createTopic(output, 1)
    await log.append(Array.from({ length: 40 }, (_, index) => outgoing(input.name, String(index))))
    const at = partitionOf(input.name)
    const task: TaskId = { group: newGroup(), partition: partition(0), inputs: [at], stores: ['counts'] }
    return { task, at, output: output.name }
  }

  /** Carries one record over, and counts it. */
  async function step(session: TaskSession, { at, output }: Awaited<ReturnType<typeof aTask>>, position: number) {
    const counts = session.store<number>('counts')
    counts.put('all', (counts.get('all') ?? 0) + 1)
    await session.commit({
      offsets: [{ at, next: offset(position + 1) }],
      outputs: outgoingBatches(outgoing(output, String(position))),
    })
  }

  it('carry every record over once, whenever it is killed', async () => {
    const backend = await worker('killed')
    const work = await aTask(backend)
    let session = await backend.openSession(work.task)
    let position = 0
    let kills = 0
    const values = Array.from({ length: 40 }, (_, index) => String(index))
    while (position < values.length) {
      const stepping = step(session, work, position)
      if (position === 10 * kills + 5 && kills < 3) {
        kills += 1
        await broker.stop('SIGKILL')
        await broker.resume()
      }
      try {
        await stepping
        position += 1
      } catch {
        // Whether it was committed is for the next session to say.
        await session.close()
        session = await backend.openSession(work.task)
        position = session.positions.get(partitionId(work.at)) ?? 0
      }
    }
    expect(await valuesOf(backend.log, partitionOf(work.output))).toEqual(values)
    expect(session.store<number>('counts').get('all')).toBe(40)
    expect([...(await backend.log.committed(work.task.group, [work.at])).values()]).toEqual([40])
  })

  it('settle what a dead owner left open', async () => {
    const backend = await worker('left-open')
    const work = await aTask(backend)
    const id = `${application}-${work.task.group}-0`
    const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING })
    const dead = kafka.producer({ transactionalId: id, idempotent: true, maxInFlightRequests: 1 })
    await dead.connect()
    const left = await dead.transaction()
    await left.send({ topic: work.output, messages: [{ value: 'never' }] })
    const session = await backend.openSession(work.task)
    await step(session, work, 0)
    expect(await valuesOf(backend.log, partitionOf(work.output))).toEqual(['0'])
    await expect(left.commit()).rejects.toThrow()
    await dead.disconnect()
  })

  it('restore from disk what is there and only the rest from the changelog', async () => {
    let restored = 0
    const count = (changes: number) => {
      restored += changes
    }
    const one = await worker('one', count)
    const work = await aTask(one)
    const first = await one.openSession(work.task)
    for (let position = 0; position < 5; position++) await step(first, work, position)
    await first.close()
    const again = await one.openSession(work.task)
    expect(again.store<number>('counts').get('all')).toBe(5)
    expect(restored).toBe(0)
    await again.close()

    const other = await worker('other')
    const elsewhere = await other.openSession(work.task)
    for (let position = 5; position < 8; position++) await step(elsewhere, work, position)
    await elsewhere.close()

    const back = await one.openSession(work.task)
    expect(back.store<number>('counts').get('all')).toBe(8)
    expect(restored).toBe(3)
    await back.close()
  })

  it('go on from the copy that another worker has kept, and read the rest alone', async () => {
    const owner = await worker('owner')
    const work = await aTask(owner)
    const session = await owner.openSession(work.task)
    for (let position = 0; position < 12; position++) await step(session, work, position)

    let restored = 0
    let copied: () => void = () => undefined
    const left: (number | null)[] = []
    const warm = await worker(
      'warm',
      (changes) => {
        restored += changes
      },
      (offsets) => {
        left.push(offsets)
        if (offsets === 0) copied()
      },
    )
    const follow = new AbortController()
    const isCopied = new Promise<void>((resolve) => {
      copied = resolve
    })
    const kept = warm.keepStandby?.(work.task, follow.signal)
    await isCopied
    const isCopiedAgain = new Promise<void>((resolve) => {
      copied = resolve
    })
    await step(session, work, 12)
    await isCopiedAgain
    follow.abort()
    await kept
    expect(left.at(-1)).toBeNull()

    // What comes after the copy has ended.
    await step(session, work, 13)
    const taken = await warm.openSession(work.task)
    expect(taken.store<number>('counts').get('all')).toBe(14)
    expect(restored).toBe(1)
    await expect(step(session, work, 14)).rejects.toThrow('another owner')
    for (let position = 14; position < 16; position++) await step(taken, work, position)
    expect(taken.store<number>('counts').get('all')).toBe(16)
    await taken.close()
    await session.close()
  })

  it('are not disturbed by a copy in their own folder that was not ended', async () => {
    let copied: () => void = () => undefined
    const isCopied = new Promise<void>((resolve) => {
      copied = resolve
    })
    const one = await worker('both', undefined, (left) => {
      if (left === 0) copied()
    })
    const work = await aTask(one)
    const other = await worker('both-other')
    const before = await other.openSession(work.task)
    for (let position = 0; position < 3; position++) await step(before, work, position)
    const follow = new AbortController()
    const kept = one.keepStandby?.(work.task, follow.signal)
    await isCopied
    const session = await one.openSession(work.task)
    for (let position = 3; position < 6; position++) await step(session, work, position)
    // It has heard of it, and ended by itself.
    await kept
    expect(session.store<number>('counts').get('all')).toBe(6)
    await session.close()
    await before.close()
  })
})
