import type { TopicDescription } from '../engine/ports/log.js'
import type { Topic, TopicPartition } from '../engine/topic.js'
import { type TopicName, topic } from '../engine/topic.js'
import type { KafkaClient } from './client.js'
import { brokerErrorType } from './errors.js'
import type { Names } from './names.js'

/** End of the names of topics that hold the changes of a store: they are not shown among the topics. */
export const changelogSuffix = '-changelog'

/** Largest batch that a topic takes, in bytes: records of several megabytes are batches of their own. */
const largestBatch = 16 * 2 ** 20
const defaultReplication = -1
const topicResource = 2
/** What somebody gave the topic itself, in the words of Kafka's protocol; everything else comes from the brokers. */
const setOnTopic = 1
const tombstonesKept = 86_400_000
/** Brokers before 3.6 do not know it, and take any timestamp. */
const anyTimestamp = 'message.timestamp.after.max.ms'

type Cleanup = TopicDescription['cleanup']

/** The topics of a cluster: made once, looked up for each request. */
export class Topics {
  readonly names: Names
  readonly #client: KafkaClient
  readonly #replication: number
  /** What is known to exist as it was asked for. */
  readonly #made = new Map<string, TopicDescription>()
  /** Changelogs that are known to be compacted. */
  readonly #compacted = new Set<TopicName>()

  /** @param replication copies of each partition of a topic that is made; absent: what the brokers have for a default */
  constructor(client: KafkaClient, names: Names, replication = defaultReplication) {
    this.#client = client
    this.names = names
    this.#replication = replication
  }

  /**
   * Makes the topic unless it is there; of one that is there the retention is set, unless somebody has set it.
   * @param orMore lets it have more partitions
   * @throws Error when it is there with another number of partitions or another cleanup
   */
  async create(topic: Topic<unknown>, defaultPartitions: number, orMore = false): Promise<TopicDescription> {
    const { name, cleanup } = topic
    const partitions = topic.partitions ?? defaultPartitions
    if (!Number.isSafeInteger(partitions) || partitions < 1)
      throw new RangeError(`topic ${name} needs a number of partitions >= 1, not ${partitions}`)
    const made = { name, partitions, cleanup }
    const known = await this.#look(name, true)
    if (known === undefined && (await this.#make(topic, partitions))) await this.#appears(name, partitions)
    else {
      if (known === undefined) await this.#appears(name)
      await this.#agree(topic, partitions, orMore)
    }
    this.#made.set(name, made)
    return made
  }

  /**
   * Makes the changelog of a stage, or gives it more partitions, so that each of its tasks has one. Workers do it at the
   * same time: what a broker refuses because it is done already is done.
   * @throws Error when it is there and not compacted: state would be gone with the time
   */
  async createChangelog(name: TopicName, atLeast: number): Promise<void> {
    if (this.#compacted.has(name) && ((await this.#look(name))?.leaders.length ?? 0) >= atLeast) return
    const known = await this.#look(name, true)
    const compacted = topic(name, 'internal', { cleanup: 'compact' })
    if (known === undefined && (await this.#make(compacted, atLeast))) await this.#appears(name, atLeast)
    else {
      if (known === undefined) await this.#appears(name)
      if ((await this.partitions(name)) < atLeast) await this.#widen(name, atLeast)
      await this.#appears(name, atLeast)
      await this.#agree(compacted, atLeast, true)
    }
    this.#compacted.add(name)
  }

  async all(): Promise<readonly TopicDescription[]> {
    const topics = await this.#client.topics()
    const shown = topics
      .filter(({ name, isInternal }) => !isInternal && !name.startsWith('__') && !name.endsWith(changelogSuffix))
      .flatMap(({ name: onCluster, leaders }) => {
        const name = this.names.topicOf(onCluster)
        return name === null ? [] : [{ name, leaders }]
      })
    const settings = await this.#settings(
      shown.map(({ name }) => name),
      ['cleanup.policy'],
    )
    return shown.map(({ name, leaders }) => ({
      name,
      partitions: leaders.length,
      cleanup: cleanupOf(settings.get(name)?.get('cleanup.policy')?.value),
    }))
  }

  /** Partitions that keys choose among: those that the topic was asked for with, though somebody may have added some. */
  async chosenFrom(name: string): Promise<number> {
    return this.#made.get(name)?.partitions ?? this.partitions(name)
  }

  /** How many partitions each of the topics has, asked anew. @throws Error when there is no such topic */
  async widths(names: readonly TopicName[]): Promise<ReadonlyMap<TopicName, number>> {
    await this.#client.look(names.map((name) => this.names.topic(name)))
    return new Map(await Promise.all(names.map(async (name) => [name, await this.partitions(name)] as const)))
  }

  /** @throws Error when there is no such topic */
  async partitions(name: string): Promise<number> {
    return (await this.#known(name)).length
  }

  /**
   * Node that leads the partition.
   * @throws Error when there is no such topic, or it has no such partition
   */
  async leader({ topic, partition }: TopicPartition): Promise<number> {
    let leaders = await this.#known(topic)
    if (partition >= leaders.length) leaders = await this.#known(topic, true)
    const leader = leaders[partition]
    if (leader === undefined)
      throw new Error(`topic ${topic} has no partition ${partition}: it has ${leaders.length}, counted from 0`)
    return leader
  }

  /** The places, by the node that leads them. */
  async byLeader<Place extends { readonly at: TopicPartition }>(
    places: readonly Place[],
  ): Promise<Map<number, Place[]>> {
    const nodes = new Map<number, Place[]>()
    for (const place of places) {
      const leader = await this.leader(place.at)
      const found = nodes.get(leader)
      if (found === undefined) nodes.set(leader, [place])
      else found.push(place)
    }
    return nodes
  }

  async #known(name: string, anew = false): Promise<readonly number[]> {
    const known = await this.#look(name, anew)
    if (known === undefined)
      throw new Error(`there is no topic ${this.names.topic(name)}: create it before it is read or written`)
    return known.leaders
  }

  #look(name: string, anew = false) {
    return this.#client.topic(this.names.topic(name), anew)
  }

  /** Gives the topic so many partitions, unless it has them already. */
  async #widen(name: TopicName, count: number): Promise<void> {
    await this.#client.retrying(`adding partitions to topic ${this.names.topic(name)}`, async () => {
      const broker = await this.#client.anyBroker()
      const topicPartitions = [{ topic: this.names.topic(name), count }]
      try {
        await broker.createPartitions({ topicPartitions, timeout: 30_000 })
      } catch (error) {
        if (brokerErrorType(creationError(error)) !== 'INVALID_PARTITIONS') throw error
      }
    })
  }

  /** False when somebody else was faster. */
  async #make(topic: Topic<unknown>, partitions: number): Promise<boolean> {
    const settings = settingsOf(topic)
    return this.#client.retrying(`making topic ${this.names.topic(topic.name)}`, async () => {
      const broker = await this.#client.anyBroker()
      const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }))
      try {
        await broker.createTopics({
          topics: [
            {
              topic: this.names.topic(topic.name),
              numPartitions: partitions,
              replicationFactor: this.#replication,
              configEntries,
            },
          ],
          timeout: 30_000,
        })
        return true
      } catch (error) {
        const cause = creationError(error)
        const type = brokerErrorType(cause)
        if (type === 'TOPIC_ALREADY_EXISTS') return false
        if (type === 'INVALID_CONFIG' && anyTimestamp in settings) {
          delete settings[anyTimestamp]
          return this.#make(topic, partitions)
        }
        throw cause
      }
    })
  }

  /**
   * A new topic is known to one broker after the other, and its leaders are chosen a little later.
   * @param partitions how many it was given, though somebody may have added more; absent: somebody else made it
   */
  async #appears(name: string, partitions?: number): Promise<void> {
    await this.#client.retrying(`waiting for topic ${name}`, async () => {
      const leaders = (await this.#look(name, true))?.leaders ?? []
      const isWhole = partitions === undefined ? leaders.length > 0 : leaders.length >= partitions
      if (isWhole && leaders.every((leader) => leader >= 0)) return
      throw Object.assign(new Error(`topic ${name} has no leaders yet`), { type: 'LEADER_NOT_AVAILABLE' })
    })
  }

  async #agree(topic: Topic<unknown>, partitions: number, orMore: boolean): Promise<void> {
    const { name, cleanup } = topic
    const found = await this.partitions(name)
    if (found < partitions || (found > partitions && !orMore))
      throw new Error(
        `topic ${this.names.topic(name)} has ${found} partitions, not ${partitions}: records stay in the partition that their key chose, ` +
          `so configure ${found}, or use another name`,
      )
    const held = (await this.#settings([name])).get(name) ?? new Map<string, Setting>()
    const policy = held.get('cleanup.policy')?.value
    if (policy !== cleanup)
      throw new Error(
        `topic ${this.names.topic(name)} has the cleanup ${policy}, not ${cleanup}: give it that one, or another name`,
      )
    // Of what is compacted alone nothing goes with the time.
    if (cleanup === 'compact' || this.#made.get(name) !== undefined) return
    const wanted = settingsOf(topic)
    // What somebody chose stays: texts of erased posts have to be gone at some time.
    const isOpen = (setting: string) =>
      held.get(setting)?.isOwn !== true && held.get(setting)?.value !== wanted[setting]
    if (!retentions.some(isOpen)) return
    const own = [...held].flatMap(([setting, { value, isOwn }]) => (isOwn && value !== null ? [[setting, value]] : []))
    await this.#alter(name, { ...wanted, ...Object.fromEntries(own) })
  }

  /** Gives the topic these settings, and those of the brokers for all others. */
  async #alter(name: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const configEntries = Object.entries(settings).map(([key, value]) => ({ name: key, value }))
    await this.#client.retrying(`changing the retention of topic ${name}`, async () => {
      const broker = await this.#client.anyBroker()
      await broker.alterConfigs({ resources: [{ type: topicResource, name: this.names.topic(name), configEntries }] })
    })
  }

  /** @param configNames which settings of each of the topics; none: all */
  async #settings(
    names: readonly string[],
    configNames: string[] = [],
  ): Promise<Map<string, ReadonlyMap<string, Setting>>> {
    if (names.length === 0) return new Map()
    return this.#client.retrying('asking for the settings of topics', async () => {
      const broker = await this.#client.anyBroker()
      const { resources } = await broker.describeConfigs({
        resources: names.map((name) => ({ type: topicResource, name: this.names.topic(name), configNames })),
      })
      return new Map(
        resources.map(({ resourceName, configEntries }) => [
          this.names.topicOf(resourceName) ?? resourceName,
          new Map(
            configEntries.map(({ configName, configValue, configSource }) => [
              configName,
              { value: configValue, isOwn: configSource === setOnTopic },
            ]),
          ),
        ]),
      )
    })
  }
}

interface Setting {
  readonly value: string | null
  /** Whether the topic itself was given it; else it is that of the brokers. */
  readonly isOwn: boolean
}

const retentions = ['retention.ms', 'retention.bytes'] as const

/** Of one that is compacted and also deleted from, records are gone that are not the last of their key. */
const cleanupOf = (policy: string | null | undefined): Cleanup =>
  policy?.split(',').some((each) => each.trim() === 'compact') ? 'compact' : 'delete'

/** Kept by intent: records keep the time of the post, and old posts must not vanish by the broker's own default. */
const settingsOf = ({ cleanup, retention }: Topic<unknown>): Record<string, string> => ({
  'cleanup.policy': cleanup,
  'retention.ms': String(retention.time ?? -1),
  'retention.bytes': String(retention.bytes ?? -1),
  'delete.retention.ms': String(tombstonesKept),
  'max.message.bytes': String(largestBatch),
  [anyTimestamp]: '9223372036854775807',
})

/** kafkajs gathers the errors of the topics of one request. */
function creationError(error: unknown): unknown {
  if (error instanceof Error && 'errors' in error && Array.isArray(error.errors)) return error.errors[0] ?? error
  return error
}
