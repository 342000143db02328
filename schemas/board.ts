// Generated from board.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** What a team watches. Key of the record: boardId. The topic is compacted: the newest record of a key is the board, a tombstone deletes it. Edited from the board itself. */
export interface Board {
  /** Identity of the board. */
  readonly boardId: string
  /** What people call it. */
  readonly name: string
  /** 1 when it was made, one more with each change; an edit names the revision that it starts from. */
  readonly revision: number
  /** Terms that are followed: what names none of them is not on the board. Empty: everything, with the top terms of the moment. */
  readonly terms: readonly WatchedTerm[]
  /** Ubigeos of departments (2 digits). Empty: all of them together, the unknown one included. */
  readonly regions: readonly string[]
  /** Sources whose posts and reviews it counts. Empty: all of them. */
  readonly sources: readonly string[]
  /** The time span that it shows first: 1h, 6h, 24h, 7d, 30d or 52w; null leaves it to the board. */
  readonly span: string | null
  /** When this revision was written. Timestamp of the record. */
  readonly updatedAt: number
  /** Who wrote it: the name of the token; null where none is needed. */
  readonly updatedBy: string | null
}

export interface WatchedTerm {
  /** Canonical form of the term, as in trends. */
  readonly term: string
  /** dish, ingredient, brand, place, hashtag or word; null watches the term of any kind. */
  readonly kind: string | null
}
