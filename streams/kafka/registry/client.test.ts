import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { readSchemas } from '../../../schemas/files.js'
import { createSerdes } from '../../../schemas/serdes.js'
import { newGroup } from '../../../tests/support/backends.js'
import { certificates } from '../../../tests/support/certificates.js'
import { type Front, type Refuses, registryFront } from '../../../tests/support/kafka/registry-front.js'
import { sharedRegistry, whyNoRegistry } from '../../../tests/support/kafka/shared.js'
import { scratchFolder } from '../../../tests/support/scratch.js'
import { openEmbeddedBackend } from '../../embedded/backend.js'
import { topic } from '../../engine/topic.js'
import { projectPath } from '../../project.js'
import { KafkaRegistry } from '../registry.js'
import type { RegistryOptions } from './options.js'

const schemas = readSchemas(projectPath('schemas'))
const post = schemas.get('pulso.Post') ?? ''
const everybody: Refuses = () => null
const describeWithRegistry = whyNoRegistry() === null ? describe : describe.skip

describeWithRegistry('a client of a schema registry', () => {
  const scratch = scratchFolder()
  let url: string
  const fronts: Front[] = []
  const front = async (...how: [refuses: Refuses, tls?: Parameters<typeof registryFront>[2]]) => {
    const made = await registryFront(url, ...how)
    fronts.push(made)
    return made
  }
  const open = (options: Partial<RegistryOptions> = {}) => new KafkaRegistry({ url, retryFor: 0, ...options })

  beforeAll(async () => {
    url = await sharedRegistry()
  })
  afterEach(async () => {
    for (const made of fronts.splice(0)) await made.close()
  })
  afterAll(() => scratch.remove())

  it('tells a missing id from an address where there is no registry', async () => {
    expect(await open().byId(999_999)).toBeUndefined()
    for (const wrong of [new URL(url).origin, (await front(() => 404)).url, `${url}/subjects`]) {
      const asked = open({ url: wrong }).byId(999_999)
      await expect(asked).rejects.toMatchObject({ trouble: 'not-a-registry' })
      await expect(asked).rejects.toThrow(/PULSO_SCHEMA_REGISTRY_URL to the base of its Confluent-compatible API/)
    }
  })

  it('asks for no id that cannot be one', async () => {
    const registry = open({ url: 'http://127.0.0.1:1' })
    for (const id of [0, -1, 2 ** 31, 2 ** 32 - 1]) expect(await registry.byId(id)).toBeUndefined()
  })

  it('takes a refusal that passes by itself for what it is, and asks again', async () => {
    let refused = 0
    const { url: busy } = await front(() => (refused++ < 2 ? ([503, 429][refused - 1] ?? null) : null))
    expect(await open({ url: busy, retryFor: 60_000 }).subjects()).toEqual(expect.any(Array))
    expect(refused).toBeGreaterThan(2)
  })

  it('does not wait for the rest of an answer that is cut off', async () => {
    const cutter = createServer((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n["a"', () => socket.destroy()),
      ),
    )
    cutter.listen(0, '127.0.0.1')
    await once(cutter, 'listening')
    const { port } = cutter.address() as AddressInfo
    const registry = open({ url: `http://127.0.0.1:${port}`, requestTimeout: 300 })
    await expect(registry.subjects()).rejects.toMatchObject({ trouble: 'unreachable' })
    cutter.close()
  })

  it('refuses a change in the words of the embedded registry', async () => {
    const other = JSON.stringify({
      type: 'record',
      name: 'Post',
      namespace: 'pulso',
      fields: [{ name: 'x', type: 'int' }],
    })
    const subject = newGroup()
    const backend = await openEmbeddedBackend({ dir: scratch.dir })
    const refusals: string[] = []
    for (const registry of [backend.registry, open()]) {
      await registry.register(subject, post)
      refusals.push(
        await registry
          .register(subject, other)
          .catch(({ message }: Error) => message)
          .then(String),
      )
    }
    expect(refusals[0]).toMatch(/is BACKWARD, and the new schema breaks its version 1: x has no default/)
    expect(refusals[1]).toBe(refusals[0])
    await backend.close()
  })

  it('lets readers and writers of an old and a new schema work side by side', async () => {
    const notes = topic<Readonly<Record<string, string>>>(newGroup(), 'test.Note')
    const program = (...fields: readonly object[]) =>
      createSerdes(open(), new Map([['test.Note', JSON.stringify({ type: 'record', name: 'Note', fields })]]), [notes])
    const id = { name: 'id', type: 'string' }
    const text = { name: 'text', type: 'string', default: 'none' }
    const [before, after] = [await program(id), await program(id, text)]
    const values = [before.forTopic(notes).encode({ id: 'a' }), after.forTopic(notes).encode({ id: 'b', text: 'c' })]
    for (const reading of [before, after]) await reading.ensure(values)
    expect(values.map((value) => before.forTopic(notes).decode(value))).toEqual([{ id: 'a' }, { id: 'b' }])
    expect(values.map((value) => after.forTopic(notes).decode(value))).toEqual([
      { id: 'a', text: 'none' },
      { id: 'b', text: 'c' },
    ])
  })

  it('needs no right to write for what is registered already', async () => {
    const subject = newGroup()
    const id = await open().register(subject, post)
    const readOnly: Refuses = ({ method, url: path = '' }) =>
      method === 'PUT' || (method === 'POST' && path.endsWith('/versions')) ? 403 : null
    const registry = open({ url: (await front(readOnly)).url })
    await registry.setCompatibility(subject, 'BACKWARD')
    expect(await registry.register(subject, post)).toBe(id)
    await expect(registry.register(newGroup(), post)).rejects.toMatchObject({ trouble: 'unauthorized' })
  })

  it.each([
    ['a user', { user: 'pulso', password: 's3cret:é' }, `Basic ${Buffer.from('pulso:s3cret:é').toString('base64')}`],
    ['a bearer token', { token: 's3cret' }, 'Bearer s3cret'],
  ])('says who it is by %s, and names the settings when it is not let in', async (_, credentials, expected) => {
    const { url: guarded } = await front(({ headers }) => (headers.authorization === expected ? null : 401))
    expect(await open({ url: guarded, credentials }).subjects()).toEqual(expect.any(Array))
    for (const wrong of [
      {},
      { credentials: { user: 'pulso', password: 'wr0ng' } },
      { credentials: { token: 'wr0ng' } },
    ]) {
      const asked = open({ url: guarded, ...wrong }).subjects()
      await expect(asked).rejects.toThrow(/PULSO_SCHEMA_REGISTRY_USER.*PULSO_SCHEMA_REGISTRY_TOKEN/)
      await expect(asked).rejects.not.toThrow(/wr0ng/)
    }
  })

  it('speaks TLS with the authorities that it is given, and shows a certificate that is asked for', async () => {
    const { ca, server, client } = certificates(scratch.dir)
    const { url: plain } = await front(everybody, server)
    expect(await open({ url: plain, tls: { ca } }).subjects()).toEqual(expect.any(Array))
    const distrusting = open({ url: plain }).subjects()
    await expect(distrusting).rejects.toMatchObject({ trouble: 'untrusted' })
    await expect(distrusting).rejects.toThrow(/PULSO_SCHEMA_REGISTRY_CA/)
    const { url: mutual } = await front(everybody, { ...server, ca, requestCert: true, rejectUnauthorized: true })
    expect(await open({ url: mutual, tls: { ca, ...client } }).subjects()).toEqual(expect.any(Array))
    await expect(open({ url: mutual, tls: { ca } }).subjects()).rejects.toMatchObject({ trouble: 'untrusted' })
    const withoutTls = plain.replace('https:', 'http:')
    await expect(open({ url: withoutTls }).subjects()).rejects.toThrow(/PULSO_SCHEMA_REGISTRY_URL/)
    const tooMuchTls = url.replace('http:', 'https:')
    await expect(open({ url: tooMuchTls }).subjects()).rejects.toMatchObject({ trouble: 'not-a-registry' })
  })
})
