import type { Compatibility, RegisteredSchema, SchemaRegistry } from '../engine/ports/registry.js'
import { canonicalText, defaultCompatibility, refusal, refused } from '../engine/schemas/refusal.js'
import { level, levelSet, names, numbers, registered, schemaOfId, usesOfId, version } from './registry/answers.js'
import { RegistryClient } from './registry/client.js'
import { RegistryError } from './registry/errors.js'
import type { RegistryOptions } from './registry/options.js'

/** The API gives its ids as numbers of 32 bits with a sign, from 1. */
const largestId = 0x7fffffff
const attempts = 3
/** Of an id that can be read, and whose subjects cannot: they were deleted, or are not for this client to see. */
const noUse = { subject: 'of no subject that can be seen', version: 0 }

/**
 * A Confluent-compatible schema registry. What it once said of an id stays true, so it is kept: a registry that goes away
 * stops only what needs an id that was never asked for, and that is asked for again until it comes back.
 */
export class KafkaRegistry implements SchemaRegistry {
  readonly #client: RegistryClient
  readonly #byId = new Map<number, RegisteredSchema>()
  /** Ids by subject and text, of what this client registered. */
  readonly #ids = new Map<string, number>()
  readonly #levels = new Map<string, Compatibility>()
  /** Lookups under way: many records wait for the same id. */
  readonly #asked = new Map<number, Promise<RegisteredSchema | undefined>>()

  constructor(options: RegistryOptions) {
    this.#client = new RegistryClient(options)
  }

  /** Ends what waits for an answer, with an error. */
  close(): void {
    this.#client.close()
  }

  /** @throws IncompatibleSchema, RegistryError, or Error when the text is no Avro schema */
  async register(subject: string, schema: string): Promise<number> {
    const text = canonicalText(subject, schema)
    const key = JSON.stringify([subject, text])
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    // What is there already needs no right to write.
    const held = (await this.#held(subject, text)) ?? (await this.#add(subject, text))
    this.#ids.set(key, held.id)
    if (!this.#byId.has(held.id)) this.#byId.set(held.id, held)
    return held.id
  }

  /** @throws RegistryError when the registry cannot be asked: that says nothing about the id */
  byId(id: number): Promise<RegisteredSchema | undefined> {
    const known = this.#byId.get(id)
    if (known !== undefined) return Promise.resolve(known)
    if (!Number.isSafeInteger(id) || id < 1 || id > largestId) return Promise.resolve(undefined)
    let asked = this.#asked.get(id)
    if (asked === undefined) {
      asked = this.#find(id).finally(() => this.#asked.delete(id))
      this.#asked.set(id, asked)
    }
    return asked
  }

  cached(id: number): RegisteredSchema | undefined {
    return this.#byId.get(id)
  }

  async latest(subject: string): Promise<RegisteredSchema | undefined> {
    return this.#version(subject, 'latest')
  }

  /** Each schema once: a registry may give one that several clients register at once several versions. */
  async versions(subject: string): Promise<readonly RegisteredSchema[]> {
    const found = await this.#client.find(
      `listing the versions of ${subject}`,
      (api, how, context) => api.Subject.version({ subject, path: '/subjects/{subject}/versions', ...how }, context),
      numbers,
    )
    const versions: RegisteredSchema[] = []
    for (const number of [...(found ?? [])].sort((one, other) => one - other)) {
      const one = await this.#version(subject, number)
      if (one !== undefined && !versions.some(({ id }) => id === one.id)) versions.push(one)
    }
    return versions
  }

  subjects(): Promise<readonly string[]> {
    return this.#client.ask('listing the subjects', (api, how, context) => api.Subject.all({ ...how }, context), names)
  }

  /** @throws RegistryError */
  async setCompatibility(subject: string, to: Compatibility): Promise<void> {
    if (this.#levels.get(subject) === to) return
    // Asked first: who may only read can do without the rest.
    if ((await this.#ownLevel(subject)) !== to) await this.#setLevel(subject, to)
    this.#levels.set(subject, to)
  }

  /** What the subject allows now: its own level, else that of all subjects. */
  async compatibilityOf(subject: string): Promise<Compatibility> {
    return (await this.#ownLevel(subject)) ?? (await this.#generalLevel())
  }

  async #add(subject: string, text: string): Promise<RegisteredSchema> {
    // Before the first version is there, so that no second one slips in.
    if (!this.#levels.has(subject) && (await this.#isLax(subject))) {
      await this.setCompatibility(subject, defaultCompatibility)
    }
    const id = await this.#post(subject, text)
    const wanted = this.#levels.get(subject)
    // Some registries keep no level of a subject that has no version yet.
    if (wanted !== undefined && (await this.#ownLevel(subject)) !== wanted) await this.#setLevel(subject, wanted)
    return (await this.#held(subject, text)) ?? { id, subject, version: 0, schema: text }
  }

  /** Gives the id. A refusal that the schemas do not explain may come of another client that registers too. */
  async #post(subject: string, text: string): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { id } = await this.#client.ask(
          `registering a schema of ${subject}`,
          (api, how, context) => api.Subject.register({ subject, body: { schema: text }, ...how }, context),
          registered,
        )
        return id
      } catch (error) {
        if (!(error instanceof RegistryError && error.trouble === 'incompatible')) throw error
        const held = await this.#held(subject, text)
        if (held !== undefined) return held.id
        const stated = await this.compatibilityOf(subject)
        // One that refuses has a rule: some registries tell NONE of a subject for which that of all subjects holds.
        const compatibility = stated === 'NONE' ? await this.#generalLevel() : stated
        // The registry's own words seldom name the field.
        const explained = refusal(subject, compatibility, await this.versions(subject), text)
        if (explained !== undefined) throw explained
        if (attempt === attempts) throw refused(subject, compatibility, `what it holds: the registry ${error.found}`)
      }
    }
  }

  /** Whether nothing was said of the subject, and what holds for all allows schemas that cannot read what is there. */
  async #isLax(subject: string): Promise<boolean> {
    if ((await this.#ownLevel(subject)) !== undefined) return false
    try {
      const general = await this.#generalLevel()
      return general === 'NONE' || general.startsWith('FORWARD')
    } catch (error) {
      // Who may write one subject need not be let see the rest.
      if (error instanceof RegistryError && error.trouble === 'unauthorized') return true
      throw error
    }
  }

  async #generalLevel(): Promise<Compatibility> {
    const { compatibilityLevel } = await this.#client.ask(
      'asking how schemas may change',
      (api, how, context) => api.Subject.config({ path: '/config', ...how }, context),
      level,
    )
    return compatibilityLevel
  }

  async #ownLevel(subject: string): Promise<Compatibility | undefined> {
    const found = await this.#client.find(
      `asking how the schema of ${subject} may change`,
      (api, how, context) => api.Subject.config({ subject, ...how }, context),
      level,
    )
    return found?.compatibilityLevel
  }

  async #setLevel(subject: string, compatibility: Compatibility): Promise<void> {
    try {
      await this.#client.find(
        `setting ${subject} to ${compatibility}`,
        (api, how, context) => api.Subject.updateConfig({ subject, body: { compatibility }, ...how }, context),
        levelSet,
      )
    } catch (error) {
      // Another client may have set it at the same time.
      const isConflict = error instanceof RegistryError && error.trouble === 'incompatible'
      if (!isConflict || (await this.#ownLevel(subject)) !== compatibility) throw error
    }
  }

  #held(subject: string, text: string): Promise<RegisteredSchema | undefined> {
    return this.#client
      .find(
        `looking for a schema of ${subject}`,
        (api, how, context) => api.Subject.registered({ subject, body: { schema: text }, ...how }, context),
        version,
      )
      .then((found) => found && { ...found, schema: text })
  }

  async #version(subject: string, which: number | 'latest'): Promise<RegisteredSchema | undefined> {
    const found = await this.#client.find(
      `reading version ${which} of ${subject}`,
      (api, how, context) => api.Subject.version({ subject, version: which, ...how }, context),
      version,
    )
    return found && { ...found, schema: spaceless(found.schema) }
  }

  async #find(id: number): Promise<RegisteredSchema | undefined> {
    const what = `looking for the schema of id ${id}`
    const found = await this.#client.find(
      what,
      (api, how, context) => api.Schema.find({ id, ...how }, context),
      schemaOfId,
    )
    if (found === undefined) return undefined
    const uses = await this.#uses(id)
    const { subject, version: number } = uses[0] ?? noUse
    const schema = { id, subject, version: number, schema: spaceless(found.schema) }
    this.#byId.set(id, schema)
    return schema
  }

  /** The subjects that have the id, for messages: that they cannot be had keeps no record back. */
  async #uses(id: number): Promise<readonly { readonly subject: string; readonly version: number }[]> {
    try {
      return await this.#client.ask(
        `looking for the subjects of id ${id}`,
        (api, how, context) => api.Schema.find({ id, path: '/schemas/ids/{id}/versions', ...how }, context),
        usesOfId,
      )
    } catch (error) {
      if (error instanceof RegistryError) return []
      throw error
    }
  }
}

/** As it came when it is no JSON: other kinds of schemas have ids too. */
function spaceless(schema: string): string {
  try {
    return JSON.stringify(JSON.parse(schema))
  } catch {
    return schema
  }
}
