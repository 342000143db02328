import { compareAll } from './compare/all.js'
import { mentionOrder } from './compare/mentions.js'
import type { Compared } from './comparison.js'
import { sayTrouble } from './engine-process.js'
import { allRead, Feeder } from './feeder.js'
import { verificationInput } from './input.js'
import { type Hits, Killer } from './killer.js'
import { Lives } from './lives.js'
import type { Score } from './oracle/changes.js'
import { takenOrder } from './oracle/topic-log.js'
import { random } from './random.js'
import { scoresOf, textsOf } from './scores.js'
import { groupsOf } from './spans.js'
import { environmentOf, expectedOf, limits, partitions } from './world.js'

export interface CrashRunOptions {
  readonly dataDir: string
  readonly seed: number
  readonly posts?: number
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
 * Feeds an engine while it works, kills it at random moments, starts it again; lets it finish, and compares everything
 * that it wrote with what the oracle says. Counters of fates are left out: they begin anew with each process.
 */
export async function crashRun({ dataDir, seed, posts, kills, sentiment, say }: CrashRunOptions): Promise<CrashReport> {
  const events = verificationInput({ seed, ...(posts !== undefined && { posts }) })
  say(`${events.length} records from ${posts ?? 'all'} posts of the file, seed ${seed}`)
  const scores: ReadonlyMap<string, Score> = sentiment ? await scoresOf(textsOf(events)) : new Map()
  if (sentiment) say(`${scores.size} distinct texts scored apart from the stream`)

  const chance = random(seed + 1)
  const groups = groupsOf(events, kills + 1)
  const lives = new Lives(dataDir, (life) => ({
    ...environmentOf({ dataDir, sentiment }),
    // The next engine has another number of threads: whose task is whose changes with each death.
    PULSO_STREAM_THREADS: String(1 + (life % 2)),
  }))
  lives.onLine((line) => sayTrouble(line, say))
  try {
    const feeder = new Feeder(lives, random(chance.between(0, 2 ** 31)))
    const killer = new Killer(lives, random(chance.between(0, 2 ** 31)))
    // Each kill comes while a group is sent or read; whatever of it is left goes to the next engine, with the next group.
    let fed = Promise.resolve()
    for (const [index, group] of groups.entries()) {
      fed = fed.then(() => feeder.feed(group))
      fed.catch(() => {})
      if (index === kills) break
      await Promise.race([killer.kill(fed), lives.failed])
      say(`kill ${index + 1}: ${killer.last}`)
    }
    await Promise.race([fed.then(() => allRead(lives)), lives.failed])
    say('all is read')
    const compared = await lives.ask(async (instance) => {
      const expected = expectedOf(feeder.spans, (text) => scores.get(text) ?? null, await mentionOrder(instance))
      const sent = takenOrder(feeder.spans, partitions, limits()).flat()
      return compareAll(instance, sent, expected)
    })
    return { compared, hits: killer.hits, again: feeder.again }
  } finally {
    await lives.stop()
  }
}
