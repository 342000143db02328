import { readControlFile } from '../../streams/app/control.js'
import { openInstance } from '../../streams/app/open.js'
import type { Compared } from './comparison.js'
import { EngineProcess } from './engine-process.js'
import { drained, feedAll } from './feed.js'
import { verificationInput } from './input.js'
import type { Score } from './oracle/changes.js'
import { takenOrder } from './oracle/topic-log.js'
import { counters } from './reading.js'
import { scoresOf, textsOf } from './scores.js'
import { compareAll, compareFates, openWindowsSettled } from './verdict.js'
import { configOf, environmentOf, expectedOf, limits, partitions } from './world.js'

export interface OracleRunOptions {
  readonly dataDir: string
  readonly seed: number
  readonly posts?: number
  readonly sentiment: boolean
  /** Told what is being done. */
  readonly say: (what: string) => void
}

/**
 * Sends everything while nobody reads, starts an engine, waits until it has read all, and compares everything that it
 * wrote with what the oracle says.
 */
export async function oracleRun({
  dataDir,
  seed,
  posts,
  sentiment,
  say,
}: OracleRunOptions): Promise<readonly Compared[]> {
  const events = verificationInput({ seed, ...(posts !== undefined && { posts }) })
  say(`${events.length} records from ${posts ?? 'all'} posts of the file, seed ${seed}`)
  const scores: ReadonlyMap<string, Score> = sentiment ? await scoresOf(textsOf(events)) : new Map()
  if (sentiment) say(`${scores.size} distinct texts scored apart from the stream`)
  const environment = environmentOf({ dataDir, sentiment })
  const opened = await openInstance(configOf(environment))
  await feedAll(opened, events)
  await opened.close()

  const expected = expectedOf([events], (text) => scores.get(text) ?? null)
  say(`${expected.changes.length} changes of mentions and ${expected.windows.size} windows expected`)
  const engine = await EngineProcess.start(dataDir, environment)
  try {
    const instance = engine.instance()
    await drained(instance, (behind) => say(`${behind} records behind`))
    const sent = takenOrder([events], partitions, limits()).flat()
    const compared = await compareAll(instance, sent, expected)
    const open = await openWindowsSettled(instance, expected)
    const url = readControlFile(dataDir)?.url ?? ''
    return [...compared, open, compareFates(await counters(url), expected)]
  } finally {
    const status = await engine.stop()
    if (status !== 0) say(`the engine ended with ${status}:\n${engine.errors}`)
  }
}
