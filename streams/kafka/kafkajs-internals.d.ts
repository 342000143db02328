// The parts of kafkajs 2.2.4 below its producers and consumers, as far as they are used here.

declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net'

  interface Answered {
    readonly size: number
    readonly correlationId: number
    readonly payload: Buffer
  }
  export interface Connection {
    readonly clientId: string
    readonly socket: Socket
    /** Who waits for an answer while the connection is authenticated. */
    readonly authHandlers: object | null
    readonly requestQueue: {
      push(request: {
        readonly entry: {
          readonly apiKey: number
          readonly apiName: string
          readonly apiVersion: number
          readonly correlationId: number
          resolve(answered: Answered): void
          reject(error: Error): void
        }
        readonly expectResponse: boolean
        readonly requestTimeout: number | null
        sendRequest(): void
      }): void
      fulfillRequest(answered: Answered): void
      /** Milliseconds; null: none. */
      maybeThrottle(time: number | null): void
    }
    connect: () => Promise<boolean>
    disconnect(): Promise<unknown>
    processData: (data: Buffer) => void
    isAuthenticated(): boolean
    authenticate(): Promise<void>
    /** @throws Error of kafkajs */
    failIfNotConnected(): void
    nextCorrelationId(): number
  }
}

declare module 'kafkajs/src/broker/index.js' {
  import type { Connection } from 'kafkajs/src/network/connection.js'

  interface TopicPartitions<Partition> {
    readonly topic: string
    readonly partitions: readonly Partition[]
  }
  interface ProducerIdentity {
    readonly transactionalId: string
    readonly producerId: string
    readonly producerEpoch: number
  }
  export interface Broker {
    readonly nodeId: number | null
    readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>> | null
    readonly connectionPool: {
      /** The connection that requests of this kind go through, connected. */
      getConnectionByRequest(asked: { readonly request: { readonly apiKey: number } }): Promise<Connection>
    }
    isConnected(): boolean
    connect(): Promise<void>
    disconnect(): Promise<void>
    findGroupCoordinator(asked: {
      readonly groupId: string
      readonly coordinatorType: 0 | 1
    }): Promise<{ readonly coordinator: { readonly nodeId: number } }>
    joinGroup(asked: {
      readonly groupId: string
      readonly memberId: string
      readonly sessionTimeout: number
      readonly rebalanceTimeout: number
      readonly protocolType: string
      readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[]
    }): Promise<{
      readonly generationId: number
      readonly leaderId: string
      readonly memberId: string
      readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[]
    }>
    syncGroup(asked: {
      readonly groupId: string
      readonly generationId: number
      readonly memberId: string
      readonly groupAssignment: readonly { readonly memberId: string; readonly memberAssignment: Buffer }[]
    }): Promise<{ readonly memberAssignment: Buffer }>
    heartbeat(asked: {
      readonly groupId: string
      readonly groupGenerationId: number
      readonly memberId: string
    }): Promise<void>
    leaveGroup(asked: { readonly groupId: string; readonly memberId: string }): Promise<void>
    listOffsets(asked: {
      readonly replicaId: -1
      readonly isolationLevel: 0 | 1
      readonly topics: readonly TopicPartitions<{ readonly partition: number; readonly timestamp: string }>[]
    }): Promise<{
      readonly responses: readonly TopicPartitions<{ readonly partition: number; readonly offset: string }>[]
    }>
    createTopics(asked: {
      readonly topics: readonly {
        readonly topic: string
        readonly numPartitions: number
        readonly replicationFactor: number
        readonly configEntries: readonly { readonly name: string; readonly value: string }[]
      }[]
      readonly timeout: number
    }): Promise<void>
    createPartitions(asked: {
      readonly topicPartitions: readonly { readonly topic: string; readonly count: number }[]
      readonly timeout: number
    }): Promise<void>
    describeConfigs(asked: {
      readonly resources: readonly { readonly type: number; readonly name: string; readonly configNames: string[] }[]
    }): Promise<{
      readonly resources: readonly {
        readonly resourceName: string
        readonly configEntries: readonly {
          readonly configName: string
          readonly configValue: string | null
          readonly configSource: number
        }[]
      }[]
    }>
    alterConfigs(asked: {
      readonly resources: readonly {
        readonly type: number
        readonly name: string
        readonly configEntries: readonly { readonly name: string; readonly value: string }[]
      }[]
    }): Promise<void>
    listGroups(): Promise<{
      readonly groups: readonly { readonly groupId: string; readonly protocolType: string }[]
    }>
    describeGroups(asked: { readonly groupIds: readonly string[] }): Promise<{
      readonly groups: readonly { readonly members: readonly { readonly memberMetadata: Buffer | null }[] }[]
    }>
    deleteGroups(groupIds: readonly string[]): Promise<{
      readonly results: readonly { readonly groupId: string; readonly error?: Error }[]
    }>
    initProducerId(asked: {
      readonly transactionalId: string | undefined
      readonly transactionTimeout: number
    }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>
    addPartitionsToTxn(asked: ProducerIdentity & { readonly topics: readonly TopicPartitions<number>[] }): Promise<void>
    addOffsetsToTxn(asked: ProducerIdentity & { readonly groupId: string }): Promise<void>
    txnOffsetCommit(
      asked: ProducerIdentity & {
        readonly groupId: string
        readonly topics: readonly TopicPartitions<{
          readonly partition: number
          readonly offset: string
          readonly metadata: string
        }>[]
      },
    ): Promise<void>
    endTxn(asked: ProducerIdentity & { readonly transactionResult: boolean }): Promise<void>
  }
}

declare module 'kafkajs/src/cluster/connectionPoolBuilder.js' {
  import type { Logger } from 'kafkajs/src/loggers/index.js'
  import type { Connection } from 'kafkajs/src/network/connection.js'

  export interface ConnectionPoolBuilder {
    build(at: unknown): Promise<{ readonly pool: readonly Connection[] }>
  }
  export default function connectionPoolBuilder(options: {
    readonly socketFactory: unknown
    readonly brokers: readonly string[]
    readonly ssl: unknown
    readonly sasl: unknown
    readonly clientId: string
    readonly requestTimeout: number
    readonly enforceRequestTimeout: boolean
    readonly connectionTimeout: number
    readonly maxInFlightRequests: number | null
    readonly logger: Logger
    readonly reauthenticationThreshold: number
  }): ConnectionPoolBuilder
}

declare module 'kafkajs/src/cluster/brokerPool.js' {
  import type { Broker } from 'kafkajs/src/broker/index.js'
  import type { ConnectionPoolBuilder } from 'kafkajs/src/cluster/connectionPoolBuilder.js'
  import type { Logger } from 'kafkajs/src/loggers/index.js'
  export default class BrokerPool {
    constructor(options: {
      readonly connectionPoolBuilder: ConnectionPoolBuilder
      readonly logger: Logger
      readonly retry: { readonly retries: number; readonly initialRetryTime: number; readonly maxRetryTime: number }
      readonly allowAutoTopicCreation: boolean
      readonly authenticationTimeout: number
      readonly metadataMaxAge: number
    })
    readonly metadata: {
      readonly brokers: readonly { readonly nodeId: number }[]
      readonly topicMetadata: readonly {
        readonly topic: string
        readonly isInternal: boolean
        readonly partitionMetadata: readonly { readonly partitionId: number; readonly leader: number }[]
      }[]
    } | null
    connect(): Promise<void>
    disconnect(): Promise<void>
    /** Without topics: of all. */
    refreshMetadata(topics: readonly string[]): Promise<void>
    findBroker(at: { readonly nodeId: number }): Promise<Broker>
    findConnectedBroker(): Promise<Broker>
  }
}

declare module 'kafkajs/src/loggers/index.js' {
  export interface Logger {
    namespace(name: string): Logger
  }
  export function createLogger(options: {
    readonly level: number
    readonly logCreator: () => (entry: unknown) => void
  }): Logger
}

declare module 'kafkajs/src/protocol/error.js' {
  export function createErrorFromCode(
    code: number,
  ): Error & { readonly type: string; readonly code: number; readonly retriable: boolean }
}
