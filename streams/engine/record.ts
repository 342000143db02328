import type { Timestamp } from './time.js'
import type { Offset, Partition, TopicName } from './topic.js'

export type Headers = Readonly<Record<string, Uint8Array>>

export const noHeaders: Headers = Object.freeze({})

/** A record as the log holds it: bytes, a timestamp, headers. A null value is a tombstone. */
export interface LogRecord {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly timestamp: Timestamp
  readonly headers: Headers
}

/** Where a record stands in the log. */
export interface Origin {
  readonly topic: TopicName
  readonly partition: Partition
  readonly offset: Offset
}

/** A record as it was read, with its place. */
export interface FetchedRecord extends LogRecord, Origin {}

/**
 * A record between two steps of a topology.
 *
 * `streamTime` is the highest timestamp that the record's own source partition had shown when it was read, the record
 * included (so `streamTime >= timestamp`). Whether a record is late is decided against it and not against the clock of
 * whoever happens to process it: the verdict is then the same in any batch, at any speed and with any number of
 * workers. It travels with the record through repartition topics.
 */
export interface StreamRecord<Value> {
  readonly key: string | null
  readonly value: Value
  readonly timestamp: Timestamp
  readonly streamTime: Timestamp
  readonly headers: Headers
  readonly origin: Origin
}

/** The record with another value; everything else stays as it is. */
export const withValue = <Value>(record: StreamRecord<unknown>, value: Value): StreamRecord<Value> => ({
  key: record.key,
  value,
  timestamp: record.timestamp,
  streamTime: record.streamTime,
  headers: record.headers,
  origin: record.origin,
})
