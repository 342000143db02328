// Generated from late-record.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** A record that came after its window was closed. Key of the record: the key it had. Timestamp of the record: its own. */
export interface LateRecord {
  /** The stage that found it late. */
  readonly stage: string
  /** window-closed. */
  readonly reason: string
  /** Origin. */
  readonly topic: string
  /** Origin. */
  readonly partition: number
  /** Origin. */
  readonly offset: number
  /** Event time of the record. */
  readonly timestamp: number
  /** How far its source had come. */
  readonly streamTime: number
  /** The window it missed. */
  readonly windowStart: number
  /** The window it missed. */
  readonly windowEnd: number
  /** Key of the record. */
  readonly key: string | null
  /** The value at that step: the bytes of the topic it was read from. */
  readonly value: Uint8Array | null
}
