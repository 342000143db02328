import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sharedBroker, whyNoBroker } from '../../tests/support/kafka/shared.js'
import { KafkaClient } from '../kafka/client.js'
import { Membership } from '../kafka/membership/membership.js'
import { streamsGroup } from '../kafka/membership/told.js'
import { stagesOf } from './catalogue.js'
import { collisionsOn, writesOf } from './other-applications.js'

const withBroker = whyNoBroker() === null ? describe : describe.skip
const stages = stagesOf(['consumer-trends'])

withBroker('two applications on one cluster', () => {
  let client: KafkaClient
  let brokers: readonly string[]
  beforeAll(async () => {
    brokers = [await sharedBroker()]
    client = new KafkaClient({ brokers, clientId: 'other-applications', retryFor: 20_000 })
  })
  afterAll(() => client?.close())

  const named = (kafkaPrefixedTopics: 'internal' | 'outputs') => ({
    kafkaApplication: `shop-${randomUUID().slice(0, 8)}`,
    kafkaPrefixedTopics,
  })

  /** A worker of the application takes part until it is stopped. */
  async function worker(application: string, writes: ReturnType<typeof writesOf> | undefined) {
    const stop = new AbortController()
    const group = streamsGroup.of(application)
    const membership = new Membership(
      { cluster: { brokers, clientId: application }, group, place: 'here', ...(writes !== undefined && { writes }) },
      async () => stages.map(({ id }) => `${id}-0`),
    )
    let ran: Promise<void> = Promise.resolve()
    await new Promise<void>((resolve) => {
      ran = membership.run({ owned: [], assign: () => resolve(), lose: () => undefined }, stop.signal)
    })
    return async () => {
      stop.abort()
      await ran
    }
  }

  const found = async (other: string, mine: Parameters<typeof writesOf>[1]) =>
    (await collisionsOn(client, stages, mine)).filter(({ application }) => application === other)

  it('are told from each other by what they write, as long as workers of both are there', async () => {
    const [other, mine] = [named('internal'), named('internal')]
    const stop = await worker(other.kafkaApplication, writesOf(stages, other))
    const application = other.kafkaApplication
    expect(await found(application, mine)).toEqual([{ application, topics: ['mentions', 'trends'] }])
    expect(await found(application, { ...mine, kafkaPrefixedTopics: 'outputs' })).toEqual([])
    expect(await found(application, { ...mine, kafkaApplication: application })).toEqual([])
    await stop()
    expect(await found(application, mine)).toEqual([])
  })

  it('may both have topics of their own', async () => {
    const other = named('outputs')
    const stop = await worker(other.kafkaApplication, writesOf(stages, other))
    for (const which of ['internal', 'outputs'] as const)
      expect(await found(other.kafkaApplication, named(which))).toEqual([])
    await stop()
  })
})
