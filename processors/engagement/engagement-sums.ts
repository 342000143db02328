import type { PostEngagement } from '../../schemas/post-engagement.js'

/** Figures of an observation that add up over a window; null ones add nothing. */
export const addedFigures = [
  'likesGained',
  'commentsGained',
  'sharesGained',
  'viewsGained',
  'reachGained',
  'interactionsGained',
  'interactionsOpened',
  'viewedInteractions',
  'viewedViews',
  'reachedInteractions',
  'reachedReach',
] as const satisfies readonly (keyof PostEngagement)[]

export type AddedFigure = (typeof addedFigures)[number]

/** What a window knows of one post: how many observations, and sums over them. */
export type PostSums = [
  observations: number,
  /** Interactions gained or first observed, and how many observations tell any. */
  interactions: number,
  telling: number,
  /** Followers, and how many observations tell them, above 0. */
  followers: number,
  followed: number,
]

/** Sums of a window. What was taken back is subtracted. */
export interface EngagementSums {
  observations: number
  /** Of each of `addedFigures` the sum, in their order. */
  sums: number[]
  /** Of each of `addedFigures` how many observations have one. */
  told: number[]
  /** Losses among interactions gained, from 0 on. */
  corrections: number
  followedInteractions: number
  timedInteractions: number
  observedMillis: number
  timed: number
  posts: Map<string, PostSums>
}

export const noSums = (): EngagementSums => ({
  observations: 0,
  sums: addedFigures.map(() => 0),
  told: addedFigures.map(() => 0),
  corrections: 0,
  followedInteractions: 0,
  timedInteractions: 0,
  observedMillis: 0,
  timed: 0,
  posts: new Map(),
})

/** Adds an observation, or subtracts one that is taken back. */
export function addEngagement(into: EngagementSums, engagement: PostEngagement): void {
  const { sign, interactionsGained, interactionsOpened, followers, velocity, since, observedAt } = engagement
  into.observations += sign
  for (const [index, name] of addedFigures.entries()) {
    const figure = engagement[name]
    if (figure === null) continue
    into.sums[index] = (into.sums[index] ?? 0) + sign * figure
    into.told[index] = (into.told[index] ?? 0) + sign
  }
  if (interactionsGained !== null && interactionsGained < 0) into.corrections -= sign * interactionsGained
  const tells = interactionsGained !== null || interactionsOpened !== null
  const interactions = (interactionsGained ?? 0) + (interactionsOpened ?? 0)
  // reactions beside nobody who follows have no denominator
  const isFollowed = (followers ?? 0) > 0
  if (isFollowed) into.followedInteractions += sign * interactions
  // a velocity is known where all of the interactions came together since then
  if (velocity !== null && since !== null) {
    into.timedInteractions += sign * interactions
    into.observedMillis += sign * (observedAt - since)
    into.timed += sign
  }
  addToPost(into.posts, engagement.postId, [
    sign,
    sign * interactions,
    tells ? sign : 0,
    sign * (followers ?? 0),
    isFollowed ? sign : 0,
  ])
}

function addToPost(posts: EngagementSums['posts'], postId: string, more: PostSums): void {
  const known = posts.get(postId) ?? [0, 0, 0, 0, 0]
  const sums: PostSums = [
    known[0] + more[0],
    known[1] + more[1],
    known[2] + more[2],
    known[3] + more[3],
    known[4] + more[4],
  ]
  if (sums.every((sum) => sum === 0)) posts.delete(postId)
  else posts.set(postId, sums)
}

export function mergeSums(into: EngagementSums, other: EngagementSums): void {
  into.observations += other.observations
  into.sums = into.sums.map((sum, index) => sum + (other.sums[index] ?? 0))
  into.told = into.told.map((told, index) => told + (other.told[index] ?? 0))
  into.corrections += other.corrections
  into.followedInteractions += other.followedInteractions
  into.timedInteractions += other.timedInteractions
  into.observedMillis += other.observedMillis
  into.timed += other.timed
  for (const [postId, sums] of other.posts) addToPost(into.posts, postId, sums)
}
