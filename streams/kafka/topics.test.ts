import { describe, expect, it } from '@jest/globals'
import { newGroup } from '../../tests/support/backends.js'
import { kafkaPlace } from '../../tests/support/kafka/place.js'
import { sharedBroker, whyNoBroker } from '../../tests/support/kafka/shared.js'
import { widen } from '../../tests/support/kafka/widen.js'
import { noHeaders } from '../engine/record.js'
import { topic, topicName } from '../engine/topic.js'
import { KafkaClient } from './client.js'
import { ApplicationNames } from './names.js'
import { changelogSuffix, Topics } from './topics.js'

const withBroker = whyNoBroker() === null ? describe : describe.skip

withBroker('a topic that somebody gives a partition while it is in use', () => {
  it('has its keys where they were: they choose among those that it was asked for with', async () => {
    const place = await kafkaPlace()
    const { log } = await place.open()
    const { name } = await log.createTopic(topic<unknown>(newGroup(), 'bytes'), 2)
    const records = Array.from({ length: 40 }, (_, index) => {
      return { topic: name, key: Buffer.from(`key ${index}`), value: null, timestamp: 0, headers: noHeaders }
    })
    const before = await log.append(records)

    await widen(await sharedBroker(), [name], 3)
    expect((await log.topics()).find((found) => found.name === name)).toMatchObject({ partitions: 3 })

    const after = await log.append(records)
    expect(after.map(({ partition }) => partition)).toEqual(before.map(({ partition }) => partition))
    await place.remove()
  })
})

withBroker('the changelog of a stage of which workers start tasks at the same time', () => {
  it('has a partition for each task, also for the worker that looked at it before another one added some', async () => {
    const cluster = { brokers: [await sharedBroker()], clientId: 'topics-test' }
    const clients = [new KafkaClient(cluster), new KafkaClient(cluster)] as const
    const [one, other] = clients.map((client) => new Topics(client, new ApplicationNames('topics-test')))
    const name = topicName(`${newGroup()}${changelogSuffix}`)
    await one?.createChangelog(name, 4)
    await other?.createChangelog(name, 4)
    await one?.createChangelog(name, 5)
    await other?.createChangelog(name, 5)
    expect(await other?.partitions(name)).toBe(5)

    await Promise.all([one?.createChangelog(name, 9), other?.createChangelog(name, 9), other?.createChangelog(name, 8)])
    expect(await one?.partitions(name)).toBe(9)
    expect(await other?.partitions(name)).toBe(9)
    for (const client of clients) await client.close()
  })
})
