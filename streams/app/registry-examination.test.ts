import { beforeAll, describe, expect, it } from '@jest/globals'
import { subjectOf } from '../../schemas/topics.js'
import { newGroup } from '../../tests/support/backends.js'
import { sharedRegistry, whyNoRegistry } from '../../tests/support/kafka/shared.js'
import { readConfig } from '../config.js'
import { topic } from '../engine/topic.js'
import { KafkaRegistry } from '../kafka/registry.js'
import type { Finding } from './finding.js'
import { examineRegistry } from './registry-examination.js'

const noteOf = (...fields: readonly string[]) =>
  JSON.stringify({ type: 'record', name: 'Note', fields: fields.map((name) => ({ name, type: 'string' })) })
const describeWithRegistry = whyNoRegistry() === null ? describe : describe.skip

describeWithRegistry('the examination of a schema registry', () => {
  let url: string
  beforeAll(async () => {
    url = await sharedRegistry()
  })

  async function found(settings: Parameters<typeof readConfig>[0], given?: Parameters<typeof examineRegistry>[1]) {
    const findings: Finding[] = []
    for await (const finding of examineRegistry(readConfig({ schemaRegistryUrl: url, ...settings }, {}), given))
      findings.push(finding)
    return findings
  }

  it('finds nothing wrong with one that is as new, and changes nothing there', async () => {
    const registry = new KafkaRegistry({ url })
    const before = await registry.subjects()
    const topics = [topic<unknown>(newGroup(), 'Note')]
    expect(await found({}, { topics, schemas: new Map([['Note', noteOf('id')]]) })).toEqual([
      { what: 'schema registry', state: 'fine', found: expect.stringContaining(`subjects at ${url}`), remedy: null },
      { what: 'schemas', state: 'fine', found: '0 registered, 1 to be registered at the first start', remedy: null },
    ])
    expect(new Set(await registry.subjects())).toEqual(new Set(before))
  })

  it('names the schema that it would refuse and why, and the subject that takes everything', async () => {
    const registry = new KafkaRegistry({ url })
    const [changed, lax, same] = [newGroup(), newGroup(), newGroup()].map((name) => topic<unknown>(name, 'Note'))
    if (changed === undefined || lax === undefined || same === undefined) throw new Error('three topics were made')
    await registry.register(subjectOf(changed), noteOf('id'))
    await registry.register(subjectOf(same), noteOf('id', 'text'))
    await registry.setCompatibility(subjectOf(lax), 'NONE')
    await registry.register(subjectOf(lax), noteOf('id'))
    const topics = [changed, lax, same]
    const [, ...findings] = await found({}, { topics, schemas: new Map([['Note', noteOf('id', 'text')]]) })
    expect(findings).toMatchObject([
      {
        what: `schema of ${changed.name}`,
        state: 'wrong',
        found: expect.stringMatching(/version 1: text has no default/),
      },
      { what: `schema of ${lax.name}`, state: 'doubtful', remedy: expect.stringContaining('BACKWARD') },
      { what: 'schemas', found: '1 registered, 1 to be registered at the first start' },
    ])
  })

  it.each([
    [
      'nobody listens',
      { schemaRegistryUrl: 'http://127.0.0.1:1' },
      /cannot be reached.*ECONNREFUSED/,
      /whether it runs/,
    ],
    [
      'a file is missing',
      { schemaRegistryCa: '/nowhere.pem' },
      /PULSO_SCHEMA_REGISTRY_CA: \/nowhere.pem cannot be read/,
      /message/,
    ],
  ])('says what is wrong and the remedy when %s', async (_, settings, what, remedy) => {
    const https = 'schemaRegistryCa' in settings ? { schemaRegistryUrl: url.replace('http:', 'https:') } : {}
    expect(await found({ ...https, ...settings })).toEqual([
      {
        what: 'schema registry',
        state: 'wrong',
        found: expect.stringMatching(what),
        remedy: expect.stringMatching(remedy),
      },
    ])
  })

  it('says when the address is that of something else', async () => {
    expect(await found({ schemaRegistryUrl: new URL(url).origin })).toMatchObject([
      { state: 'wrong', remedy: expect.stringContaining('PULSO_SCHEMA_REGISTRY_URL to the base') },
    ])
  })
})
