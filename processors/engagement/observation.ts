import type { Engagement } from '../../schemas/engagement.js'
import type { Timestamp } from '../../streams/engine/time.js'

/** The counters of a post, in the order in which an observation keeps them. */
export const counters = ['likes', 'comments', 'shares', 'views', 'reach', 'followers'] as const
export type Counter = (typeof counters)[number]

/** Reactions: what interactions are the sum of. */
export const reactions = ['likes', 'comments', 'shares'] as const satisfies readonly Counter[]

/** A total as it was read; null: the observation does not tell. */
export type Count = number | null

/**
 * What is kept of an observation, as a list: there are many, and the names of its fields would be half of what is
 * written. `streamTime` is the highest of the records that had a part in what was last given out of it.
 */
export type Observation = readonly [
  observedAt: Timestamp,
  streamTime: Timestamp,
  counts: readonly Count[],
  source: string,
  simulated: boolean,
]

export const observedAtOf = (observation: Observation): Timestamp => observation[0]
export const streamTimeOf = (observation: Observation): Timestamp => observation[1]

export const observationOf = (engagement: Engagement, streamTime: Timestamp): Observation => [
  engagement.observedAt,
  streamTime,
  counters.map((counter) => engagement[counter]),
  engagement.source,
  engagement.simulated,
]

/** The same observation, as of a later stream time. */
export const asOf = (observation: Observation, streamTime: Timestamp): Observation => [
  observation[0],
  Math.max(observation[1], streamTime),
  observation[2],
  observation[3],
  observation[4],
]

const places: Readonly<Record<Counter, number>> = { likes: 0, comments: 1, shares: 2, views: 3, reach: 4, followers: 5 }

export const countOf = (observation: Observation, counter: Counter): Count => observation[2][places[counter]] ?? null

/**
 * Two observations of one instant: of each counter the higher figure, whichever came first, so that what stands does not
 * depend on the order of delivery. The first one itself when the other says nothing new.
 */
export function merged(one: Observation, other: Observation): Observation {
  const counts = counters.map((counter) => higher(countOf(one, counter), countOf(other, counter)))
  const source = [one[3], other[3]].sort()[0] ?? one[3]
  const simulated = one[4] || other[4]
  const same = counts.every((count, index) => count === one[2][index]) && source === one[3] && simulated === one[4]
  return same ? one : [one[0], Math.max(one[1], other[1]), counts, source, simulated]
}

const higher = (one: Count, other: Count): Count => (one === null ? other : other === null ? one : Math.max(one, other))
