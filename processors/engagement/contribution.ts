import type { EngagementMetricTermKind } from '../../schemas/engagement-metric.js'
import type { PostEngagement } from '../../schemas/post-engagement.js'
import { everything, trendKey } from '../contribution.js'

/** What an observation adds to one term in one region and author group, or takes back. */
export interface EngagementContribution {
  /** Term, kind, region and author group, as `engagementKey` gives them. */
  readonly key: string
  readonly engagement: PostEngagement
}

const separator = '\u001f'

/** Term, kind, region and author group, as one text. */
export const engagementKey = (term: string, kind: EngagementMetricTermKind, region: string, group: string): string =>
  `${trendKey(term, kind, region)}${separator}${group}`

/**
 * What an observation contributes to everything and to each term of its post: over all regions and in its own, and each
 * of these over all author groups and in its own.
 */
export function engagementContributions(engagement: PostEngagement): readonly EngagementContribution[] {
  const { terms, region, authorGroup } = engagement
  const all = [{ term: everything, kind: 'all' as const }, ...terms]
  const regions = region === null ? [everything] : [everything, region]
  return all.flatMap(({ term, kind }) =>
    regions.flatMap((each) =>
      [everything, authorGroup].map((group) => ({ key: engagementKey(term, kind, each, group), engagement })),
    ),
  )
}

/** The key by which contributions are counted. */
export const termRegionAndGroup = ({ key }: EngagementContribution): string => key
