import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { readSchemas } from '../../schemas/files.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import { deadLetters, mentions, posts, publicTopics, subjectOf, trends } from '../../schemas/topics.js'
import { newGroup } from '../../tests/support/backends.js'
import { copyByTask, type Note } from '../../tests/support/copy-by-task.js'
import { freeze } from '../../tests/support/freeze.js'
import { RegistryProcess } from '../../tests/support/kafka/registry-process.js'
import { whyNoRegistry } from '../../tests/support/kafka/shared.js'
import { aMention, aPost } from '../../tests/support/records.js'
import { scratchFolder } from '../../tests/support/scratch.js'
import { openEmbeddedBackend } from '../embedded/backend.js'
import { topic } from '../engine/topic.js'
import { projectPath } from '../project.js'
import { KafkaRegistry } from './registry.js'

const schemas = readSchemas(projectPath('schemas'))
const patient = 60_000
const describeWithRegistry = whyNoRegistry() === null ? describe : describe.skip

const field = (name: string, more: object = {}) => ({ name, type: 'string', ...more })
const noteOf = (...fields: readonly object[]) =>
  new Map([['test.Note', JSON.stringify({ type: 'record', name: 'Note', namespace: 'test', fields })]])
const oldNote = noteOf(field('id'))
const newNote = noteOf(field('id'), field('text', { default: 'none' }))
const newestNote = noteOf(field('id'), field('text', { default: 'none' }), field('by', { default: 'nobody' }))

describeWithRegistry('a schema registry of its own', () => {
  const scratch = scratchFolder()
  let process_: RegistryProcess
  const opened: KafkaRegistry[] = []
  const open = (options: { retryFor?: number; requestTimeout?: number } = {}) => {
    const registry = new KafkaRegistry({ url: process_.url, retryFor: patient, ...options })
    opened.push(registry)
    return registry
  }
  beforeAll(async () => {
    process_ = await RegistryProcess.start(scratch.dir)
  })
  afterEach(() => {
    for (const registry of opened.splice(0)) registry.close()
  })
  afterAll(async () => {
    await process_.stop('SIGKILL')
    scratch.remove()
  })

  it('gives the ids of the embedded one when it is as new, and values have the same bytes', async () => {
    const embedded = scratchFolder()
    const backend = await openEmbeddedBackend({ dir: embedded.dir })
    const [ours, theirs] = await Promise.all([
      createSerdes(backend.registry, schemas, publicTopics),
      createSerdes(open(), schemas, publicTopics),
    ])
    const letter = {
      stage: 's',
      reason: 'invalid',
      detail: 'd',
      topic: 'posts',
      partition: 1,
      offset: 2 ** 40,
    } as const
    const rest = { file: null, line: null, timestamp: 1_700_000_000_000, key: null, value: null, bytes: 3, replays: 0 }
    const bytes = (serdes: typeof ours) => [
      serdes.forTopic(posts).encode(aPost()),
      serdes.forTopic(mentions).encode(aMention()),
      serdes.forTopic(deadLetters).encode({ ...letter, ...rest }),
    ]
    expect(bytes(theirs)).toEqual(bytes(ours))
    const [post = new Uint8Array()] = bytes(ours)
    const confluent = new SchemaRegistry({ host: process_.url })
    const decoded = await confluent.decode(Buffer.from(post))
    expect(await confluent.encode(await confluent.getLatestSchemaId(subjectOf(posts)), decoded)).toEqual(
      Buffer.from(post),
    )
    expect(theirs.forTopic(trends)).toBeDefined()
    await backend.close()
    embedded.remove()
  })

  describe('that was killed', () => {
    const notes = topic<Note>(newGroup(), 'test.Note')
    const copies = topic<Note>(newGroup(), 'test.Note')
    let known: Uint8Array
    let unknown: Uint8Array
    let registry: KafkaRegistry
    let reading: RegisteredSerdes
    beforeAll(async () => {
      registry = new KafkaRegistry({ url: process_.url, retryFor: 0 })
      known = (await createSerdes(open(), oldNote, [notes, copies])).forTopic(notes).encode({ id: 'known' })
      reading = await createSerdes(registry, newNote, [notes, copies])
      await reading.ensure([known])
      unknown = (await createSerdes(open(), newestNote, [notes]))
        .forTopic(notes)
        .encode({ id: 'new', text: 't', by: 'b' })
      await process_.stop('SIGKILL')
    })
    afterAll(() => registry.close())

    it('is not needed for what was asked for once: its ids, values and registrations go on', async () => {
      const again = await createSerdes(registry, newNote, [notes])
      for (const serdes of [reading, again]) {
        const values = [known, serdes.forTopic(notes).encode({ id: 'own', text: 't' })]
        await serdes.ensure(values)
        expect(values.map((value) => serdes.forTopic(notes).decode(value))).toEqual([
          { id: 'known', text: 'none' },
          { id: 'own', text: 't' },
        ])
      }
    })

    it('makes the lookup of another id fail, and is not taken to have none', async () => {
      await expect(reading.ensure([unknown])).rejects.toMatchObject({ name: 'RegistryError', trouble: 'unreachable' })
    })

    it('stops a start, with an error that says where it should be and what to do', async () => {
      const starting = createSerdes(open({ retryFor: 100 }), schemas, [posts])
      await expect(starting).rejects.toThrow(
        `looking for a schema of posts-value: the schema registry at ${process_.url} cannot be reached`,
      )
      await expect(starting).rejects.toThrow(/look whether it runs.*PULSO_SCHEMA_REGISTRY_URL/)
    })

    it('makes a task wait, and nothing is lost or a dead letter when it is back', async () => {
      const values = [known, unknown, known]
      const failures: string[] = []
      let back = Promise.resolve()
      const { copied, letters } = await copyByTask(reading, { notes, copies }, values, (error) => {
        if (failures.push(error.message) === 1) back = process_.resume()
      })
      await back
      expect(failures[0]).toMatch(/looking for the schema of id \d+.*cannot be reached/)
      expect(copied).toEqual([
        { id: 'known', text: 'none' },
        { id: 'new', text: 't' },
        { id: 'known', text: 'none' },
      ])
      expect(letters).toBe(0)
    })
  })

  it('is asked until it is back, by who is patient', async () => {
    await process_.stop('SIGTERM')
    const asked = open().subjects()
    await process_.resume()
    expect(await asked).toContain(subjectOf(posts))
  })

  it('holds nobody for ever when it hangs', async () => {
    const registry = open({ requestTimeout: 300, retryFor: 0 })
    await freeze(process_.pid)
    await expect(registry.subjects()).rejects.toThrow(/gave no answer within 300 ms/)
    process.kill(process_.pid, 'SIGCONT')
    await expect(open().subjects()).resolves.toEqual(expect.any(Array))
  })

  it('holds nobody whose client is closed', async () => {
    const registry = open()
    await freeze(process_.pid)
    const asked = registry.subjects()
    registry.close()
    await expect(asked).rejects.toThrow(/client was closed/)
    process.kill(process_.pid, 'SIGCONT')
  })

  it('keeps a rule for all subjects that is stricter, and is named by it', async () => {
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' }
    const body = JSON.stringify({ compatibility: 'FULL' })
    await fetch(`${process_.url}/config`, { method: 'PUT', headers, body })
    const [registry, subject] = [open(), newGroup()]
    const of = (type: string) => JSON.stringify({ type: 'record', name: 'Note', fields: [{ name: 'n', type }] })
    await registry.register(subject, of('int'))
    await expect(registry.register(subject, of('long'))).rejects.toThrow(
      `subject ${subject} is FULL, and the new schema breaks its version 1: n was long and would be int`,
    )
  })
})
