import { createHash } from 'node:crypto'
import {
  type Compatibility,
  IncompatibleSchema,
  type RegisteredSchema,
  type SchemaRegistry,
} from '../engine/ports/registry.js'
import { canonicalText, defaultCompatibility, refusal } from '../engine/schemas/refusal.js'
import type { Environment } from './environment.js'
import { decodeNumber, encodeNumber, namedKey, textKey } from './keys.js'
import type { Writer } from './writer.js'

const nextIdKey = textKey('next-id')
const idKey = (id: number) => namedKey('id', id)
const versionKey = (subject: string, version: number) => namedKey(`subject:${subject}`, version)
const levelKey = (subject: string) => textKey(`level:${subject}`)
const textHashKey = (schema: string) => textKey(`text:${createHash('sha256').update(schema).digest('hex')}`)
const subjectsFrom = textKey('subject:')
const subjectsTo = textKey('subject;')

/** The rules of a Confluent registry over the environment: ids are global, one for each text, versions by subject. */
export class EmbeddedRegistry implements SchemaRegistry {
  readonly #environment: Environment
  readonly #writer: Writer
  readonly #byId = new Map<number, RegisteredSchema>()

  constructor(environment: Environment, writer: Writer) {
    this.#environment = environment
    this.#writer = writer
  }

  async register(subject: string, schema: string): Promise<number> {
    const text = canonicalText(subject, schema)
    const registered = await this.#writer.submit({
      write: () => {
        const versions = this.#versions(subject)
        const same = versions.find((version) => version.schema === text)
        if (same !== undefined) return same
        const refusal = this.#refusal(subject, text, versions)
        return refusal ?? this.#add(subject, (versions.at(-1)?.version ?? 0) + 1, text)
      },
    })
    if (registered instanceof IncompatibleSchema) throw registered
    this.#byId.set(registered.id, this.#byId.get(registered.id) ?? registered)
    return registered.id
  }

  async byId(id: number): Promise<RegisteredSchema | undefined> {
    const known = this.#byId.get(id)
    if (known !== undefined) return known
    const found = this.#environment.read(() => this.#read(idKey(id)))
    if (found !== undefined) this.#byId.set(id, found)
    return found
  }

  cached(id: number): RegisteredSchema | undefined {
    return this.#byId.get(id)
  }

  async latest(subject: string): Promise<RegisteredSchema | undefined> {
    return (await this.versions(subject)).at(-1)
  }

  async versions(subject: string): Promise<readonly RegisteredSchema[]> {
    return this.#environment.read(() => this.#versions(subject))
  }

  async subjects(): Promise<readonly string[]> {
    return this.#environment.read(() => {
      const found = new Set<string>()
      for (const { value } of this.#environment.tables.schemas.getRange({ start: subjectsFrom, end: subjectsTo }))
        found.add(decode(value).subject)
      return [...found]
    })
  }

  async setCompatibility(subject: string, level: Compatibility): Promise<void> {
    await this.#writer.submit({
      write: () => void this.#environment.tables.schemas.put(levelKey(subject), Buffer.from(level)),
    })
  }

  #refusal(subject: string, text: string, versions: readonly RegisteredSchema[]): IncompatibleSchema | undefined {
    const found = this.#environment.tables.schemas.get(levelKey(subject))
    const level = found === undefined ? defaultCompatibility : (Buffer.from(found).toString() as Compatibility)
    return refusal(subject, level, versions, text)
  }

  #versions(subject: string): RegisteredSchema[] {
    const range = { start: versionKey(subject, 0), end: versionKey(subject, 0xffffffff) }
    return [...this.#environment.tables.schemas.getRange(range)].map(({ value }) => decode(value))
  }

  /** Inside a write. */
  #add(subject: string, version: number, schema: string): RegisteredSchema {
    const { schemas } = this.#environment.tables
    const known = schemas.get(textHashKey(schema))
    const id = known === undefined ? this.#nextId() : decodeNumber(known)
    const registered = { id, subject, version, schema }
    const bytes = Buffer.from(JSON.stringify(registered))
    void schemas.put(versionKey(subject, version), bytes)
    if (known === undefined) {
      void schemas.put(textHashKey(schema), encodeNumber(id))
      void schemas.put(idKey(id), bytes)
    }
    return registered
  }

  #nextId(): number {
    const { schemas } = this.#environment.tables
    const next = schemas.get(nextIdKey)
    const id = next === undefined ? 1 : decodeNumber(next)
    void schemas.put(nextIdKey, encodeNumber(id + 1))
    return id
  }

  #read(key: Uint8Array): RegisteredSchema | undefined {
    const found = this.#environment.tables.schemas.get(key)
    return found && decode(found)
  }
}

const decode = (bytes: Uint8Array): RegisteredSchema => JSON.parse(Buffer.from(bytes).toString('utf8'))
