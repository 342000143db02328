import type { RegisteredSerdes } from '../../schemas/serdes.js'
import { AnalyticsError } from '../../sinks/clickhouse/error.js'
import { explained, failureOf } from '../../sinks/clickhouse/server/failure.js'
import type { AnalyticsStore, Cell } from '../engine/ports/analytics.js'
import type { Backend, Consumer, OutgoingRecord } from '../engine/ports/log.js'
import { type FetchedRecord, noHeaders } from '../engine/record.js'
import { offset, partition, partitionId, type Topic, topicName } from '../engine/topic.js'
import type {
  FetchedRecords,
  GroupLag,
  IncomingRecord,
  Instance,
  PartitionFrom,
  Shown,
  ShownRecord,
} from './instance.js'
import { pseudonym, pseudonymised } from './pseudonyms.js'
import { type LanguageBoundModel, scoreTexts } from './scoring.js'

/** What an instance works with; each is opened when a command first needs it. */
export interface Resources {
  backend(): Promise<Backend>
  serdes(): Promise<RegisteredSerdes>
  store(): Promise<AnalyticsStore>
  model(): Promise<LanguageBoundModel>
  readonly topics: readonly Topic<unknown>[]
  /** Key of the hashes that stand for authors. */
  authorKey(): string
  /** Which group reads which topics, for lag. */
  consumers(): Promise<readonly Consumer[]>
  close(): Promise<void>
}

const text = new TextDecoder()
const bytes = new TextEncoder()

const onlyReads = 'queries only read: write to the topics, by pulso replay, and erase by pulso erase'

/** An instance over stores that this process owns. */
export class OpenedInstance implements Instance {
  readonly kind = 'opened'
  readonly #resources: Resources

  constructor(resources: Resources) {
    this.#resources = resources
  }

  async topics() {
    return (await this.#resources.backend()).log.topics()
  }

  async positions(topic: string) {
    const { log } = await this.#resources.backend()
    const description = await this.#describe(topic)
    return Promise.all(
      Array.from({ length: description.partitions }, async (_, index) => {
        const { start, end } = await log.bounds({ topic: description.name, partition: partition(index) })
        return { partition: index, start, end }
      }),
    )
  }

  async fetch(
    from: Parameters<Instance['fetch']>[0],
    limit: Parameters<Instance['fetch']>[1],
  ): Promise<readonly FetchedRecords[]> {
    const { log } = await this.#resources.backend()
    const fetched = await log.fetch(
      from.map(({ at, from: position }) => ({
        at: { topic: topicName(at.topic), partition: partition(at.partition) },
        from: offset(position),
      })),
      limit,
    )
    // plain, as it goes over the wire: batches would take their whole stretch of the log along
    return fetched.map(({ at, records, next, atEnd }) => ({ at, records, next, atEnd }))
  }

  async show(topic: string, from: readonly PartitionFrom[], records: number): Promise<Shown> {
    const { name } = await this.#describe(topic)
    const fetched = await this.fetch(
      from.map((position) => ({ at: { topic: name, partition: partition(position.partition) }, from: position.from })),
      { records, bytes: 16 * 1024 * 1024 },
    )
    const serdes = await this.#resources.serdes()
    await serdes.ensure(fetched.flatMap((read) => read.records.map(({ value }) => value)))
    const known = this.#resources.topics.find((candidate) => candidate.name === topic)
    return {
      records: fetched.flatMap((read) => read.records.map((record) => this.#shown(record, known, serdes))),
      next: fetched.map(({ at, next }) => ({ partition: at.partition, from: next })),
      atEnd: fetched.every(({ atEnd }) => atEnd),
    }
  }

  async append(records: readonly IncomingRecord[]): Promise<void> {
    if (records.length === 0) return
    const { log } = await this.#resources.backend()
    const serdes = await this.#resources.serdes()
    // It lies in a file: read for each record it took a quarter of a backfill's time.
    let known: string | null = null
    const authorKey = (): string => {
      known ??= this.#resources.authorKey()
      return known
    }
    await log.append(records.map((record) => this.#encode(record, serdes, authorKey)))
  }

  async lag(): Promise<readonly GroupLag[]> {
    const { log } = await this.#resources.backend()
    const counts = new Map((await log.topics()).map(({ name, partitions }) => [String(name), partitions]))
    const lagOf = async (group: string, topic: string): Promise<readonly GroupLag[]> => {
      const at = Array.from({ length: counts.get(topic) ?? 0 }, (_, index) => ({
        topic: topicName(topic),
        partition: partition(index),
      }))
      const bounds = await Promise.all(at.map((place) => log.bounds(place)))
      const committed = await log.committed(group, at)
      return at.map((place, index) => {
        const { start = 0, end = 0 } = bounds[index] ?? {}
        const done = committed.get(partitionId(place)) ?? start
        return { group, topic, partition: place.partition, committed: done, end, lag: Math.max(0, end - done) }
      })
    }
    const consumers = await this.#resources.consumers()
    const all = await Promise.all(consumers.flatMap(({ group, topics }) => topics.map((topic) => lagOf(group, topic))))
    return all.flat()
  }

  async query(sql: string, format: string, params: Readonly<Record<string, Cell>>): Promise<Uint8Array> {
    const store = await this.#resources.store()
    try {
      return await store.queryRaw(sql, format, { params })
    } catch (error) {
      if (!(error instanceof AnalyticsError) || failureOf(error).kind === 'fault') throw error
      // Not a right that a user lacks: nobody writes here.
      if (error.type === 'READONLY')
        throw new AnalyticsError(`${error.message}: ${onlyReads}`, error.code, error.type, { cause: error })
      throw new AnalyticsError(explained(error), error.code, error.type, { cause: error })
    }
  }

  async pseudonym(author: string): Promise<string> {
    if (/^[0-9a-f]{16}$/.test(author)) return author
    const at = author.indexOf(':')
    if (at < 1) throw new Error(`"${author}" is no author: write source:name, or a pseudonym of 16 hexadecimal digits`)
    return pseudonym(this.#resources.authorKey(), author.slice(0, at), author.slice(at + 1))
  }

  async score(texts: readonly string[]) {
    return scoreTexts(await this.#resources.model(), texts)
  }

  close(): Promise<void> {
    return this.#resources.close()
  }

  async #describe(topic: string) {
    const topics = await this.topics()
    const found = topics.find(({ name }) => name === topic)
    if (found === undefined) {
      throw new Error(
        `there is no topic "${topic}": there are ${topics.map(({ name }) => name).join(', ') || 'none yet'}`,
      )
    }
    return found
  }

  #encode(record: IncomingRecord, serdes: RegisteredSerdes, authorKey: () => string): OutgoingRecord {
    const topic = this.#resources.topics.find(({ name }) => name === record.topic)
    if (topic === undefined) {
      throw new Error(
        `"${record.topic}" is no topic of Pulso: ${this.#resources.topics.map(({ name }) => name).join(', ')}`,
      )
    }
    const { value, key } = record
    return {
      topic: topic.name,
      key: typeof key === 'string' ? bytes.encode(key) : key,
      value:
        value === null
          ? null
          : value.kind === 'bytes'
            ? value.bytes
            : serdes.forTopic(topic).encode(pseudonymised(authorKey(), value.value)),
      timestamp: record.timestamp,
      headers: record.headers ?? noHeaders,
    }
  }

  #shown(record: FetchedRecord, topic: Topic<unknown> | undefined, serdes: RegisteredSerdes): ShownRecord {
    return {
      topic: record.topic,
      partition: record.partition,
      offset: record.offset,
      timestamp: record.timestamp,
      key: record.key === null ? null : text.decode(record.key),
      value: record.value === null ? null : decoded(record.value, topic, serdes),
      headers: Object.fromEntries(Object.entries(record.headers).map(([name, value]) => [name, text.decode(value)])),
    }
  }
}

function decoded(value: Uint8Array, topic: Topic<unknown> | undefined, serdes: RegisteredSerdes): unknown {
  if (topic === undefined) return { base64: Buffer.from(value).toString('base64') }
  try {
    return serdes.forTopic(topic).decode(value)
  } catch (error) {
    return {
      undecodable: error instanceof Error ? error.message : String(error),
      base64: Buffer.from(value).toString('base64'),
    }
  }
}
