// Generated from post-engagement.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** An observation of a post's counters beside its post and the observations before it. Key of the record: postId. Timestamp of the record: observedAt. The topic is a stream of changes: sign 1 adds, sign -1 takes back exactly what was given for the same postId and observedAt (an older observation came late, or the post was edited, deleted or first known), so that sums of sign times a figure are always right. */
export interface PostEngagement {
  /** The post, as in posts. */
  readonly postId: string
  /** 1 or -1. */
  readonly sign: number
  /** Where it was observed. */
  readonly source: string
  /** When the counters were read. */
  readonly observedAt: number
  /** When the post was published; null while the post is not known. */
  readonly createdAt: number | null
  /** Ubigeo of the department (2 digits) of the post; null when it has none or is not known. */
  readonly region: string | null
  /** Who wrote the post, as in mentions: a pseudonym; null while the post is not known. */
  readonly author: string | null
  /** Distinct terms of the post; none while it is not known. */
  readonly terms: readonly EngagementTerm[]
  /** Size of the audience of the author, by the followers last told of: below a thousand, ten thousand, a hundred thousand, a million, or more; unknown when never told. */
  readonly authorGroup: AuthorGroup
  /** The observation before that tells a reaction; createdAt when there is none; null when that is not known either. The beginning of the time in which interactionsGained, or interactionsOpened, came together. */
  readonly since: number | null
  /** True for the first observation of the post that tells a reaction. */
  readonly opening: boolean
  /** Total as observed; null where it does not tell. */
  readonly likes: number | null
  /** Total as observed; null where it does not tell. */
  readonly comments: number | null
  /** Total as observed; null where it does not tell. */
  readonly shares: number | null
  /** Total as observed; null where it does not tell. */
  readonly views: number | null
  /** Total as observed; null where it does not tell. */
  readonly reach: number | null
  /** Of the author, as observed; null where it does not tell. */
  readonly followers: number | null
  /** Sum of those of likes, comments and shares that it tells; null when it tells none. */
  readonly interactions: number | null
  /** likes, or where it does not tell, the last told before; null when never told. */
  readonly likesImputed: number | null
  /** comments, or the last told before; null when never told. */
  readonly commentsImputed: number | null
  /** shares, or the last told before; null when never told. */
  readonly sharesImputed: number | null
  /** views, or the last told before; null when never told. */
  readonly viewsImputed: number | null
  /** reach, or the last told before; null when never told. */
  readonly reachImputed: number | null
  /** followers, or the last told before; null when never told. */
  readonly followersImputed: number | null
  /** likes less the last told before, below 0 where some were taken back; null where one of the two is not told. */
  readonly likesGained: number | null
  /** comments less the last told before; null where one of the two is not told. */
  readonly commentsGained: number | null
  /** shares less the last told before; null where one of the two is not told. */
  readonly sharesGained: number | null
  /** views less the last told before; null where one of the two is not told. */
  readonly viewsGained: number | null
  /** reach less the last told before; null where one of the two is not told. */
  readonly reachGained: number | null
  /** Sum of those of likesGained, commentsGained and sharesGained that are not null; null when all are. */
  readonly interactionsGained: number | null
  /** Sum of those of likes, comments and shares that are told here for the first time: what they had gathered since publication; null when there is none. */
  readonly interactionsOpened: number | null
  /** Interactions gained since the last observation that tells views and the same reactions, or, when none before tells both, since publication. Numerator of a rate by views; null when that cannot be said. */
  readonly viewedInteractions: number | null
  /** Views gained in that same time. Null together with viewedInteractions. */
  readonly viewedViews: number | null
  /** As viewedInteractions, with reach. */
  readonly reachedInteractions: number | null
  /** Reach gained in that same time. Null together with reachedInteractions. */
  readonly reachedReach: number | null
  /** Interactions gained an hour since the last observation that tells the same reactions, or since publication; null when that cannot be said. */
  readonly velocity: number | null
  /** interactions / views, both as observed here; null where one is not told or views are 0. */
  readonly engagementRateByViews: number | null
  /** interactions / reach, both as observed here; null where one is not told or reach is 0. */
  readonly engagementRateByReach: number | null
  /** interactions / followers, both as observed here; null where one is not told or followers are 0. */
  readonly engagementRateByFollowers: number | null
  /** True when its time was moved for a demonstration. */
  readonly simulated: boolean
}

export type AuthorGroup = 'unknown' | 'under1k' | 'under10k' | 'under100k' | 'under1m' | 'from1m'

export interface EngagementTerm {
  /** Canonical form. */
  readonly term: string
  /** What the term is. */
  readonly kind: EngagementTermKind
}

export type EngagementTermKind = 'dish' | 'ingredient' | 'brand' | 'place' | 'hashtag' | 'word'
