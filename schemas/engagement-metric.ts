// Generated from engagement-metric.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** What posts of one term, region and author group gained in one window, by the time of observation. Key of the record: term, kind, region, author group and window kind, separated by U+001F. Timestamp of the record: the largest timestamp of what was counted. Early results have isFinal false and are replaced by those of a higher revision; each window has exactly one final, which is never revised. */
export interface EngagementMetric {
  /** Canonical form; * counts all posts. */
  readonly term: string
  /** What the term is. */
  readonly kind: EngagementMetricTermKind
  /** Ubigeo of the department; * counts all regions, the unknown one included. */
  readonly region: string
  /** Size of the audience of the author, as in post-engagements; * counts all groups, the unknown one included. */
  readonly authorGroup: string
  /** Hour, day of America/Lima. */
  readonly window: EngagementWindow
  /** Start of the window, included. */
  readonly start: number
  /** End of the window, excluded. */
  readonly end: number
  /** True once, for the last result of the window. */
  readonly isFinal: boolean
  /** 1, 2, 3 ... within the window. */
  readonly revision: number
  /** Distinct posts that were observed in the window. */
  readonly posts: number
  /** Observations in the window. */
  readonly observations: number
  /** Likes gained from observation to observation; null when no observation tells. */
  readonly likes: number | null
  /** Comments gained; null when no observation tells. */
  readonly comments: number | null
  /** Shares gained; null when no observation tells. */
  readonly shares: number | null
  /** Views gained; null when no observation tells. */
  readonly views: number | null
  /** Reach gained; null when no observation tells. */
  readonly reach: number | null
  /** Likes, comments and shares gained, what was taken back subtracted; null when no observation tells. */
  readonly interactions: number | null
  /** What likes, comments and shares had gathered since publication when they were first observed, in this window: gained at a time that nobody saw; null when nothing was first observed. */
  readonly interactionsOpened: number | null
  /** What observations took back: the sum of the losses among the interactions gained, as a number from 0 on. */
  readonly corrections: number
  /** Interactions of the same posts and time as viewedViews; null when views are nowhere told. */
  readonly viewedInteractions: number | null
  /** Views gained where interactions are told too; null when views are nowhere told. */
  readonly viewedViews: number | null
  /** Interactions of the same posts and time as reachedReach; null when reach is nowhere told. */
  readonly reachedInteractions: number | null
  /** Reach gained where interactions are told too; null when reach is nowhere told. */
  readonly reachedReach: number | null
  /** Interactions gained or first observed by observations that tell followers above 0; null when none does. */
  readonly followedInteractions: number | null
  /** Followers of the authors of these posts, once a post: the mean of what its observations in the window tell, in whole followers; those of 0 count in neither, as nothing is a part of them; null when none tells any. */
  readonly followers: number | null
  /** Interactions gained in observedMillis; null when no time is known. */
  readonly timedInteractions: number | null
  /** Time between observations, or since publication, in milliseconds, added up over the posts; null when no time is known. */
  readonly observedMillis: number | null
  /** viewedInteractions / viewedViews; null unless viewedViews is above 0. */
  readonly engagementRateByViews: number | null
  /** reachedInteractions / reachedReach; null unless reachedReach is above 0. */
  readonly engagementRateByReach: number | null
  /** followedInteractions / followers; null unless followers is above 0. */
  readonly engagementRateByFollowers: number | null
  /** Interactions an hour and post: timedInteractions / observedMillis, times 3,600,000; null unless observedMillis is above 0. */
  readonly velocity: number | null
  /** Median over the posts of what each gained, or had when first observed, in the window; null when no observation tells. */
  readonly medianInteractions: number | null
  /** postIds of posts whose interactions in the window are off by outlierRule.robustZ, those furthest off first, at most 10. */
  readonly outliersByRobustZ: readonly string[]
  /** postIds of posts whose interactions in the window are off by outlierRule.iqr, those furthest off first, at most 10. */
  readonly outliersByIqr: readonly string[]
  /** The two rules with their limits; null when there are too few posts for either. */
  readonly outlierRule: string | null
}

export type EngagementWindow = 'hour' | 'day'

export type EngagementMetricTermKind = 'all' | 'dish' | 'ingredient' | 'brand' | 'place' | 'hashtag' | 'word'
