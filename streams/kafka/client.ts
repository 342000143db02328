import type { ConnectionOptions } from 'node:tls'
import type { SASLOptions } from 'kafkajs'
import type { Broker } from 'kafkajs/src/broker/index.js'
import BrokerPool from 'kafkajs/src/cluster/brokerPool.js'
import { createLogger } from 'kafkajs/src/loggers/index.js'
import type { Duration } from '../engine/time.js'
import { Buffers } from './batches/buffers.js'
import { connections } from './connections.js'
import { brokerErrorType, messageOf, remedyOf, remedyOfStayed } from './errors.js'
import { exchange } from './wire/exchange.js'
import type { Protocol } from './wire/protocol.js'

export interface Cluster {
  /** `host:port` of some brokers; the others are learnt from them. */
  readonly brokers: readonly string[]
  /** What the broker's own logs and quotas know this client by. */
  readonly clientId: string
  readonly ssl?: ConnectionOptions | boolean
  readonly sasl?: SASLOptions
  /** How long a request is tried again before it fails, in milliseconds. */
  readonly retryFor?: Duration
}

export interface KnownTopic {
  readonly name: string
  /** Node of the leader of each partition. */
  readonly leaders: readonly number[]
  readonly isInternal: boolean
}

const defaultRetryFor = 60_000
const firstPause = 1
const longestPause = 500
const nothingLogged = 0

/**
 * Connections to the brokers of a cluster, through kafkajs: it connects, authenticates, and keeps requests and answers
 * together. Who leads a partition or coordinates a group is looked up once and forgotten when a broker says otherwise.
 */
export class KafkaClient {
  /** Memory for what is written over these connections. */
  readonly buffers = new Buffers()
  readonly #cluster: Cluster
  readonly #pool: BrokerPool
  readonly #topics = new Map<string, KnownTopic>()
  readonly #coordinators = new Map<string, number>()
  #refreshing: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    const logger = createLogger({ level: nothingLogged, logCreator: () => () => undefined })
    this.#pool = new BrokerPool({
      connectionPoolBuilder: connections({
        brokers: cluster.brokers,
        ssl: cluster.ssl ?? null,
        sasl: cluster.sasl ?? null,
        clientId: cluster.clientId,
        requestTimeout: 30_000,
        enforceRequestTimeout: true,
        connectionTimeout: 5_000,
        maxInFlightRequests: null,
        logger,
        reauthenticationThreshold: 10_000,
      }),
      logger,
      retry: { retries: 0, initialRetryTime: 50, maxRetryTime: 50 },
      allowAutoTopicCreation: false,
      authenticationTimeout: 10_000,
      metadataMaxAge: 0,
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#pool.disconnect()
  }

  /**
   * Runs the work until it succeeds, for as long as its errors pass by themselves.
   * @param what is being done, for the error
   * @throws Error that names what was done, when it cannot succeed or did not in time
   */
  async retrying<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const until = Date.now() + (this.#cluster.retryFor ?? defaultRetryFor)
    for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
      try {
        return await work()
      } catch (error) {
        const remedy = remedyOf(error)
        if (remedy === 'none' || this.#closed) throw error
        if (Date.now() + pause > until)
          throw new Error(
            `${what} did not succeed within ${this.#cluster.retryFor ?? defaultRetryFor} ms ` +
              `(${brokerErrorType(error) ?? messageOf(error)}): ${remedyOfStayed(error, this.#cluster.brokers)}`,
            { cause: error },
          )
        if (remedy === 'look-anew') this.forget()
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
  }

  /** Forgets who leads and who coordinates. */
  forget(): void {
    this.#topics.clear()
    this.#coordinators.clear()
  }

  /** The topic as it was last seen; undefined when there is none. `anew` asks again. */
  async topic(name: string, anew = false): Promise<KnownTopic | undefined> {
    const known = anew ? undefined : this.#topics.get(name)
    if (known !== undefined) return known
    return this.retrying(`asking for topic ${name}`, async () => {
      try {
        await this.#refresh([name])
      } catch (error) {
        if (brokerErrorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined
        throw error
      }
      return this.#topics.get(name)
    })
  }

  /** Asks anew about the topics. @throws Error when one of them is not there */
  async look(names: readonly string[]): Promise<void> {
    if (names.length === 0) return
    await this.retrying(`asking for topics ${names.join(', ')}`, () => this.#refresh(names))
  }

  /** All topics that there are. */
  async topics(): Promise<readonly KnownTopic[]> {
    return this.retrying('asking for all topics', async () => {
      this.#topics.clear()
      await this.#refresh([])
      return [...this.#topics.values()]
    })
  }

  /** Some broker. */
  async anyBroker(): Promise<Broker> {
    await this.#learnBrokers()
    return this.#pool.findConnectedBroker()
  }

  async allBrokers(): Promise<readonly Broker[]> {
    await this.#learnBrokers()
    return Promise.all((this.#pool.metadata?.brokers ?? []).map(({ nodeId }) => this.broker(nodeId)))
  }

  async broker(nodeId: number): Promise<Broker> {
    await this.#learnBrokers()
    return this.#pool.findBroker({ nodeId })
  }

  /** The broker that has the offsets of a group, or the state of a transactional id. */
  async coordinator(kind: 'group' | 'transaction', id: string): Promise<Broker> {
    const key = `${kind} ${id}`
    let nodeId = this.#coordinators.get(key)
    if (nodeId === undefined) {
      const asked = await this.anyBroker()
      const found = await asked.findGroupCoordinator({ groupId: id, coordinatorType: kind === 'group' ? 0 : 1 })
      nodeId = found.coordinator.nodeId
      this.#coordinators.set(key, nodeId)
    }
    return this.broker(nodeId)
  }

  /** Sends a request of our own. */
  async send<Result>(broker: Broker, protocol: Protocol<Result>): Promise<Result> {
    try {
      const asked = { request: { apiKey: protocol.api.key } }
      return await exchange(await broker.connectionPool.getConnectionByRequest(asked), protocol)
    } catch (error) {
      // As kafkajs does with its own requests: a closed connection is made anew by the next one.
      if (error instanceof Error && error.name === 'KafkaJSConnectionClosedError') await broker.disconnect()
      throw error
    }
  }

  async #learnBrokers(): Promise<void> {
    this.#refuseClosed()
    if (this.#pool.metadata === null) await this.#refresh([])
  }

  #refuseClosed(): void {
    if (this.#closed) throw new Error('the connections to the brokers were closed: open a new backend')
  }

  /** One at a time: two would each make connections to a broker that is new to both. */
  #refresh(topics: readonly string[]): Promise<void> {
    const refreshed = this.#refreshing.then(async () => {
      this.#refuseClosed()
      await this.#pool.connect()
      await this.#pool.refreshMetadata(topics)
      for (const { topic, isInternal, partitionMetadata } of this.#pool.metadata?.topicMetadata ?? []) {
        const leaders: number[] = []
        for (const { partitionId, leader } of partitionMetadata) leaders[partitionId] = leader
        this.#topics.set(topic, { name: topic, leaders, isInternal })
      }
    })
    this.#refreshing = refreshed.catch(() => undefined)
    return refreshed
  }
}
