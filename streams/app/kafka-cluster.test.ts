import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Kafka, logLevel } from 'kafkajs'
import { askedUntil } from '../../tests/support/asked-until.js'
import { bytes, outgoing, outgoingBatches, partitionOf, valuesOf } from '../../tests/support/backends.js'
import { password, type SecuredBroker, securedBroker } from '../../tests/support/kafka/secured-broker.js'
import { whyNoBroker } from '../../tests/support/kafka/shared.js'
import { scratchFolder } from '../../tests/support/scratch.js'
import { type Overrides, readConfig } from '../config.js'
import { offset, partition, topic } from '../engine/topic.js'
import { workersOf } from '../kafka/applications.js'
import { openKafkaBackend } from '../kafka/backend.js'
import { KafkaClient } from '../kafka/client.js'
import { Membership } from '../kafka/membership/membership.js'
import { streamsGroup } from '../kafka/membership/told.js'
import { explained } from '../kafka/trouble.js'
import { examineBrokers } from './broker-examination.js'
import { clusterOf, namesOf } from './kafka-cluster.js'

const withBroker = whyNoBroker() === null ? describe : describe.skip
/** Of the protocol: prefixed patterns, what is allowed, all operations, and what matches any of each. */
const [prefixed, allow, all, anything] = [4, 3, 2, 1]
const resources = { topic: 2, group: 3, transactionalId: 5 }

withBroker('a cluster that lets in who it knows', () => {
  const scratch = scratchFolder()
  let secured: SecuredBroker

  beforeAll(async () => {
    secured = await securedBroker(scratch.dir)
    const admin = new Kafka({ brokers: [secured.broker.address], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const principals = ['plain', 'scram256', 'scram512', 'CN=client'].map((name) => `User:${name}`)
    const allowed = [
      { resourceType: resources.topic, resourceName: 'shop-' },
      { resourceType: resources.group, resourceName: 'shop-' },
      { resourceType: resources.group, resourceName: 'shop.' },
      { resourceType: resources.transactionalId, resourceName: 'shop-' },
    ]
    const acl = principals.flatMap((principal) =>
      allowed.map((resource) => ({
        ...{ ...resource, principal, host: '*', operation: all, permissionType: allow },
        resourcePatternType: prefixed,
      })),
    )
    await admin.createAcls({ acl })
    // The answer comes before the broker goes by them.
    const any = { resourceType: anything, resourcePatternType: anything, operation: anything, permissionType: anything }
    await askedUntil(
      () => admin.describeAcls(any),
      (known) => known.resources.flatMap(({ acls }) => acls).length === acl.length,
    )
    await admin.disconnect()
  })

  afterAll(async () => {
    await secured?.broker.stop('SIGKILL')
    scratch.remove()
  })

  const configOf = (given: Overrides) =>
    readConfig(
      {
        ...{
          backend: 'kafka',
          kafkaBrokers: secured.users,
          schemaRegistryUrl: 'http://127.0.0.1:1',
          authorKey: 'hush',
        },
        ...{ kafkaApplication: 'shop', kafkaPrefixedTopics: 'all', kafkaRetry: '10s', topologies: '' },
        ...{ kafkaTls: 'true', kafkaCa: secured.ca, ...given },
      },
      {},
    )
  const byUser = (mechanism: string, kafkaUser: string): Overrides => ({
    ...{ kafkaSasl: mechanism, kafkaUser, kafkaPassword: password },
  })
  const byCertificate = (): Overrides => ({
    ...{ kafkaBrokers: secured.mutual, kafkaCert: secured.cert, kafkaKey: secured.key },
  })

  const open = (given: Overrides) => {
    const config = configOf(given)
    return openKafkaBackend({ cluster: clusterOf(config), application: 'shop', names: namesOf(config), stateDir: null })
  }

  it.each([
    ['SASL PLAIN', () => byUser('plain', 'plain')],
    ['SASL SCRAM-SHA-256', () => byUser('scram-sha-256', 'scram256')],
    ['SASL SCRAM-SHA-512', () => byUser('scram-sha-512', 'scram512')],
    ['a certificate', byCertificate],
  ])(
    'takes everything of a worker that logs in by %s over TLS, with rights for what begins with its application',
    async (_, given) => {
      const backend = await open(given())
      const { log } = backend
      const id = `${Math.random()}`.slice(2)
      const [input, output] = [topic<Uint8Array>(`in-${id}`, 'bytes'), topic<Uint8Array>(`out-${id}`, 'bytes')]
      for (const each of [input, output]) await log.createTopic(each, 1)
      const at = partitionOf(input.name)
      await log.append([outgoing(input.name, 'a', { key: bytes('k') }), outgoing(input.name, 'b')])
      const session = await backend.openSession({
        group: `of-${id}`,
        partition: partition(0),
        inputs: [at],
        stores: ['counts'],
      })
      session.store<number>('counts').put('a', 1)
      await session.commit({ offsets: [{ at, next: offset(2) }], outputs: outgoingBatches(outgoing(output.name, 'x')) })
      expect(await valuesOf(log, partitionOf(output.name))).toEqual(['x'])
      expect(await log.committed(`of-${id}`, [at])).toEqual(new Map([[`${input.name}-0`, 2]]))
      await backend.close()

      const stop = new AbortController()
      const cluster = clusterOf(configOf(given()))
      const membership = new Membership({ cluster, group: streamsGroup.of('shop'), place: 'here' }, async () => ['t-0'])
      let ran: Promise<void> = Promise.resolve()
      const tasks = await new Promise<readonly string[]>((resolve, reject) => {
        const owner = {
          owned: [],
          assign: (given: { readonly tasks: readonly string[] }) => resolve(given.tasks),
          lose: reject,
        }
        ran = membership.run(owner, stop.signal)
      })
      expect(tasks).toEqual(['t-0'])
      stop.abort()
      await ran
      const client = new KafkaClient(cluster)
      expect(await workersOf(client, streamsGroup.of('shop'))).toBeNull()
      await client.close()
    },
  )

  async function refusal(given: Overrides): Promise<unknown> {
    const examined = examineBrokers(configOf(given), [])
    const findings: unknown[] = []
    for (let next = await examined.next(); next.done !== true; next = await examined.next()) findings.push(next.value)
    return findings[0]
  }

  it('is named with the remedy where it refuses: user, certificate, or no word of who it is', async () => {
    const [user, trust, mechanism] = [
      await refusal({ ...byUser('scram-sha-256', 'scram256'), kafkaPassword: 'wrong' }),
      await refusal({ ...byUser('plain', 'plain'), kafkaCa: '' }),
      await refusal(byUser('scram-sha-512', 'plain')),
    ]
    expect(user).toMatchObject({ state: 'wrong', remedy: expect.stringContaining('PULSO_KAFKA_PASSWORD') })
    expect(trust).toMatchObject({ state: 'wrong', remedy: expect.stringContaining('PULSO_KAFKA_CA') })
    expect(mechanism).toMatchObject({ state: 'wrong', remedy: expect.stringContaining('PULSO_KAFKA_SASL') })
    expect(await refusal({ kafkaBrokers: secured.mutual })).toMatchObject({
      state: 'wrong',
      remedy: expect.stringContaining('PULSO_KAFKA_CERT'),
    })
    expect(await refusal({ kafkaTls: 'false', kafkaCa: '' })).toMatchObject({
      state: 'wrong',
      remedy: expect.stringContaining('PULSO_KAFKA_TLS'),
    })
  })

  it('says which rights are missing to who may not do what was asked', async () => {
    const config = configOf({ ...byUser('plain', 'plain'), kafkaApplication: 'bakery' })
    const backend = await openKafkaBackend({
      ...{ cluster: clusterOf(config), application: 'bakery', names: namesOf(config), stateDir: null },
    })
    const refused = await backend.log.createTopic(topic('posts', 'bytes'), 1).catch((error: unknown) => error)
    expect(explained(refused, config.kafkaBrokers).message).toMatch(/that begin with PULSO_KAFKA_APPLICATION/)
    await backend.close()
  })
})
