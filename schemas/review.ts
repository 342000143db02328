// Generated from review.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** A review of a place or a dish. Key of the record: reviewId. Timestamp of the record: createdAt. A later record with the same reviewId is an edit. */
export interface Review {
  /** Identity of the review, unique over all sources. */
  readonly reviewId: string
  /** Where it came from. */
  readonly source: string
  /** Keyed hash of the author; never a name. */
  readonly author: string
  /** Plain text as published. */
  readonly text: string
  /** Rating, 1 to 5, if there is one. */
  readonly stars: number | null
  /** Name of the place that is reviewed. */
  readonly place: string | null
  /** When it was published. */
  readonly createdAt: number
  /** When this version was written, for an edit. */
  readonly editedAt: number | null
  /** ISO 639-1 code if the source says it. */
  readonly language: string | null
  /** Ubigeo (INEI) of the place. */
  readonly region: string | null
  /** Address of the review. */
  readonly url: string | null
  /** True when its time was moved for a demonstration. */
  readonly simulated: boolean
}
