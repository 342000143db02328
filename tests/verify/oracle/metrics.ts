import type { Row } from './engagement.js'

/** A mention that stands, as far as metrics are concerned. */
export interface Said {
  readonly author: string
  readonly isRepost: boolean
  /** Null without a sentiment. */
  readonly label: string | null
  /** Whether the label is above the threshold of the model; null without one. */
  readonly sure: boolean | null
}

/** What the mentions of one thing are set beside. */
export interface Beside {
  readonly all: readonly Said[]
  /** Those of each thing that is compared. */
  readonly compared: readonly (readonly Said[])[]
  readonly population: number | null
}

type Figure = number | null

const originals = (said: readonly Said[]) => said.filter(({ isRepost }) => !isRepost)
const labels = (said: readonly Said[]) => originals(said).flatMap(({ label }) => label ?? [])
const part = (above: number, below: number): Figure => (below > 0 ? above / below : null)

/**
 * Each metric of mentions, from the mentions themselves, by the words of docs/metrics.md alone. Where the registry has a
 * metric that is not here, or the other way round, the verification fails.
 */
export const mentionMetrics: Readonly<Record<string, (said: readonly Said[], beside: Beside) => Figure>> = {
  volume: (said) => originals(said).length,
  reposts: (said) => said.length - originals(said).length,
  balance: (said) => {
    const values = labels(said).map((label): number => (label === 'positive' ? 1 : label === 'negative' ? -1 : 0))
    return values.length < 10
      ? null
      : part(
          values.reduce((sum, value) => sum + value, 0),
          values.length,
        )
  },
  positiveShare: (said) =>
    labels(said).length < 10
      ? null
      : part(labels(said).filter((label) => label === 'positive').length, labels(said).length),
  negative: (said) => labels(said).filter((label) => label === 'negative').length,
  neutral: (said) => labels(said).filter((label) => label === 'neutral').length,
  positive: (said) => labels(said).filter((label) => label === 'positive').length,
  scored: (said) => labels(said).length,
  unsure: (said) => originals(said).filter(({ sure }) => sure === false).length,
  mentionAuthors: (said) => new Set(originals(said).map(({ author }) => author)).size,
  authors: (said) => new Set(said.map(({ author }) => author)).size,
  share: (said, { all }) => part(originals(said).length, originals(all).length),
  shareAmongCompared: (said, { compared }) =>
    part(
      originals(said).length,
      compared.reduce((sum, each) => sum + originals(each).length, 0),
    ),
  perHundredThousand: (said, { population }) =>
    population === null || originals(said).length < 5 ? null : part(originals(said).length * 100_000, population),
}

const told = (rows: readonly Row[], name: string): readonly number[] =>
  rows.flatMap((row) => (row[name] === null ? [] : [Number(row[name])]))
const total = (rows: readonly Row[], name: string): Figure => {
  const figures = told(rows, name)
  return figures.length === 0 ? null : figures.reduce((sum, figure) => sum + figure, 0)
}
const rate = (above: Figure, below: Figure): Figure =>
  above === null || below === null || below <= 0 ? null : above / below
/** Interactions that an observation tells of: gained since the one before, or gathered before the first. */
const reactions = (row: Row): number => Number(row['interactionsGained'] ?? 0) + Number(row['interactionsOpened'] ?? 0)
const allReactions = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + reactions(row), 0)

/** Followers once a post: the mean of what its observations tell, in whole followers. */
function followersOf(rows: readonly Row[]): Figure {
  const posts = [...new Set(rows.map(({ postId }) => postId))]
  const means = posts.map((id) => {
    const figures = told(
      rows.filter(({ postId }) => postId === id),
      'followers',
    )
    return figures.length === 0 ? null : Math.round(figures.reduce((sum, figure) => sum + figure, 0) / figures.length)
  })
  const known = means.filter((mean) => mean !== null)
  return known.length === 0 ? null : known.reduce((sum, mean) => sum + mean, 0)
}

/** Observations that tell followers: those of 0 are a denominator of nothing. */
const followed = (rows: readonly Row[]) => rows.filter((row) => Number(row['followers'] ?? 0) > 0)

/** Each metric of engagement, from the observations that a window counted, by the words of docs/metrics.md alone. */
export const engagementMetrics: Readonly<Record<string, (rows: readonly Row[]) => Figure>> = {
  interactions: (rows) => total(rows, 'interactionsGained'),
  interactionsOpened: (rows) => total(rows, 'interactionsOpened'),
  viewsGained: (rows) => total(rows, 'viewsGained'),
  reachGained: (rows) => total(rows, 'reachGained'),
  corrections: (rows) => told(rows, 'interactionsGained').reduce((sum, gained) => (gained < 0 ? sum - gained : sum), 0),
  viewedInteractions: (rows) => total(rows, 'viewedInteractions'),
  viewedViews: (rows) => total(rows, 'viewedViews'),
  reachedInteractions: (rows) => total(rows, 'reachedInteractions'),
  reachedReach: (rows) => total(rows, 'reachedReach'),
  followedInteractions: (rows) => (followed(rows).length === 0 ? null : allReactions(followed(rows))),
  followers: (rows) => followersOf(followed(rows)),
  engagementRateByViews: (rows) => rate(total(rows, 'viewedInteractions'), total(rows, 'viewedViews')),
  engagementRateByReach: (rows) => rate(total(rows, 'reachedInteractions'), total(rows, 'reachedReach')),
  engagementRateByFollowers: (rows) =>
    rate(followed(rows).length === 0 ? null : allReactions(followed(rows)), followersOf(followed(rows))),
  velocity: (rows) => {
    const timed = rows.filter((row) => row['velocity'] !== null)
    if (timed.length === 0) return null
    const millis = timed.reduce((sum, row) => sum + Number(row['observedAt']) - Number(row['since']), 0)
    return rate(allReactions(timed) * 3_600_000, millis)
  },
}
