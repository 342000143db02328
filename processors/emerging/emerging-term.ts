import type { EmergingTerm, EmergingWindow } from '../../schemas/emerging-term.js'
import type { Aggregate } from '../../streams/engine/processor.js'
import { hours } from '../../streams/engine/time.js'
import { independentVoices, type Pair } from '../shifts/independent.js'
import { diverse, orderOf, type SampledPost } from '../shifts/sample.js'
import { candidateOf, type HolderOfOne } from './candidates.js'

/** A term of a window counts as such from so many posts on. */
export const fewestPosts = 5
/** Posts of which authors and texts are compared: memory a term and window is bounded by them. */
const mostExamined = 1_000
const mostSpellings = 5
const mostShown = 5
const topAuthors = 3

/** Whether enough posts hold it: those with fewer may be given too. */
export const hasEnoughPosts = ({ posts }: EmergingTerm): boolean => posts >= fewestPosts

type Examined = readonly [order: number, author: string, content: number, term: string]

/** Sums of a window; what was taken back is subtracted. */
export interface EmergingSums {
  posts: number
  reposts: number
  /** The posts that come first in an order that is as good as random (bottom-k sampling), by id. */
  readonly examined: Map<string, Examined>
  /** Posts that come after this in order are not examined. */
  limit: number
}

/** Counts the posts that hold a candidate, and keeps of them what tells independent voices from repeated ones. */
export const emergingTerm: Aggregate<HolderOfOne, EmergingSums, EmergingTerm> = {
  name: 'emerging',
  initial: () => ({ posts: 0, reposts: 0, examined: new Map(), limit: Number.POSITIVE_INFINITY }),
  add: (sums, { postId, sign, author, content, isRepost, term }) => {
    sums.posts += sign
    if (isRepost) sums.reposts += sign
    if (sign < 0) {
      sums.examined.delete(postId)
      return sums
    }
    const order = orderOf(postId)
    if (order > sums.limit) return sums
    sums.examined.set(postId, [order, author, content, term])
    if (sums.examined.size >= 2 * mostExamined) shrink(sums)
    return sums
  },
  result: ({ posts, reposts, examined }, { key, window, isFinal, revision }) => {
    const [kind, form] = candidateOf(key)
    const drawn = firstOf(examined)
    const counts = countsOf(drawn.map(([, [, author]]) => author))
    const spellings = countsOf(drawn.map(([, [, , , term]]) => term)).map(([term]) => term)
    const independent = independentVoices(pairsOf(drawn))
    const most = counts.slice(0, topAuthors).reduce((sum, [, said]) => sum + said, 0)
    const sample = drawn.map(([postId, [order, author, content]]): SampledPost => [order, postId, author, content, 0])
    return {
      ...{ term: spellings[0] ?? form, kind, form, spellings: spellings.slice(0, mostSpellings) },
      window: windowOf(window.end - window.start),
      ...{ start: window.start, end: window.end, isFinal, revision, posts, reposts },
      ...{ examined: drawn.length, independent, authors: counts.length },
      topAuthorsShare: drawn.length === 0 ? 0 : most / drawn.length,
      pushed: drawn.length === 0 ? 0 : 1 - independent / drawn.length,
      ...{ expected: 0, deviation: 0, verdict: 'usual' },
      evidence: diverse(sample, mostShown).map(([, postId]) => postId),
    }
  },
}

const windowOf = (size: number): EmergingWindow => (size === hours(1) ? 'hour' : 'day')

/** The first posts in order, which are the same in whatever order all of them came. */
const firstOf = (examined: EmergingSums['examined']): readonly (readonly [string, Examined])[] =>
  [...examined]
    .sort(([id, one], [otherId, other]) => one[0] - other[0] || (id < otherId ? -1 : 1))
    .slice(0, mostExamined)

function shrink(sums: EmergingSums): void {
  const kept = firstOf(sums.examined)
  const last = kept.at(-1)
  if (last !== undefined) sums.limit = last[1][0]
  sums.examined.clear()
  for (const [postId, each] of kept) sums.examined.set(postId, each)
}

const pairsOf = (drawn: readonly (readonly [string, Examined])[]): readonly Pair[] => [
  ...new Map(drawn.map(([, [, author, content]]) => [`${content} ${author}`, [author, content] as const])).values(),
]

/** How often each is there, the most frequent first. */
function countsOf(given: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const each of given) counts.set(each, (counts.get(each) ?? 0) + 1)
  return [...counts].sort(([one, more], [other, less]) => less - more || (one < other ? -1 : 1))
}
