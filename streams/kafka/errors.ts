import { createErrorFromCode } from 'kafkajs/src/protocol/error.js'

/** What the broker says of a request, by the names of Kafka's protocol. */
export type BrokerErrorType = string

/** Error codes of the protocol that are looked at one by one. */
export const errorCodes = { none: 0, offsetOutOfRange: 1, duplicateSequence: 46 } as const

/** Whoever has these is not the one to ask: it is found anew before the next attempt. */
const misdirected = new Set<BrokerErrorType>([
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'REPLICA_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'BROKER_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'NOT_CONTROLLER',
])

/** These pass by themselves. */
const passing = new Set<BrokerErrorType>([
  'GROUP_LOAD_IN_PROGRESS',
  'CONCURRENT_TRANSACTIONS',
  'UNSTABLE_OFFSET_COMMIT',
  'OFFSET_NOT_AVAILABLE',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  // Brokers that have just started do not count yet: for a moment there are too few for any copy.
  'INVALID_REPLICATION_FACTOR',
])

/** What to do about those that should have passed by themselves and did not. */
const stayed: Readonly<Record<BrokerErrorType, string>> = {
  INVALID_REPLICATION_FACTOR:
    'there are fewer brokers than copies that were asked for: start the others, or set PULSO_KAFKA_REPLICATION to as many as there are',
  NOT_ENOUGH_REPLICAS:
    'fewer copies of the partition are in step than min.insync.replicas of the topic asks for: start the brokers that are missing',
}

/** The remedy for an error that stayed for as long as it was tried. */
export const remedyOfStayed = (error: unknown, brokers: readonly string[]): string =>
  stayed[brokerErrorType(error) ?? ''] ?? `look whether ${brokers.join(', ')} can be reached and are healthy`

/** Errors of kafkajs that say that no answer came. */
const unanswered = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSNumberOfRetriesExceeded',
])

/** What the error is called in Kafka's protocol; undefined when it did not come from a broker. */
export const brokerErrorType = (error: unknown): BrokerErrorType | undefined =>
  error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : undefined

/** How to go on after an error: not at all, again, or again after looking who is to be asked. */
export function remedyOf(error: unknown): 'none' | 'again' | 'look-anew' {
  const type = brokerErrorType(error)
  if (type !== undefined) return misdirected.has(type) ? 'look-anew' : passing.has(type) ? 'again' : 'none'
  return error instanceof Error && unanswered.has(error.name) ? 'look-anew' : 'none'
}

/** Whether the request may have been carried out although it failed. */
export const isUnanswered = (error: unknown): boolean =>
  brokerErrorType(error) === undefined && remedyOf(error) === 'look-anew'

export const brokerError = (code: number): Error => createErrorFromCode(code)

/** Errors that say that a newer producer has the transactional id. */
const fencing = new Set<BrokerErrorType>([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'TRANSACTION_COORDINATOR_FENCED',
])

export const isFenced = (error: unknown): boolean => fencing.has(brokerErrorType(error) ?? '')

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
