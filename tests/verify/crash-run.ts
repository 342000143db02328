import { compareAll } from './compare/all.js'
import { mentionOrder } from './compare/mentions.js'
import type { Compared } from './comparison.js'
import type { TrialOptions } from './engine-trial.js'
import { allRead, Feeder } from './feeder.js'
import { verificationInput } from './input.js'
import type { Score } from './oracle/changes.js'
import { timeOf } from './oracle/event.js'
import { allTaken, takenOrder } from './oracle/topic-log.js'
import { random } from './random.js'
import { scoresOf, textsOf } from './scores.js'
import { groupsOf } from './spans.js'
import type { Hits, Trial } from './trial.js'
import { expectedOf, limits } from './world.js'

export interface CrashRunOptions {
  /** Who works, and what happens to them. */
  readonly begin: (options: TrialOptions) => Promise<Trial>
  /** Folder of all data. */
  readonly dataDir: string
  readonly seed: number
  readonly posts?: number
  /** How often something is broken. */
  readonly kills: number
  readonly sentiment: boolean
  readonly say: (what: string) => void
}

export interface CrashReport {
  readonly compared: readonly Compared[]
  readonly hits: Hits
  /** Chunks that were sent again, and those of them that had got in the first time. */
  readonly again: { readonly resent: number; readonly doubled: number }
}

/**
 * Feeds those who work while they work, breaks something at random moments, mends it; lets them finish, and compares
 * everything that they wrote with what the oracle says. Counters of fates are left out: they begin anew with each process.
 */
export async function crashRun(options: CrashRunOptions): Promise<CrashReport> {
  const { seed, posts, kills, sentiment, say, begin } = options
  const events = verificationInput({ seed, ...(posts !== undefined && { posts }) })
  say(`${events.length} records from ${posts ?? 'all'} posts of the file, seed ${seed}`)
  const scores: ReadonlyMap<string, Score> = sentiment ? await scoresOf(textsOf(events)) : new Map()
  if (sentiment) say(`${scores.size} distinct texts scored apart from the stream`)

  const chance = random(seed + 1)
  const groups = groupsOf(events, kills + 1)
  const trial = await begin({ ...options, chance })
  try {
    const feeder = new Feeder(trial, random(chance.between(0, 2 ** 31)))
    // Each strike comes while a group is sent or read; what is left of it is sent after that, with the next group.
    let fed = Promise.resolve()
    for (const [index, group] of groups.entries()) {
      fed = fed.then(() => feeder.feed(group))
      fed.catch(() => {})
      if (index === kills) break
      const what = await Promise.race([trial.strike(fed), trial.failed])
      say(`${index + 1}: ${what}`)
    }
    const last = events.at(-1)
    fed = fed.then(() => feeder.close(last === undefined ? 0 : timeOf(last)))
    await Promise.race([fed.then(() => allRead(trial)), trial.failed])
    say('all is read')
    const ranks = await trial.ranks()
    const compared = await trial.ask(async (instance) => {
      const expected = expectedOf(feeder.spans, (text) => scores.get(text) ?? null, await mentionOrder(instance))
      const sent = allTaken(takenOrder(feeder.spans, limits()))
      return compareAll(instance, sent, expected, ranks)
    })
    return { compared: [...compared, ...(await trial.settled())], hits: trial.hits, again: feeder.again }
  } finally {
    await trial.stop()
  }
}
