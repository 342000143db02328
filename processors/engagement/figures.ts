import { ratio } from '../../schemas/metrics/formula.js'
import type { AuthorGroup, PostEngagement } from '../../schemas/post-engagement.js'
import type { Timestamp } from '../../streams/engine/time.js'
import { type Count, type Counter, countOf, type Observation, observedAtOf, reactions } from './observation.js'

const hour = 3_600_000

/** What an observation says beside those before it. */
export type Figures = Omit<PostEngagement, 'postId' | 'sign' | 'createdAt' | 'region' | 'author' | 'terms'>

/**
 * The figures of one observation. Each counter is a series of its own, which an observation that does not tell it leaves
 * alone: what is missing is null and never taken for zero.
 * @param observations of one post, in the order of time
 * @param index of the observation among them
 * @param createdAt when the post was published, all its counters at zero; null when that is not known
 */
export function figuresOf(observations: readonly Observation[], index: number, createdAt: Timestamp | null): Figures {
  const observation = observations[index] as Observation
  const told = (counter: Counter): Count => countOf(observation, counter)
  const before = (counter: Counter): Count => {
    const last = lastBefore(observations, index, (earlier) => countOf(earlier, counter) !== null)
    return last === null ? null : countOf(last, counter)
  }
  const imputed = (counter: Counter): Count => told(counter) ?? before(counter)
  const gained = (counter: Counter): Count => difference(told(counter), before(counter))
  const interactions = interactionsOf(observation)
  const earlier = lastBefore(observations, index, tellsReactions)
  const since = earlier === null ? createdAt : observedAtOf(earlier)
  const timed = pairOf(observations, index, tellsReactions)
  const viewed = pairOf(observations, index, tellsBoth('views'))
  const reached = pairOf(observations, index, tellsBoth('reach'))
  const elapsed = since === null ? 0 : observedAtOf(observation) - since
  return {
    source: observation[3],
    observedAt: observedAtOf(observation),
    authorGroup: authorGroupOf(imputed('followers')),
    since: interactions === null ? null : since,
    opening: interactions !== null && earlier === null,
    likes: told('likes'),
    comments: told('comments'),
    shares: told('shares'),
    views: told('views'),
    reach: told('reach'),
    followers: told('followers'),
    interactions,
    likesImputed: imputed('likes'),
    commentsImputed: imputed('comments'),
    sharesImputed: imputed('shares'),
    viewsImputed: imputed('views'),
    reachImputed: imputed('reach'),
    followersImputed: imputed('followers'),
    likesGained: gained('likes'),
    commentsGained: gained('comments'),
    sharesGained: gained('shares'),
    viewsGained: gained('views'),
    reachGained: gained('reach'),
    interactionsGained: sumOfTold(reactions.map(gained)),
    interactionsOpened: sumOfTold(reactions.map((reaction) => (before(reaction) === null ? told(reaction) : null))),
    viewedInteractions: gainIn(viewed, interactionsOf),
    viewedViews: gainIn(viewed, (each) => countOf(each, 'views')),
    reachedInteractions: gainIn(reached, interactionsOf),
    reachedReach: gainIn(reached, (each) => countOf(each, 'reach')),
    velocity: velocityOf(gainIn(timed, interactionsOf), elapsed),
    engagementRateByViews: ratio(interactions, told('views')),
    engagementRateByReach: ratio(interactions, told('reach')),
    engagementRateByFollowers: ratio(interactions, told('followers')),
    simulated: observation[4],
  }
}

/** Sum of the reactions that it tells; null when it tells none. */
const interactionsOf = (observation: Observation): Count =>
  sumOfTold(reactions.map((reaction) => countOf(observation, reaction)))

const tellsReactions = (observation: Observation): boolean => interactionsOf(observation) !== null

/**
 * A rate needs both. Nobody reacts to what nobody has seen: views or reach of 0 say that they were not counted, and
 * reactions beside them would have no denominator.
 */
const tellsBoth =
  (denominator: 'views' | 'reach') =>
  (observation: Observation): boolean =>
    tellsReactions(observation) && (countOf(observation, denominator) ?? 0) > 0

/** What later observations may look back at: the newest that tells one of these is all that they need. */
export const lookedFor: readonly ((observation: Observation) => boolean)[] = [
  (each) => countOf(each, 'likes') !== null,
  (each) => countOf(each, 'comments') !== null,
  (each) => countOf(each, 'shares') !== null,
  (each) => countOf(each, 'views') !== null,
  (each) => countOf(each, 'reach') !== null,
  (each) => countOf(each, 'followers') !== null,
  tellsBoth('views'),
  tellsBoth('reach'),
]

/** An observation and what it is compared with; null there: publication, when everything was at zero. */
type Pair = readonly [last: Observation | null, observation: Observation]

/** Both tell it, and the same reactions, so that their sums can be compared; null when they cannot. */
function pairOf(
  observations: readonly Observation[],
  index: number,
  tells: (observation: Observation) => boolean,
): Pair | null {
  const observation = observations[index] as Observation
  if (!tells(observation)) return null
  const last = lastBefore(observations, index, tells)
  return last === null || sameReactions(last, observation) ? [last, observation] : null
}

function gainIn(pair: Pair | null, figure: (observation: Observation) => Count): Count {
  if (pair === null) return null
  const [last, observation] = pair
  return difference(figure(observation), last === null ? 0 : figure(last))
}

const sameReactions = (one: Observation, other: Observation): boolean =>
  reactions.every((reaction) => (countOf(one, reaction) === null) === (countOf(other, reaction) === null))

function lastBefore(
  observations: readonly Observation[],
  index: number,
  fits: (observation: Observation) => boolean,
): Observation | null {
  for (let at = index - 1; at >= 0; at--) {
    const observation = observations[at] as Observation
    if (fits(observation)) return observation
  }
  return null
}

const difference = (one: Count, other: Count): Count => (one === null || other === null ? null : one - other)

function sumOfTold(counts: readonly Count[]): Count {
  let sum: Count = null
  for (const count of counts) if (count !== null) sum = (sum ?? 0) + count
  return sum
}

const velocityOf = (gained: Count, elapsed: number): number | null =>
  gained === null || elapsed <= 0 ? null : (gained / elapsed) * hour

const groups: readonly (readonly [below: number, group: AuthorGroup])[] = [
  [1_000, 'under1k'],
  [10_000, 'under10k'],
  [100_000, 'under100k'],
  [1_000_000, 'under1m'],
]

/** Size of an audience, by followers. */
export function authorGroupOf(followers: Count): AuthorGroup {
  if (followers === null) return 'unknown'
  return groups.find(([below]) => followers < below)?.[1] ?? 'from1m'
}
