import { readReplays } from './in-band.js'
import type { DeadLetterReason } from './outcome.js'
import type { OutgoingRecord } from './ports/log.js'
import { type FetchedRecord, noHeaders, type StreamRecord } from './record.js'
import type { Serde, Serdes } from './serde.js'
import type { Timestamp } from './time.js'
import type { Topic } from './topic.js'
import { encodeUtf8 } from './utf8.js'
import type { Window } from './window.js'

/** The record `pulso.LateRecord`. */
export interface LateRecord {
  readonly stage: string
  readonly reason: 'window-closed'
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: Timestamp
  readonly streamTime: Timestamp
  readonly windowStart: Timestamp
  readonly windowEnd: Timestamp
  readonly key: string | null
  readonly value: Uint8Array | null
}

/** The record `pulso.DeadLetter`. */
export interface DeadLetter {
  readonly stage: string
  readonly reason: DeadLetterReason
  readonly detail: string
  readonly topic: string
  readonly partition: number | null
  readonly offset: number | null
  readonly file: string | null
  readonly line: number | null
  readonly timestamp: Timestamp
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly bytes: number
  readonly replays: number
}

/** Of values above the limit a dead letter keeps this many bytes; the whole stands at the place that it names. */
export const keptBytes = 64 * 1024
const longestDetail = 1_000

/** What the letters of one stage are made with. */
export interface LetterSettings {
  readonly stage: string
  readonly serdes: Serdes
  readonly lateTopic: Topic<unknown>
  readonly deadLetterTopic: Topic<unknown>
  readonly settings: {
    /** Larger values are kept in part. */
    readonly maxValueBytes: number
  }
}

/** Writes the records that a stage could not use, as records of the topics for late records and dead letters. */
export class Letters {
  readonly #settings: LetterSettings
  readonly #late: Serde<unknown>
  readonly #dead: Serde<unknown>

  constructor(settings: LetterSettings) {
    this.#settings = settings
    this.#late = settings.serdes.forTopic(settings.lateTopic)
    this.#dead = settings.serdes.forTopic(settings.deadLetterTopic)
  }

  /** @param read the record as it was read; null when a result, not a record that was read, came late */
  late(record: StreamRecord<unknown>, window: Window, read: FetchedRecord | null): OutgoingRecord {
    const { origin } = record
    const value: LateRecord = {
      stage: this.#settings.stage,
      reason: 'window-closed',
      topic: origin.topic,
      partition: origin.partition,
      offset: origin.offset,
      timestamp: record.timestamp,
      streamTime: record.streamTime,
      windowStart: window.start,
      windowEnd: window.end,
      key: record.key,
      value: read === null ? null : read.value,
    }
    return {
      topic: this.#settings.lateTopic.name,
      key: record.key === null ? null : encodeUtf8(record.key),
      value: this.#late.encode(value),
      timestamp: record.timestamp,
      headers: noHeaders,
    }
  }

  /** @param at timestamp of the letter in its topic; another than the record's where that one is impossible */
  dead(read: FetchedRecord, reason: DeadLetterReason, detail: string, at: Timestamp = read.timestamp): OutgoingRecord {
    const { topic, partition, offset, timestamp, key, value } = read
    const letter: DeadLetter = {
      stage: this.#settings.stage,
      reason,
      detail: detail.length > longestDetail ? `${detail.slice(0, longestDetail)}...` : detail,
      topic,
      partition,
      offset,
      file: null,
      line: null,
      timestamp,
      key,
      value: value === null || value.length <= this.#settings.settings.maxValueBytes ? value : beginningOf(value),
      bytes: value === null ? 0 : value.length,
      replays: readReplays(read.headers),
    }
    return {
      topic: this.#settings.deadLetterTopic.name,
      key: encodeUtf8(`${topic}-${partition}-${offset}`),
      value: this.#dead.encode(letter),
      timestamp: at,
      headers: noHeaders,
    }
  }

  /** A result that stream time or the clock brought about and that could not be used further on. */
  deadResult(record: StreamRecord<unknown>, reason: DeadLetterReason, detail: string): OutgoingRecord {
    const { topic, partition, offset } = record.origin
    return this.dead(
      {
        topic,
        partition,
        offset,
        timestamp: record.timestamp,
        key: record.key === null ? null : encodeUtf8(record.key),
        value: null,
        headers: record.headers,
      },
      reason,
      `a result of ${this.#settings.stage}: ${detail}`,
    )
  }
}

/** At most the first 64 KiB. A text is cut between two characters, so that what is kept is a valid text still. */
export function beginningOf(value: Uint8Array): Uint8Array {
  if (value.length <= keptBytes) return value
  let end = keptBytes
  while (end > keptBytes - 4 && ((value[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return value.subarray(0, end)
}
