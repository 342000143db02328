// Generated from deletion.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** A post or review was deleted where it was published. Key of the record: the id. Timestamp of the record: deletedAt. */
export interface Deletion {
  /** postId or reviewId. */
  readonly id: string
  /** When it was deleted. */
  readonly deletedAt: number
  /** Why, if the source says it: author, moderation, erasure. */
  readonly reason: string | null
}
