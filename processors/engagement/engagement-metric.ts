import type { EngagementMetric, EngagementWindow } from '../../schemas/engagement-metric.js'
import { engagementDefinitions } from '../../schemas/metrics/engagement.js'
import type { Aggregate } from '../../streams/engine/processor.js'
import { days, hours } from '../../streams/engine/time.js'
import type { Window } from '../../streams/engine/window.js'
import { partsOf } from '../contribution.js'
import type { EngagementContribution } from './contribution.js'
import {
  type AddedFigure,
  addEngagement,
  addedFigures,
  type EngagementSums,
  mergeSums,
  noSums,
} from './engagement-sums.js'
import { outlierRule, outliersOf, quantile } from './outliers.js'

/** Posts that a result names for each rule of outliers. */
const mostNamed = 10

/** Adds up what observations gained. A window from which everything was taken back still gives its result, with nulls. */
export const engagementMetric: Aggregate<EngagementContribution, EngagementSums, EngagementMetric> = {
  name: 'engagement-metric',
  initial: noSums,
  add: (sums, { engagement }) => {
    addEngagement(sums, engagement)
    return sums
  },
  merge: (into, other) => {
    mergeSums(into, other)
    return into
  },
  result: (sums, { key, window, isFinal, revision }) => {
    const end = key.lastIndexOf('\u001f')
    const [term, kind, region] = partsOf(key.slice(0, end))
    const figures = figuresOf(sums)
    return {
      term,
      kind,
      region,
      authorGroup: key.slice(end + 1),
      window: nameOf(window),
      start: window.start,
      end: window.end,
      isFinal,
      revision,
      ...figures,
      engagementRateByViews: engagementDefinitions.engagementRateByViews.of(figures),
      engagementRateByReach: engagementDefinitions.engagementRateByReach.of(figures),
      engagementRateByFollowers: engagementDefinitions.engagementRateByFollowers.of(figures),
      velocity: engagementDefinitions.velocity.of(figures),
      ...distributionOf(sums),
    }
  },
}

function figuresOf(sums: EngagementSums) {
  const sum = (name: AddedFigure): number | null => {
    const index = addedFigures.indexOf(name)
    return (sums.told[index] ?? 0) > 0 ? (sums.sums[index] ?? 0) : null
  }
  const followers = followersOf(sums)
  const standing = [...sums.posts.values()].filter(([observations]) => observations > 0)
  return {
    posts: standing.length,
    observations: sums.observations,
    likes: sum('likesGained'),
    comments: sum('commentsGained'),
    shares: sum('sharesGained'),
    views: sum('viewsGained'),
    reach: sum('reachGained'),
    interactions: sum('interactionsGained'),
    interactionsOpened: sum('interactionsOpened'),
    corrections: sums.corrections,
    viewedInteractions: sum('viewedInteractions'),
    viewedViews: sum('viewedViews'),
    reachedInteractions: sum('reachedInteractions'),
    reachedReach: sum('reachedReach'),
    followedInteractions: followers === null ? null : sums.followedInteractions,
    followers,
    timedInteractions: sums.timed > 0 ? sums.timedInteractions : null,
    observedMillis: sums.timed > 0 ? sums.observedMillis : null,
  }
}

/** Whole followers a post: sums of whole numbers do not depend on the order of the posts. */
function followersOf({ posts }: EngagementSums): number | null {
  let sum: number | null = null
  for (const [, , , followers, followed] of posts.values()) {
    if (followed > 0) sum = (sum ?? 0) + Math.round(followers / followed)
  }
  return sum
}

/** How interactions are spread over the posts. */
function distributionOf({ posts }: EngagementSums) {
  const telling = [...posts]
    .filter(([, [, , times]]) => times > 0)
    .map(([postId, [, interactions]]) => ({ postId, interactions }))
    .sort((one, other) => (one.postId < other.postId ? -1 : 1))
  const figures = telling.map(({ interactions }) => interactions)
  const outliers = outliersOf(figures)
  const named = (indexes: readonly number[] = []) =>
    indexes.slice(0, mostNamed).flatMap((index) => telling[index]?.postId ?? [])
  return {
    medianInteractions:
      figures.length === 0
        ? null
        : quantile(
            [...figures].sort((a, b) => a - b),
            0.5,
          ),
    outliersByRobustZ: named(outliers?.byRobustZ),
    outliersByIqr: named(outliers?.byIqr),
    outlierRule: outliers === null ? null : outlierRule,
  }
}

const names: ReadonlyMap<number, EngagementWindow> = new Map([
  [hours(1), 'hour'],
  [days(1), 'day'],
])

function nameOf({ start, end }: Window): EngagementWindow {
  const name = names.get(end - start)
  if (name === undefined) throw new RangeError(`engagement has no windows of ${end - start} ms`)
  return name
}

/** Key of the record that carries a result. */
export const engagementRecordKey = ({ window }: EngagementMetric, { key }: { readonly key: string | null }): string =>
  `${key ?? ''}\u001f${window}`
