import type { Shape } from '../detection/detector.js'
import { fading } from '../detection/level.js'
import { addParts, type Parts } from './parts.js'
import { diverse, type SampledPost } from './sample.js'
import { type Lately, withLatest } from './whole.js'

/** One interval of a measure against what was usual. */
export interface Judged {
  readonly at: number
  /** Sum of the interval, and what was usual of it; `weight` is what both are divided by for a mean. */
  readonly observed: number
  readonly expected: number
  readonly weight: number
  /** Standard deviation of the sum where all is as usual. */
  readonly spread: number
  /** -log10 of how often such an interval comes by chance; 0 as long as too little is known. */
  readonly rarity: number
  readonly shape: Shape | null
  readonly direction: 'up' | 'down'
}

/** How the interval was talked about. */
export interface Talk {
  readonly voices: number
  /** The author who said most, and how much. */
  readonly topAuthor: readonly [author: string, voices: number] | null
  readonly sample: readonly SampledPost[]
  readonly parts?: Parts
  readonly repeats?: number
}

/** Sums of an episode up to the last interval that was off: what came since is how it ended, and no part of it. */
export interface Off {
  readonly observed: number
  readonly expected: number
  readonly weight: number
  readonly voices: number
  /** Of whom most came; null: of nobody. */
  readonly topAuthor: readonly [author: string, voices: number] | null
  /** Of talk, as `parts.ts` and `pushed.ts` find them. */
  readonly causes: readonly string[]
  readonly pushed: number | null
}

/** Intervals in which nothing came, one after the other. */
export interface Quiet {
  /** Start of the first. */
  readonly since: number
  readonly intervals: number
  /** What was usual of them. */
  readonly expected: number
}

/** A measure of a series that is off, from the first interval in which it was to the last: plain data. */
export interface Episode {
  /** Start of the interval in which it began. */
  readonly start: number
  readonly sign: 1 | -1
  shape: Shape
  rows: number
  /** Sums over the episode. */
  observed: number
  expected: number
  weight: number
  /** Fading sums of the last intervals: what lies beyond the usual, its variance, and its weight. */
  surplus: number
  variance: number
  recent: number
  /** The largest mean of what lies beyond the usual that the last intervals ever had. */
  peak: number
  rarity: number
  /** Intervals since it was last off. */
  calm: number
  voices: number
  /** Authors who said most in some interval, and how much they said in those. */
  authors: readonly (readonly [author: string, voices: number])[]
  sample: readonly SampledPost[]
  /** None in an episode that began before they were known. */
  parts?: Parts
  /** Voices of an author or a content that was heard in their interval already. */
  repeats?: number
  /** None in an episode that began before they were known. */
  lately?: Lately | null
  /** None before it was off in its direction, and in an episode that began before it was known. */
  off?: Off
  /** Of a feed from which nothing came when it began: since when. */
  since?: number
}

/** Half-lives, in intervals, of what the last intervals are: a slow drift is not seen in an hour. */
const halfLives: Readonly<Record<Shape, number>> = {
  ...{ spike: 4, drop: 4, silence: 4, variance: 4 },
  ...{ 'level-shift': 6, drift: 48 },
}
/** An episode that lasts for so many intervals has come to another level: eight hours. */
export const levelAfter = 32
/** An interval is calm below so many standard deviations or such a part of the peak; after so many of them all is over. */
const calm = { deviation: 1, part: 0.4, intervals: 8 } as const
/** What lasts so long is what is usual now: two weeks. */
const longest = 1_344
/** What a single interval must lie beyond the usual, in standard deviations: a return to it is no shift. */
const beyondUsual = 1.5
const mostShown = 5
const mostAuthors = 16

/**
 * Begins an episode where the interval is one; `canBeSilent`: of a feed.
 * @param quiet of a feed, where nothing came in this interval: with those before it
 */
export function begun(judged: Judged, talk: Talk, canBeSilent: boolean, quiet: Quiet | null = null): Episode | null {
  const { shape, observed, expected, spread, direction } = judged
  if (shape === null || shape === 'variance') return null
  const sign = direction === 'up' ? 1 : -1
  const surplus = sign * (observed - expected)
  if (shape === 'silence' && (!canBeSilent || observed > 0)) return null
  if ((shape === 'spike' || shape === 'drop') && surplus < beyondUsual * spread) return null
  const episode: Episode = {
    ...{ start: judged.at, sign, shape, rows: 0, observed: 0, expected: 0, weight: 0, surplus: 0, variance: 0 },
    ...{ recent: 0, peak: 0, rarity: 0, calm: 0, voices: 0, authors: [], sample: [], parts: [], repeats: 0 },
    lately: null,
  }
  if (quiet !== null && sign < 0) {
    // what was missing before it was seen to be missing is a part of it
    episode.since = quiet.since
    episode.expected = quiet.expected - expected
    episode.weight = quiet.intervals - 1
  }
  return lasting(episode, judged, talk)
}

/** Another interval of a feed in which nothing came. */
export const stillQuiet = (quiet: Quiet | undefined, { at, expected }: Judged): Quiet => ({
  since: quiet?.since ?? at,
  intervals: (quiet?.intervals ?? 0) + 1,
  expected: (quiet?.expected ?? 0) + expected,
})

/** Takes another interval in. The episode is changed in place. */
export function lasting(episode: Episode, judged: Judged, talk: Talk): Episode {
  const { observed, expected, weight, spread, rarity, direction } = judged
  const fade = fading(halfLives[episode.shape])
  episode.rows += 1
  episode.observed += observed
  episode.expected += expected
  episode.weight += weight
  episode.surplus = episode.surplus * fade + (observed - expected)
  episode.variance = episode.variance * fade * fade + spread * spread
  episode.recent = episode.recent * fade + weight
  if (episode.lately !== undefined) episode.lately = withLatest(episode.lately, judged)
  const isSameSide = (direction === 'up' ? 1 : -1) === episode.sign
  if (isSameSide) episode.rarity = Math.max(episode.rarity, rarity)
  const beyond = (episode.sign * episode.surplus) / episode.recent
  episode.peak = Math.max(episode.peak, beyond)
  const isOff = episode.sign * deviationOf(episode) >= calm.deviation && beyond >= calm.part * episode.peak
  episode.calm = isOff ? 0 : episode.calm + 1
  if ((episode.shape === 'spike' || episode.shape === 'drop') && isOff && episode.rows >= levelAfter) {
    episode.shape = 'level-shift'
  }
  episode.voices += talk.voices
  if (talk.topAuthor !== null) episode.authors = withAuthor(episode.authors, talk.topAuthor)
  episode.repeats = (episode.repeats ?? 0) + (talk.repeats ?? 0)
  episode.parts = addParts(episode.parts ?? [], talk.parts ?? [])
  episode.sample = diverse([...episode.sample, ...talk.sample], mostShown)
  return episode
}

function withAuthor(authors: Episode['authors'], [author, voices]: readonly [string, number]): Episode['authors'] {
  const known = authors.find(([each]) => each === author)?.[1] ?? 0
  return [[author, known + voices] as const, ...authors.filter(([each]) => each !== author)]
    .sort(([one, most], [other, least]) => least - most || (one < other ? -1 : 1))
    .slice(0, mostAuthors)
}

/** Whether the last interval was off, and the whole of the episode is in its direction: a drop is never above what is usual. */
export const isOffNow = ({ calm: intervals, sign, observed, expected }: Episode): boolean =>
  intervals === 0 && sign * (observed - expected) > 0

/**
 * Whether an interval is rather of the shift than of what is usual: at least half as far off as the whole of the episode is
 * in the mean. The last intervals seem off for an hour after what made them so is over.
 */
export const isOfShift = ({ sign, observed, expected, weight }: Episode, judged: Judged): boolean =>
  2 * sign * (judged.observed - judged.expected) * weight >= sign * (observed - expected) * judged.weight

/** How far the last intervals lie from what is usual, in standard deviations. */
export const deviationOf = ({ surplus, variance }: Episode): number =>
  variance > 0 ? surplus / Math.sqrt(variance) : 0

/** Whether an episode is over. Silence is once something is said. */
export const isOver = ({ calm: intervals, rows, shape }: Episode): boolean =>
  shape !== 'silence' && (intervals >= calm.intervals || rows >= longest)

/** Whether the episode has lasted so long that it is what is usual. */
export const isUsualNow = ({ rows }: Episode): boolean => rows >= longest
