import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { bytes, outgoing, outgoingBatches, partitionOf, text, valuesOf } from '../../tests/support/backends.js'
import { kafkaPlace } from '../../tests/support/kafka/place.js'
import { sharedBroker, whyNoBroker } from '../../tests/support/kafka/shared.js'
import type { TaskId } from '../engine/ports/log.js'
import { offset, partition, partitionId, topic, topicName } from '../engine/topic.js'
import { KafkaClient } from './client.js'
import { earlierGroups, earlierNames, NamesMove } from './earlier-names.js'
import { ApplicationNames } from './names.js'

const withBroker = whyNoBroker() === null ? describe : describe.skip

withBroker('moving what an earlier version left to names of an application', () => {
  const id = randomUUID().slice(0, 8)
  const application = `moved-${id}`
  const names = new ApplicationNames(application)
  const [posts, between, results] = [`${id}-posts`, `${id}-repartition`, `${id}-results`].map((name) =>
    topic<Uint8Array>(name, 'bytes'),
  ) as [ReturnType<typeof topic>, ReturnType<typeof topic>, ReturnType<typeof topic>]
  const taskOf = (stage: number, input: typeof posts): TaskId => ({
    ...{ group: `${id}.${stage}`, partition: partition(0), inputs: [partitionOf(input.name)], stores: ['counts'] },
  })
  const [first, second] = [taskOf(1, posts), taskOf(2, between)]
  const [atPosts, atBetween, atResults] = [posts, between, results].map(({ name }) => partitionOf(name)) as [
    ReturnType<typeof partitionOf>,
    ReturnType<typeof partitionOf>,
    ReturnType<typeof partitionOf>,
  ]
  let client: KafkaClient
  let earlier: Awaited<ReturnType<typeof kafkaPlace>>
  let now: typeof earlier

  beforeAll(async () => {
    client = new KafkaClient({ brokers: [await sharedBroker()], clientId: application, retryFor: 20_000 })
    const changelogs = {
      ...earlierNames,
      topic: (name: string) => (name.endsWith('-changelog') ? names.topic(name) : name),
    }
    earlier = await kafkaPlace({ application, names: changelogs })
    now = await kafkaPlace({ application, names })
    const backend = await earlier.open()
    const { log } = backend
    for (const each of [posts, between, results]) await log.createTopic(each, 1)
    await log.append(['a', 'b', 'c', 'd'].map((value) => outgoing(posts.name, value)))
    const ofFirst = await backend.openSession(first)
    ofFirst.store<number>('counts').put('read', 3)
    const headers = { 'stream-time': bytes('7') }
    await ofFirst.commit({
      offsets: [{ at: atPosts, next: offset(3) }],
      outputs: outgoingBatches(
        ...['A', 'B', 'C'].map((value) => outgoing(between.name, value, { key: bytes(value), headers })),
      ),
    })
    const ofSecond = await backend.openSession(second)
    ofSecond.store<number>('counts').put('read', 1)
    await ofSecond.commit({
      offsets: [{ at: atBetween, next: offset(1) }],
      outputs: outgoingBatches(outgoing(results.name, 'A')),
    })
  })

  afterAll(async () => {
    await Promise.all([earlier?.remove(), now?.remove(), client?.close()])
  })

  it('finds the groups of that version, where its changelogs are those of the application', async () => {
    const groups = [first.group, second.group, 'of-nobody']
    expect(await earlierGroups(client, names, groups)).toEqual([first.group, second.group])
    expect(await earlierGroups(client, new ApplicationNames('another'), groups)).toEqual([])
  })

  it('takes offsets and state along, and of the records between stages those that were not read', async () => {
    const move = new NamesMove(client, names)
    const { log } = await now.open()
    await log.createTopic(between, 1)
    expect(await move.task(first)).toBe(0)
    expect(await move.task(second)).toBe(2)
    // Broken off and begun again.
    expect([await move.task(first), await move.task(second)]).toEqual([null, null])

    const backend = await now.open()
    const [ofFirst, ofSecond] = [await backend.openSession(first), await backend.openSession(second)]
    expect([...ofFirst.positions, ...ofSecond.positions]).toEqual([
      [partitionId(atPosts), 3],
      [partitionId(atBetween), 0],
    ])
    expect([ofFirst, ofSecond].map((session) => session.store<number>('counts').get('read'))).toEqual([3, 1])
    const [read] = await log.fetch([{ at: atBetween, from: offset(0) }], { records: 10, bytes: 1e6 })
    expect(
      read?.records.map(({ key, value, headers }) => [key, value, headers['stream-time'] ?? null].map(text)),
    ).toEqual([
      ['B', 'B', '7'],
      ['C', 'C', '7'],
    ])
    expect(await valuesOf(log, atResults)).toEqual(['A'])
  })

  it('takes the groups away at last, so that nothing is left to be moved', async () => {
    await new NamesMove(client, names).forget([first.group, second.group])
    expect(await earlierGroups(client, names, [first.group, second.group])).toEqual([])
  })

  it('refuses to leave the records of a topic behind that others read', async () => {
    const all = new ApplicationNames(application, () => true)
    const task = { ...taskOf(3, posts), inputs: [{ topic: topicName(posts.name), partition: partition(0) }] }
    await expect(new NamesMove(client, all).task(task)).rejects.toThrow('PULSO_KAFKA_PREFIXED_TOPICS=internal')
  })
})
