import type { Mention, Term } from '../../schemas/mention.js'
import type { PostEngagement } from '../../schemas/post-engagement.js'
import type { Timestamp } from '../../streams/engine/time.js'
import { figuresOf, lookedFor } from './figures.js'
import { type Observation, observedAtOf } from './observation.js'

/** What observations need to know of their post, as a list. */
export type KnownPost = readonly [
  revision: number,
  createdAt: Timestamp,
  region: string | null,
  terms: readonly (readonly [term: string, kind: Term['kind']])[],
  streamTime: Timestamp,
  /** None of what was kept before it was known. */
  author?: string,
]

/**
 * What is known of a post and its counters.
 * - `post`: null while nobody has told of it; `gone` once it was taken back.
 * - `settled`: of the observations older than those of `open`, the few that later ones are compared with. What was given
 *   out of them stands.
 * - `open`: the newest observations, in the order of time, each instant once. What was given out of them may be revised.
 */
export type ObservedPost = readonly [
  post: KnownPost | 'gone' | null,
  settled: readonly Observation[],
  open: readonly Observation[],
]

export const nothingKnown: ObservedPost = [null, [], []]

/** Observations of a post that may still be revised: a day of one every quarter of an hour. */
export const mostOpen = 96

export const knownPost = (mention: Mention, streamTime: Timestamp): KnownPost => [
  mention.revision,
  mention.createdAt,
  mention.region,
  mention.terms.map(({ term, kind }) => [term, kind] as const),
  streamTime,
  mention.author,
]

/** What stands of an open observation; nothing when its post was taken back. */
export function engagementOf(
  postId: string,
  [post, settled, open]: ObservedPost,
  index: number,
): PostEngagement | null {
  if (post === 'gone') return null
  const [, createdAt, region, terms, , author = null] = post ?? [0, null, null, [], 0]
  const figures = figuresOf([...settled, ...open], settled.length + index, createdAt)
  return {
    postId,
    sign: 1,
    createdAt,
    region,
    author,
    terms: terms.map(([term, kind]) => ({ term, kind })),
    ...figures,
  }
}

/** Time up to which, included, observations come too late to be put among the others; null: none does. */
export function settledUntil([, settled]: ObservedPost): Timestamp | null {
  const last = settled.at(-1)
  return last === undefined ? null : observedAtOf(last)
}

/**
 * Settles the oldest observations where there are too many. What the open ones are compared with stays the same, and with
 * it all that was given out of them.
 */
export function bounded([post, settled, open]: ObservedPost): ObservedPost {
  if (open.length <= mostOpen) return [post, settled, open]
  const old = [...settled, ...open.slice(0, open.length - mostOpen)]
  const needed = new Set(lookedFor.map((fits) => old.findLastIndex(fits)))
  needed.add(old.length - 1)
  return [post, old.filter((_, index) => needed.has(index)), open.slice(-mostOpen)]
}
