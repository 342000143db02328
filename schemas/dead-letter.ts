// Generated from dead-letter.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** A record that could not be processed, with the bytes as they came. Key of the record: origin as topic-partition-offset, or file:line. */
export interface DeadLetter {
  /** The stage or connector that refused it. */
  readonly stage: string
  /** A literal code: undecodable, invalid, timestamp-out-of-range, too-large, processor-failed, call-failed. */
  readonly reason: string
  /** What is wrong, in a sentence. */
  readonly detail: string
  /** The topic it was in or meant for. */
  readonly topic: string
  /** Origin; null when it never was in the log. */
  readonly partition: number | null
  /** Origin; null when it never was in the log. */
  readonly offset: number | null
  /** The file it was read from. */
  readonly file: string | null
  /** Line of the file, from 1. */
  readonly line: number | null
  /** Timestamp of the record, or when it was refused. */
  readonly timestamp: number
  /** Key as it came; of a line of a file the identity of the post or review that its fields name, if they do. */
  readonly key: Uint8Array | null
  /** Value as it came; of values above the limit (PULSO_MAX_VALUE_BYTES) the first 64 KiB, and the whole stands at the place named: in the topic, or in the file. A row of a CSV file is kept as a JSON object. */
  readonly value: Uint8Array | null
  /** Size of the value as it came; larger than what is kept when that is the beginning alone. */
  readonly bytes: number
  /** How often it was replayed before. */
  readonly replays: number
}
