import type { Engagement } from '../../schemas/engagement.js'
import { readyFor } from '../../streams/app/ingest.js'
import type { Instance } from '../../streams/app/instance.js'
import { standingMentions } from './compare/registry.js'
import { drained, feedAll } from './feed.js'
import { endOfObservations, midnightAfter, plantedObservations } from './observations.js'
import type { Mention } from './oracle/changes.js'
import {
  type ExpectedEngagement,
  expectedEngagement,
  type Heard,
  type Post,
  remembered,
} from './oracle/engagement-windows.js'
import type { InputEvent, Published } from './oracle/event.js'
import { keyOf } from './oracle/event.js'
import type { Expected } from './oracle/oracle.js'
import { partitionOf } from './oracle/partition.js'
import { random } from './random.js'
import { expectedOf, firstWidths, markers, partitions } from './world.js'

/** What the edits of the end say. */
const editedTexts = ['Hoy ceviche en Arequipa', 'Un lomo saltado con Inca Kola', 'Nada que contar', 'Juane en Iquitos']

export interface EngagementRun {
  readonly observations: readonly Engagement[]
  /** Posts from before are forgotten when they are observed. */
  readonly yearBefore: number
  readonly expected: ExpectedEngagement
}

/**
 * Sends observations of posts that an engine has read, then edits and deletions of some of these, then a last record of
 * every partition, each when all before was read; gives what must be there.
 */
export async function engagementRun(
  instance: Instance,
  events: readonly InputEvent[],
  { changes }: Expected,
  seed: number,
): Promise<EngagementRun> {
  const before = standingMentions({ changes })
  const times = changes.map(({ mention }) => mention.createdAt)
  const midnight = midnightAfter(times.reduce((latest, time) => Math.max(latest, time), 0))
  const told = new Map(changes.map(({ mention }) => [mention.postId, mention.createdAt]))
  // A post is forgotten after a year: which observation was the first after that is not to hang on the hour.
  const yearBefore = midnight - remembered
  const observable = [...told].filter(([, createdAt]) => Math.abs(createdAt - yearBefore) > 43_200_000)
  const observations = plantedObservations(
    observable.map(([postId]) => postId),
    { seed, midnight },
  )
  for (let from = 0; from < observations.length; from += 1_000)
    await instance.append(observations.slice(from, from + 1_000).map(recordOf))
  await drained(instance)

  const observed = new Set(observations.map(({ postId }) => postId))
  const later = editsOf(events, (id) => observed.has(id) && (told.get(id) ?? 0) > yearBefore, seed)
  await feedAll(instance, later)
  await drained(instance)
  const last = markers('end', endOfObservations(midnight))
  await feedAll(instance, last)
  await drained(instance)

  const spans = [events, [...later, ...last]].map((each) => ({ events: each, widths: firstWidths }))
  const after = standingMentions(expectedOf(spans, () => null))
  const heard = [
    ...postsHeard(told, new Map(), byId(before)),
    ...observationsHeard(observations),
    ...postsHeard(new Map([...told, ...createdAtOf(after)]), byId(before), byId(after)),
  ]
  return { observations, yearBefore, expected: expectedEngagement(heard, endOfObservations(midnight)) }
}

function recordOf(observation: Engagement) {
  const ready = readyFor('engagements', { ...observation })
  if (typeof ready === 'string') throw new Error(`an observation is wrong: ${ready}`)
  return ready.at(ready.time)
}

/** Some of the observed posts, told of again: edited with other terms, or deleted. */
function editsOf(events: readonly InputEvent[], isMeant: (id: string) => boolean, seed: number): readonly InputEvent[] {
  const chance = random(seed + 1)
  const originals = new Map<string, Published>()
  for (const event of events)
    if (event.topic === 'posts' && 'fields' in event && isMeant(keyOf(event)) && !originals.has(keyOf(event)))
      originals.set(keyOf(event), event.fields)
  return [...originals].flatMap(([id, fields]): readonly InputEvent[] => {
    const at = fields.createdAt + 90 * 86_400_000
    if (chance.perMille(40))
      return [{ topic: 'posts', fields: { ...fields, editedAt: at, text: chance.pick(editedTexts) } }]
    return chance.perMille(15) ? [{ topic: 'deletions', fields: { id, deletedAt: at, reason: 'author' } }] : []
  })
}

const byId = (mentions: readonly Mention[]): ReadonlyMap<string, Mention> =>
  new Map(mentions.map((mention) => [mention.postId, mention]))

const createdAtOf = (mentions: readonly Mention[]) =>
  mentions.map(({ postId, createdAt }) => [postId, createdAt] as const)

const postOf = ({ createdAt, region, terms, author }: Mention): Post => ({
  ...{ createdAt, region, author },
  terms: terms.map(({ term, kind }) => ({ term, kind })) as Post['terms'],
})

/** Posts that are other than they were. Their stream times are those of their posts, before any observation. */
function* postsHeard(
  ids: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, Mention>,
  after: ReadonlyMap<string, Mention>,
): Generator<Heard> {
  for (const [postId, timestamp] of ids) {
    const [was, is] = [before.get(postId), after.get(postId)]
    if (before.size > 0 && was?.revision === is?.revision) continue
    yield { kind: 'post', postId, post: is === undefined ? 'gone' : postOf(is), timestamp, streamTime: 0 }
  }
}

/** With the stream time of each: the highest time that its partition has shown. */
function observationsHeard(observations: readonly Engagement[]): readonly Heard[] {
  const shown = new Map<number, number>()
  return observations.map((observation) => {
    const partition = partitionOf(observation.postId, partitions)
    const streamTime = Math.max(shown.get(partition) ?? 0, observation.observedAt)
    shown.set(partition, streamTime)
    return { kind: 'observation', observation, streamTime }
  })
}
