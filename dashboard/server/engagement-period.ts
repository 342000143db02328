import type { EngagementMeasure } from '../../schemas/metrics/engagement.js'

/** What a figure of engagement over a period is of. */
export interface EngagementSubject {
  /** Observations from then on, in milliseconds. */
  readonly from: number
  /** And before then. */
  readonly until: number
  /** `*` for all posts. */
  readonly term: string
  readonly kind: string
  /** Ubigeo, or `*`. */
  readonly region: string
  /** `*` for all. */
  readonly authorGroup: string
}

/** Sum of a column over the changes of a post, and how many of its observations tell it. */
const added = (column: string, condition = `isNotNull(e.${column})`) =>
  [`sumIf(e.sign * ifNull(e.${column}, 0), ${condition})`, `sumIf(toInt64(e.sign), ${condition})`] as const
/** The same of all reactions, of the observations that meet the condition. */
const reactions = (condition: string) =>
  [
    `sumIf(e.sign * (ifNull(e.interactionsGained, 0) + ifNull(e.interactionsOpened, 0)), ${condition})`,
    `sumIf(toInt64(e.sign), ${condition})`,
  ] as const
/** Reactions beside nobody who follows have no denominator. */
const isFollowed = 'ifNull(e.followers, 0) > 0'

/** Of each measure the sum over the changes of a post, and how many of its observations tell it. */
const measures: Readonly<Record<EngagementMeasure, readonly [sum: string, told: string]>> = {
  interactions: added('interactionsGained'),
  interactionsOpened: added('interactionsOpened'),
  views: added('viewsGained'),
  reach: added('reachGained'),
  corrections: [
    'sumIf(toInt64(e.sign) * -ifNull(e.interactionsGained, 0), ifNull(e.interactionsGained, 0) < 0)',
    // what nobody took back is 0, and known
    '1',
  ],
  viewedInteractions: added('viewedInteractions', 'isNotNull(e.viewedViews)'),
  viewedViews: added('viewedViews'),
  reachedInteractions: added('reachedInteractions', 'isNotNull(e.reachedReach)'),
  reachedReach: added('reachedReach'),
  followedInteractions: reactions(isFollowed),
  followers: added('followers', isFollowed),
  timedInteractions: reactions('isNotNull(e.velocity)'),
  observedMillis: [
    `sumIf(e.sign * ifNull(dateDiff('millisecond', e.since, e.observedAt), 0), isNotNull(e.velocity))`,
    'sumIf(toInt64(e.sign), isNotNull(e.velocity))',
  ],
}

const ofPost = Object.entries(measures)
  .map(([name, [sum, told]]) => `${sum} AS sum_${name}, ${told} AS told_${name}`)
  .join(',\n    ')

/** A post has one audience in a period, however often it is observed: the mean of what is told, in whole followers. */
const audience = 'intDiv(2 * sum_followers + told_followers, 2 * greatest(told_followers, 1))'
const overPosts = Object.keys(measures)
  .map((name) => {
    if (name === 'corrections') return 'sum(sum_corrections) AS corrections'
    const sum = name === 'followers' ? `sumIf(${audience}, told_followers > 0)` : `sum(sum_${name})`
    return `if(sum(told_${name}) > 0, ${sum}, NULL) AS ${name}`
  })
  .join(',\n  ')

/**
 * A table of one row to be queried as `e`: what the observations of a period add up to, to the millisecond and followers once
 * a post, which sums of windows cannot tell. Its columns are those of `engagement_latest`, so that the metrics' `overEngagement`
 * hold for it. The hour of an observation is asked for as well: the table is sorted by it. Values: `engagementParams`.
 */
export const engagementOfPeriod = `(SELECT
  countIf(observations > 0) AS posts,
  ${overPosts}
FROM (
  SELECT e.postId AS postId, sum(toInt64(e.sign)) AS observations,
    ${ofPost}
  FROM post_engagements AS e
  WHERE e.observedAt >= fromUnixTimestamp64Milli({from:Int64}) AND e.observedAt < fromUnixTimestamp64Milli({until:Int64})
    AND toStartOfHour(e.observedAt) BETWEEN toStartOfHour(fromUnixTimestamp64Milli({from:Int64})) AND fromUnixTimestamp64Milli({until:Int64})
    AND ({region:String} = '*' OR e.region = {region:String})
    AND ({authorGroup:String} = '*' OR e.authorGroup = {authorGroup:String})
    AND ({term:String} = '*' OR arrayExists(one -> one.term = {term:String} AND one.kind = {kind:String}, e.terms))
  GROUP BY e.postId
  HAVING observations > 0
))`

/** Values of `engagementOfPeriod`. */
export const engagementParams = ({ from, until, term, kind, region, authorGroup }: EngagementSubject) => ({
  ...{ from, until, term, kind, region, authorGroup },
})
