import { describe, expect, it } from '@jest/globals'
import { type Admin, ConfigResourceTypes, Kafka, logLevel } from 'kafkajs'
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

withBroker('a topic that somebody made before Pulso did', () => {
  /** Makes it with the settings, as whoever runs the cluster does. */
  const administer = async <Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> => {
    const admin = new Kafka({ brokers: [await sharedBroker()], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    return work(admin).finally(() => admin.disconnect())
  }
  const made = async (settings: Readonly<Record<string, string>>, name = newGroup()) => {
    const configEntries = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }))
    await administer((admin) =>
      admin.createTopics({ topics: [{ topic: name, numPartitions: 1, configEntries }], waitForLeaders: true }),
    )
    return name
  }
  const settingsOf = async (name: string) => {
    const { resources } = await administer((admin) =>
      admin.describeConfigs({ resources: [{ type: ConfigResourceTypes.TOPIC, name }], includeSynonyms: false }),
    )
    return Object.fromEntries(resources[0]?.configEntries.map((each) => [each.configName, each.configValue]) ?? [])
  }

  it('keeps what it was given, its retention too; one that nobody gave a retention gets its own', async () => {
    const place = await kafkaPlace()
    const { log } = await place.open()
    const chosen = { 'retention.ms': '86400000', 'min.insync.replicas': '1', 'segment.bytes': '2097152' }
    const kept = await made(chosen)
    const open = await made({ 'compression.type': 'lz4', 'segment.bytes': '2097152' })
    for (const name of [kept, open]) await log.createTopic(topic<unknown>(name, 'bytes'), 1)
    expect(await settingsOf(kept)).toMatchObject(chosen)
    expect(await settingsOf(open)).toMatchObject({
      ...{ 'retention.ms': '-1', 'compression.type': 'lz4', 'segment.bytes': '2097152' },
      'max.message.bytes': String(16 * 2 ** 20),
    })
    await place.remove()
  })

  it('is refused when records are removed from it otherwise than they have to be, changelogs too', async () => {
    const place = await kafkaPlace()
    const { log } = await place.open()
    const both = await made({ 'cleanup.policy': 'compact,delete' })
    for (const cleanup of ['compact', 'delete'] as const)
      await expect(log.createTopic(topic<unknown>(both, 'bytes', { cleanup }), 1)).rejects.toThrow(
        `has the cleanup compact,delete, not ${cleanup}`,
      )
    const client = new KafkaClient({ brokers: [await sharedBroker()], clientId: 'topics-test' })
    const names = new ApplicationNames('topics-test')
    const topics = new Topics(client, names)
    const changelogOf = async (policy: string) => {
      const name = topicName(`${newGroup()}${changelogSuffix}`)
      await made({ 'cleanup.policy': policy }, names.topic(name))
      return name
    }
    for (const policy of ['delete', 'compact,delete']) {
      const changelog = await changelogOf(policy)
      await expect(topics.createChangelog(changelog, 1)).rejects.toThrow(`has the cleanup ${policy}, not compact`)
    }
    const compacted = await changelogOf('compact')
    await topics.createChangelog(compacted, 2)
    expect(await topics.partitions(compacted)).toBe(2)
    await client.close()
    await place.remove()
  })
})

withBroker('a topic of more copies than there are brokers', () => {
  it('is not made, and the error names the setting', async () => {
    const client = new KafkaClient({ brokers: [await sharedBroker()], clientId: 'topics-test', retryFor: 200 })
    const topics = new Topics(client, new ApplicationNames('topics-test'), 2)
    await expect(topics.create(topic<unknown>(newGroup(), 'bytes'), 1)).rejects.toThrow(
      /fewer brokers than copies .* PULSO_KAFKA_REPLICATION/,
    )
    await client.close()
  })
})
