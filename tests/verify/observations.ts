import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Engagement } from '../../schemas/engagement.js'
import { projectPath } from '../../streams/project.js'
import { partitionOf } from './oracle/partition.js'
import { type Random, random } from './random.js'
import { partitions } from './world.js'

/** Real observations, whose counters those of the verification begin with. */
const realFile = 'samples/engagements.jsonl.gz'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const lima = 5 * hour

/** The next midnight of Lima that is at least four hours away. */
export const midnightAfter = (time: number): number => Math.ceil((time + 4 * hour - lima) / day) * day + lima
/** When the last observation is made: the windows of the two days before are closed by then. */
export const endOfObservations = (midnight: number): number => midnight + 29 * hour

/** What the real observations tell of each post, in the order of time. */
function realCounters(): readonly (readonly Pick<Engagement, 'likes' | 'comments' | 'shares'>[])[] {
  const lines = gunzipSync(readFileSync(projectPath(realFile)))
    .toString('utf8')
    .trim()
    .split('\n')
  const byPost = new Map<string, Pick<Engagement, 'likes' | 'comments' | 'shares'>[]>()
  for (const line of lines) {
    const { postId, likes, comments, shares } = JSON.parse(line)
    const known = byPost.get(postId) ?? []
    byPost.set(postId, known)
    known.push({ likes, comments, shares })
  }
  return [...byPost.values()]
}

/**
 * Observations of three in ten of the posts within six hours about a midnight of Lima, in the order in which they are
 * sent: their first figures are real, what they gain is planted. Some counters are not told, some shrink; observations
 * come out of order by minutes, some by more than their hour waits, some twice, some of an instant with other figures,
 * some of posts that nobody told of. In the end one of each partition, a day later.
 */
export function plantedObservations(
  postIds: readonly string[],
  { seed, midnight }: { readonly seed: number; readonly midnight: number },
): readonly Engagement[] {
  const chance = random(seed)
  const real = realCounters()
  const sent: { readonly at: number; readonly observation: Engagement }[] = []
  for (const id of postIds) {
    if (!chance.perMille(300)) continue
    const postId = chance.perMille(20) ? `unheard:${id}` : id
    for (const observation of observationsOf(postId, chance.pick(real), midnight - 3 * hour, chance)) {
      const { observedAt } = observation
      const send = (each: Engagement, at: number) => sent.push({ at, observation: each })
      send(observation, observedAt + delayOf(chance))
      if (chance.perMille(40)) send(observation, observedAt + chance.between(0, 10 * minute))
      if (chance.perMille(20))
        send({ ...observation, likes: (observation.likes ?? 0) + chance.between(-3, 3) + 3 }, observedAt + minute)
    }
  }
  sent.sort((one, other) => one.at - other.at)
  const end = endOfObservations(midnight)
  const last = Array.from({ length: partitions }, (_, partition) => {
    for (let number = 0; ; number++)
      if (partitionOf(`seen:${number}`, partitions) === partition) return anObservation(`seen:${number}`, end, {})
  })
  return [...sent.map(({ observation }) => observation), ...last]
}

const delayOf = (chance: Random): number =>
  chance.perMille(850)
    ? chance.between(0, 2 * minute)
    : chance.perMille(900)
      ? chance.between(0, 13 * minute)
      : chance.between(30 * minute, 110 * minute)

const anObservation = (postId: string, observedAt: number, told: Partial<Engagement>): Engagement => ({
  ...{ postId, source: 'twitter', observedAt, likes: null, comments: null, shares: null },
  ...{ views: null, reach: null, followers: null, simulated: false, ...told },
})

function* observationsOf(
  postId: string,
  real: readonly Pick<Engagement, 'likes' | 'comments' | 'shares'>[],
  from: number,
  chance: Random,
): Generator<Engagement> {
  const tells = { views: chance.perMille(450), reach: chance.perMille(300), followers: chance.perMille(500) }
  const followers = chance.pick([0, 80, 950, 1_000, 7_200, 64_000, 410_000, 2_500_000])
  const gained = { likes: 0, comments: 0, shares: 0, views: chance.between(0, 900), reach: chance.between(0, 500) }
  const count = chance.between(1, 9)
  let observedAt = from + chance.between(0, 2 * hour)
  for (let index = 0; index < count; index++) {
    const base = real[Math.min(index, real.length - 1)]
    const untold = () => chance.perMille(60)
    const total = (name: 'likes' | 'comments' | 'shares') =>
      untold() || base === undefined ? null : Math.max(0, (base[name] ?? 0) + gained[name])
    yield anObservation(postId, observedAt, {
      ...{ likes: total('likes'), comments: total('comments'), shares: total('shares') },
      views: tells.views && !untold() ? gained.views : null,
      reach: tells.reach && !untold() ? gained.reach : null,
      followers: tells.followers && !untold() ? followers + (followers === 0 ? 0 : chance.between(0, 40)) : null,
    })
    observedAt += chance.between(5, 50) * minute
    if (observedAt > from + 6 * hour) return
    const fame = chance.perMille(30) ? 40 : 1
    gained.likes += chance.perMille(80) ? -chance.between(0, 3) : chance.between(0, 6) * fame
    gained.comments += chance.between(0, 2) * fame
    gained.shares += chance.perMille(50) ? -1 : chance.between(0, 2) * fame
    gained.views += chance.between(0, 400) * fame
    gained.reach += chance.between(0, 250) * fame
  }
}
