// Generated from post.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** A post on a social network or a news item, as it was published. Key of the record: postId. Timestamp of the record: createdAt. A later record with the same postId is an edit. */
export interface Post {
  /** Identity of the post, unique over all sources: source, a colon, the id that the source gave. */
  readonly postId: string
  /** Where it came from: bluesky, mastodon, twitter, news, file ... */
  readonly source: string
  /** Keyed hash of the author; never a name. */
  readonly author: string
  /** Plain text as published. */
  readonly text: string
  /** When it was published. */
  readonly createdAt: number
  /** When this version was written, for an edit. */
  readonly editedAt: number | null
  /** ISO 639-1 code if the source says it. */
  readonly language: string | null
  /** Ubigeo (INEI) if the source says it: 2 digits a department, 4 a province, 6 a district. */
  readonly region: string | null
  /** postId of the post that this one repeats. */
  readonly repostOf: string | null
  /** Address of the post. */
  readonly url: string | null
  /** True when its time was moved for a demonstration. */
  readonly simulated: boolean
}
