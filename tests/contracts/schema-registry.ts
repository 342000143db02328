import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSerdes } from '../../schemas/serdes.js'
import { subjectOf } from '../../schemas/topics.js'
import { type Compatibility, IncompatibleSchema, type SchemaRegistry } from '../../streams/engine/ports/registry.js'
import { topic } from '../../streams/engine/topic.js'
import { newGroup } from '../support/backends.js'

/** A place that keeps schemas. Its clients see what each other registered. */
interface RegistryPlace {
  open(): Promise<{ readonly registry: SchemaRegistry }>
  /** Takes everything away. */
  remove(): Promise<void>
}

type Field = readonly [name: string, type: unknown, defaultValue?: unknown]

const record = (...fields: readonly Field[]) =>
  JSON.stringify({
    type: 'record',
    name: 'Post',
    namespace: 'pulso',
    fields: fields.map(([name, type, ...rest]) => ({ name, type, ...(rest.length > 0 ? { default: rest[0] } : {}) })),
  })

const base = record(['id', 'string'], ['likes', 'int'])
const added = record(['id', 'string'], ['likes', 'int'], ['text', 'string', ''])
const addedWithoutDefault = record(['id', 'string'], ['likes', 'int'], ['text', 'string'])
const removed = record(['id', 'string'])
const widened = record(['id', 'string'], ['likes', 'long'])

/** What every schema registry keeps: the rules of a Confluent registry. */
export function schemaRegistryContract(name: string, open: () => Promise<RegistryPlace>): void {
  describe(`schema registry contract: ${name}`, () => {
    let place: RegistryPlace
    let registry: SchemaRegistry

    beforeAll(async () => {
      place = await open()
      registry = (await place.open()).registry
    })

    afterAll(() => place.remove())

    const newSubject = () => `${newGroup()}-value`

    it('gives a schema one id under all subjects, however its text is spaced', async () => {
      const [one, two] = [newSubject(), newSubject()]
      const id = await registry.register(one, base)
      expect(await registry.register(one, JSON.stringify(JSON.parse(base), null, 2))).toBe(id)
      expect(await registry.register(two, base)).toBe(id)
      expect(await registry.register(one, added)).not.toBe(id)
      expect((await registry.versions(one)).map(({ version }) => version)).toEqual([1, 2])
      expect((await registry.versions(two)).map(({ version }) => version)).toEqual([1])
    })

    it('tells other clients by id, and remembers what was asked for', async () => {
      const subject = newSubject()
      const id = await registry.register(subject, added)
      const other = (await place.open()).registry
      expect(other.cached(id)).toBeUndefined()
      expect(JSON.parse((await other.byId(id))?.schema ?? '')).toEqual(JSON.parse(added))
      expect(other.cached(id)?.id).toBe(id)
      expect(await other.latest(subject)).toMatchObject({ id, subject, version: 1 })
      expect(await other.subjects()).toContain(subject)
      expect(await other.byId(999_999)).toBeUndefined()
      expect(await other.latest(newSubject())).toBeUndefined()
    })

    it('gives clients that register at once the same id', async () => {
      const subject = newSubject()
      const clients = await Promise.all([place.open(), place.open(), place.open()])
      const ids = await Promise.all(clients.map((client) => client.registry.register(subject, widened)))
      expect(new Set(ids).size).toBe(1)
      expect(await registry.versions(subject)).toHaveLength(1)
    })

    it('refuses what cannot read the last version, and names the field, unless told otherwise', async () => {
      const subject = newSubject()
      await registry.register(subject, base)
      const registering = registry.register(subject, addedWithoutDefault)
      await expect(registering).rejects.toThrow(IncompatibleSchema)
      await expect(registering).rejects.toThrow(/text/)
      expect(await registry.versions(subject)).toHaveLength(1)
    })

    const verdicts: readonly (readonly [Compatibility, first: string, second: string, accepted: boolean])[] = [
      ['BACKWARD', base, added, true],
      ['BACKWARD', base, removed, true],
      ['BACKWARD', base, widened, true],
      ['BACKWARD', widened, base, false],
      ['FORWARD', base, addedWithoutDefault, true],
      ['FORWARD', base, removed, false],
      ['FORWARD', widened, base, true],
      ['FULL', base, added, true],
      ['FULL', base, widened, false],
      ['FULL', base, addedWithoutDefault, false],
      ['NONE', base, '"string"', true],
    ]
    it.each(verdicts)('%s: from %s to %s is accepted: %s', async (level, first, second, accepted) => {
      const subject = newSubject()
      await registry.setCompatibility(subject, level)
      await registry.register(subject, first)
      const registering = registry.register(subject, second)
      if (accepted) await expect(registering).resolves.toBeGreaterThan(0)
      else await expect(registering).rejects.toThrow(IncompatibleSchema)
    })

    it('looks at all versions when it is transitive, else at the last', async () => {
      const withDefault = record(['id', 'string'], ['text', 'string', ''])
      const without = record(['id', 'string'], ['text', 'string'])
      for (const [level, accepted] of [
        ['BACKWARD', true],
        ['BACKWARD_TRANSITIVE', false],
      ] as const) {
        const subject = newSubject()
        await registry.setCompatibility(subject, level)
        await registry.register(subject, removed)
        await registry.register(subject, withDefault)
        const registering = registry.register(subject, without)
        if (accepted) await expect(registering).resolves.toBeGreaterThan(0)
        else await expect(registering).rejects.toThrow(/version 1.*text/)
      }
    })

    it('takes from a topic how its schema may change', async () => {
      const lenient = topic<unknown>(newGroup(), 'pulso.Post', { compatibility: 'FORWARD' })
      const strict = topic<unknown>(newGroup(), 'pulso.Post')
      const withSchema = (text: string) => createSerdes(registry, new Map([['pulso.Post', text]]), [lenient])
      await withSchema(base)
      await withSchema(addedWithoutDefault)
      expect(await registry.versions(subjectOf(lenient))).toHaveLength(2)
      await expect(withSchema(removed)).rejects.toThrow(/FORWARD.*text/)
      await createSerdes(registry, new Map([['pulso.Post', base]]), [strict])
      await expect(registry.register(subjectOf(strict), addedWithoutDefault)).rejects.toThrow(/BACKWARD.*text/)
    })

    it('refuses a text that is no schema', async () => {
      const subject = newSubject()
      await expect(registry.register(subject, '{"type": "recor')).rejects.toThrow(subject)
      await expect(registry.register(subject, record(['id', 'strin']))).rejects.toThrow(/strin/)
      expect(await registry.versions(subject)).toEqual([])
    })
  })
}
