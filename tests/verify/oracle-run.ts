import { readControlFile } from '../../streams/app/control.js'
import type { Instance } from '../../streams/app/instance.js'
import { openInstance } from '../../streams/app/open.js'
import { compareAll } from './compare/all.js'
import { compareEngagementFinals, compareHours, compareStanding, compareStandingInTopic } from './compare/engagement.js'
import { compareEngagementMetrics } from './compare/engagement-registry.js'
import { compareEngagementInSql, writeObservations } from './compare/engagement-sql.js'
import { compareFates } from './compare/fates.js'
import { compareMentionMetrics } from './compare/registry.js'
import type { Compared } from './comparison.js'
import { type EngagementRun, engagementRun } from './engagement-run.js'
import { EngineProcess, sayTrouble } from './engine-process.js'
import { drained, feedAll } from './feed.js'
import { verificationInput } from './input.js'
import type { Score } from './oracle/changes.js'
import { type Counts, fates } from './oracle/fates.js'
import type { Expected } from './oracle/oracle.js'
import { allTaken, takenOrder } from './oracle/topic-log.js'
import { counters } from './reading.js'
import { scoresOf, textsOf } from './scores.js'
import { configOf, environmentOf, expectedOf, firstWidths, limits } from './world.js'

export interface OracleRunOptions {
  readonly dataDir: string
  readonly seed: number
  readonly posts?: number
  readonly sentiment: boolean
  /** Whether engagement runs too. */
  readonly engagement?: boolean
  /** Settings of the engine beside those of every verification. */
  readonly settings?: Readonly<Record<string, string>>
  /** What happens to the engine while it reads. */
  readonly meanwhile?: (engine: EngineProcess) => Promise<void>
  /** Told what is being done. */
  readonly say: (what: string) => void
}

/** An engine that has read everything, and what the oracle says of it. */
export interface OracleRun {
  readonly instance: Instance
  /** Where its ClickHouse interface takes statements. */
  readonly clickhouse: string
  readonly expected: Expected
  /** Compares all that the engine wrote and counted. */
  compare(): Promise<readonly Compared[]>
  /** Compares every metric of mentions, by every way in which it is given. */
  compareMetrics(): Promise<readonly Compared[]>
  /** Has posts observed and some of them told of anew: what came before is not compared afterwards. */
  observe(): Promise<Observed>
  /** Ends the engine. @throws Error when it did not end well */
  close(): Promise<void>
}

/** An engine that has read observations too. */
export interface Observed extends EngagementRun {
  /** Compares observations, windows, hours and metrics of engagement. */
  compare(): Promise<readonly Compared[]>
}

/** Sends everything while nobody reads, starts an engine, and waits until it has read all. */
export async function oracleRun(options: OracleRunOptions): Promise<OracleRun> {
  const { dataDir, seed, posts, sentiment, say, engagement = false } = options
  const events = verificationInput({ seed, ...(posts !== undefined && { posts }) })
  say(`${events.length} records from ${posts ?? 'all'} posts of the file, seed ${seed}`)
  const scores: ReadonlyMap<string, Score> = sentiment ? await scoresOf(textsOf(events)) : new Map()
  if (sentiment) say(`${scores.size} distinct texts scored apart from the stream`)
  const topologies: Readonly<Record<string, string>> = engagement
    ? { PULSO_TOPOLOGIES: 'consumer-trends,emerging-words,engagement' }
    : {}
  const environment = { ...environmentOf({ dataDir, sentiment }), ...topologies, ...options.settings }
  const opened = await openInstance(configOf(environment))
  await feedAll(opened, events)
  await opened.close()

  const spans = [{ events, widths: firstWidths }]
  const mentioned = expectedOf(spans, (text) => scores.get(text) ?? null)
  const expected = engagement ? withUnobserved(mentioned) : mentioned
  say(`${expected.changes.length} changes of mentions and ${expected.windows.size} windows expected`)
  const engine = await EngineProcess.start(dataDir, environment)
  engine.onLine((line) => sayTrouble(line, say))
  const close = async () => {
    const status = await engine.stop()
    if (status !== 0) throw new Error(`the engine ended with ${status}:\n${engine.errors}`)
  }
  try {
    await options.meanwhile?.(engine)
    const instance = engine.instance()
    const control = readControlFile(dataDir)
    if (control === null) throw new Error(`no engine runs on ${dataDir}`)
    let told = 0
    await drained(instance, (behind) => {
      if (told++ % 40 === 0) say(`${behind} records behind`)
    })
    return {
      instance,
      clickhouse: control.clickhouse,
      expected,
      compare: async () => {
        const compared = await compareAll(instance, allTaken(takenOrder(spans, limits())), expected)
        return [...compared, compareFates(await counters(control.url), expected)]
      },
      compareMetrics: () => compareMentionMetrics(instance, control.url, expected),
      observe: async () => {
        const observed = await engagementRun(instance, events, expected, seed)
        const { standing, windows, missed } = observed.expected
        say(
          `${observed.observations.length} observations, ${standing.length} of them stand in ${windows.size} windows, ${missed} times too late for one`,
        )
        await writeObservations(control.clickhouse, observed.observations)
        return {
          ...observed,
          compare: async () => [
            await compareStanding(instance, observed.expected),
            await compareStandingInTopic(instance, observed.expected),
            ...(await compareEngagementFinals(instance, observed.expected)),
            await compareHours(instance, observed.expected),
            await compareEngagementInSql(instance, observed.yearBefore),
            ...(await compareEngagementMetrics(instance, control.url, observed.expected)),
          ],
        }
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** While no post is observed, the engagement stage remembers every change of a mention and drops it. */
function withUnobserved(expected: Expected): Expected {
  const { counts, read, drop } = fates()
  for (const _ of expected.changes) {
    read()
    drop('no-match')
  }
  return { ...expected, stages: new Map<string, Counts>([...expected.stages, ['engagement.1', counts]]) }
}
