import { beforeAll, describe, expect, it } from '@jest/globals'
import { newGroup } from '../../tests/support/backends.js'
import { kafkaPlace } from '../../tests/support/kafka/place.js'
import { sharedBroker, whyNoBroker } from '../../tests/support/kafka/shared.js'
import { readConfig } from '../config.js'
import { topic } from '../engine/topic.js'
import { examineBrokers } from './broker-examination.js'

const withBroker = whyNoBroker() === null ? describe : describe.skip

withBroker('the examination of brokers', () => {
  let address: string
  beforeAll(async () => {
    address = await sharedBroker()
  })

  async function found(kafkaBrokers: string, topics: Parameters<typeof examineBrokers>[1], kafkaReplication = '0') {
    // Without topologies: other tests run some on the same broker.
    const set = {
      backend: 'kafka',
      kafkaBrokers,
      kafkaReplication,
      schemaRegistryUrl: 'http://127.0.0.1:1',
      authorKey: 'hush',
      topologies: '',
    }
    const examined = examineBrokers(readConfig(set, {}), topics)
    const findings: unknown[] = []
    for (let next = await examined.next(); ; next = await examined.next()) {
      if (next.done) return { findings, isWhole: next.value }
      findings.push(next.value)
    }
  }

  it('names the topics that are not as they have to be, with the remedy, and makes none', async () => {
    const place = await kafkaPlace()
    const [few, kept, same, fresh] = [newGroup(), newGroup(), newGroup(), newGroup()].map((name) =>
      topic<unknown>(name, 'bytes'),
    )
    if (few === undefined || kept === undefined || same === undefined || fresh === undefined)
      throw new Error('four were made')
    const { log } = await place.open()
    await log.createTopic(few, 2)
    await log.createTopic({ ...kept, cleanup: 'compact' }, 4)
    await log.createTopic(same, 4)
    const { findings, isWhole } = await found(address, [few, kept, same, fresh])
    expect(findings).toMatchObject([
      { what: 'Kafka', state: 'fine' },
      { what: `topic ${few.name}`, state: 'wrong', remedy: expect.stringContaining('PULSO_PARTITIONS=2') },
      { what: `topic ${kept.name}`, state: 'wrong', remedy: expect.stringContaining('cleanup.policy to delete') },
      { what: 'topics', found: '1 are made at the first start' },
    ])
    expect(isWhole).toBe(false)
    expect((await log.topics()).map(({ name }) => name)).not.toContain(fresh.name)
    expect(await found(address, [same])).toMatchObject({ isWhole: true, findings: [{}, { state: 'fine' }] })
    await place.remove()
  })

  it('says that there are fewer brokers than copies that are asked for', async () => {
    expect((await found(address, [], '2')).findings).toContainEqual({
      what: 'Kafka',
      state: 'wrong',
      found: expect.stringMatching(/^2 copies .* 1 brokers/),
      remedy: expect.stringContaining('PULSO_KAFKA_REPLICATION to 1'),
    })
  })

  it('says that nobody answers, and what to look at', async () => {
    expect(await found('127.0.0.1:1', [])).toMatchObject({
      isWhole: false,
      findings: [
        {
          what: 'Kafka',
          state: 'wrong',
          found: expect.stringMatching(/127\.0\.0\.1:1 cannot be used.*ECONNREFUSED/),
          remedy: expect.stringContaining('PULSO_KAFKA_BROKERS'),
        },
      ],
    })
  })
})
