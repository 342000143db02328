// Generated from engagement.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** The counters of a post as they stood at one moment. Key of the record: postId. Timestamp of the record: observedAt. Counters are totals since publication, not what was added: an observation may be lower than the one before, where reactions were taken back. */
export interface Engagement {
  /** The post, as in posts. */
  readonly postId: string
  /** Where it was observed. */
  readonly source: string
  /** When the counters were read. */
  readonly observedAt: number
  /** Total so far; null where the source does not tell. */
  readonly likes: number | null
  /** Replies, total so far; null where the source does not tell. */
  readonly comments: number | null
  /** Reposts and quotes, total so far; null where the source does not tell. */
  readonly shares: number | null
  /** Times it was shown, total so far; null where the source does not tell. */
  readonly views: number | null
  /** People it was shown to, total so far; null where the source does not tell. */
  readonly reach: number | null
  /** Followers of the author at that moment; null where the source does not tell. */
  readonly followers: number | null
  /** True when its time was moved for a demonstration. */
  readonly simulated: boolean
}
