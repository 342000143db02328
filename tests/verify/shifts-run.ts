import { readyFor } from '../../streams/app/ingest.js'
import type { Instance } from '../../streams/app/instance.js'
import { rawPosts } from './data.js'
import type { TrialOptions } from './engine-trial.js'
import { allRead, Feeder } from './feeder.js'
import { type InputEvent, timeOf } from './oracle/event.js'
import { random } from './random.js'
import { shown } from './reading.js'
import { groupsOf } from './spans.js'
import type { Trial } from './trial.js'
import { markers } from './world.js'

const hour = 3_600_000
const dishes = ['ceviche', 'lomo saltado', 'causa'] as const
const planted = 90

/** Two weeks of real posts, each of which names a dish, and other real posts of one dish within six hours of the last days. */
export function postsWithShift(): readonly InputEvent[] {
  const all = rawPosts(9_000 + planted)
  const usual = all.slice(0, 1_300)
  const end = usual.at(-1)?.created_at ?? 0
  const posts = [
    ...usual.map((post, index) => ({ ...post, dish: dishes[index % 3] ?? '' })),
    ...all.slice(9_000).map((post, index) => ({
      ...{ ...post, dish: 'ceviche' },
      created_at: end - 72 * hour + Math.floor((index * 6 * hour) / planted),
    })),
  ].sort((one, other) => one.created_at - other.created_at)
  const [first, last] = [posts[0]?.created_at ?? 0, end + hour]
  return [
    ...markers('first', first),
    ...posts.map(
      ({ id, author, text, created_at: createdAt, dish }): InputEvent => ({
        topic: 'posts',
        fields: { postId: `twitter:${id}`, source: 'twitter', author, text: `${text} ${dish}`, createdAt },
      }),
    ),
    ...markers('last', last),
  ]
}

/** What is told of the posts by those who work, while something breaks so many times; and what broke. */
export async function shiftsTold(
  begin: (options: TrialOptions) => Promise<Trial>,
  { dataDir, seed, kills }: { readonly dataDir: string; readonly seed: number; readonly kills: number },
): Promise<{ readonly shifts: readonly string[]; readonly letters: readonly string[]; readonly hits: Trial['hits'] }> {
  const events = postsWithShift()
  const chance = random(seed)
  const settings = { PULSO_TOPOLOGIES: 'consumer-trends,engagement,engagement-shifts' }
  const trial = await begin({ dataDir, sentiment: false, chance, settings, say: () => {} })
  try {
    const feeder = new Feeder(trial, random(chance.between(0, 2 ** 31)))
    let fed = Promise.resolve()
    for (const [index, group] of groupsOf(events, kills + 1).entries()) {
      fed = fed.then(() => feeder.feed(group)).then(() => observe(trial, group.published.map(timeOf)))
      fed.catch(() => {})
      if (index < kills) await Promise.race([trial.strike(fed), trial.failed])
    }
    const last = events.at(-1)
    fed = fed
      .then(() => feeder.close(last === undefined ? 0 : timeOf(last)))
      .then(() => observe(trial, events.map(timeOf)))
    await Promise.race([fed.then(() => allRead(trial)), trial.failed])
    const [shifts, letters] = await trial.ask((instance) =>
      Promise.all([written(instance, 'shifts'), written(instance, 'dead-letters')]),
    )
    return { shifts, letters, hits: trial.hits }
  } finally {
    await trial.stop()
  }
}

async function written(instance: Instance, topic: string): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { value } of shown(instance, topic)) found.push(JSON.stringify(value))
  return found.sort()
}

/**
 * Has a post of each partition observed at the last of the times: where no partition counts as idle, shifts wait for what
 * is observed as they do for mentions. The same again, when its answer was lost, is a duplicate.
 */
async function observe(trial: Trial, times: readonly number[]): Promise<void> {
  const observedAt = times.reduce((latest, time) => Math.max(latest, time), 0)
  const observed = observedPosts.map((postId) => {
    const fields = { postId, source: 'twitter', observedAt, views: 100, simulated: false }
    const ready = readyFor('engagements', fields)
    if (typeof ready === 'string') throw new Error(`an observation is wrong: ${ready}`)
    return ready.at(ready.time)
  })
  await trial.ask((instance) => instance.append(observed))
}

/** One of each partition, published first. */
const observedPosts = markers('first', 0).flatMap((event) =>
  event.topic === 'posts' && 'fields' in event ? (event.fields.postId ?? []) : [],
)
