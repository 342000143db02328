import type { Brand } from './brand.js'
import type { Compatibility } from './ports/registry.js'
import type { Duration } from './time.js'

export type TopicName = Brand<string, 'TopicName'>
/** Index of a partition, an integer >= 0. */
export type Partition = Brand<number, 'Partition'>
/** Position of a record in its partition, an integer >= 0. The offset of a consumer is that of the next record to read. */
export type Offset = Brand<number, 'Offset'>

const legalName = /^[a-zA-Z0-9._-]{1,249}$/

/** @throws RangeError when Kafka would refuse the name. */
export function topicName(text: string): TopicName {
  if (!legalName.test(text) || text === '.' || text === '..') {
    throw new RangeError(`"${text}" is no topic name: use 1 to 249 of the characters a-z A-Z 0-9 . _ -`)
  }
  return text as TopicName
}

/** @throws RangeError unless the index is an integer >= 0. */
export function partition(index: number): Partition {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`a partition is an integer >= 0, not ${index}`)
  return index as Partition
}

/** @throws RangeError unless the position is an integer >= 0. */
export function offset(position: number): Offset {
  if (!Number.isSafeInteger(position) || position < 0)
    throw new RangeError(`an offset is an integer >= 0, not ${position}`)
  return position as Offset
}

export interface TopicPartition {
  readonly topic: TopicName
  readonly partition: Partition
}

/** One text for a topic and partition, fit for the key of a map. */
export const partitionId = (at: TopicPartition): string => `${at.topic}-${at.partition}`

declare const valueType: unique symbol

/** A topic, what its values are and how long it keeps them. `Value` exists for the compiler only. */
export interface Topic<Value> {
  readonly name: TopicName
  /** Full name of the Avro record of its values (`pulso.Post`), or `internal` for topics that the engine alone reads, `internal.` and a name where their values have a form of their own. */
  readonly schema: string
  /** `compact` keeps the newest record of each key for ever; `delete` keeps records for the retention. */
  readonly cleanup: 'delete' | 'compact'
  /** How long and how many bytes a partition are kept; `null` is without limit. */
  readonly retention: { readonly time: Duration | null; readonly bytes: number | null }
  /** Fixed number of partitions; absent: that of the configuration. */
  readonly partitions?: number
  /** How the schema of its values may change; absent: `BACKWARD`, or what the registry was told. */
  readonly compatibility?: Compatibility
  readonly [valueType]?: Value
}

/** A form of values in topics that the engine alone reads, which the serdes know by its name. */
export interface Form<Value> {
  /** `internal.` and a name. */
  readonly schema: string
  readonly [valueType]?: Value
}

/** Describes a topic. Kept for ever unless a retention is given. */
export function topic<Value>(
  name: string,
  schema: string,
  options: Partial<Pick<Topic<Value>, 'cleanup' | 'retention' | 'partitions' | 'compatibility'>> = {},
): Topic<Value> {
  return { name: topicName(name), schema, cleanup: 'delete', retention: { time: null, bytes: null }, ...options }
}
