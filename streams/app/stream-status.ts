import type { FateCounts, Phase, StreamStatus } from '../../sinks/live/status.js'
import type { Timestamp } from '../engine/time.js'
import type { GroupLag } from './instance.js'
import type { SampleProgress } from './samples.js'

/** Facts from which the state of the stream is told. */
export interface StreamFacts {
  readonly lag: readonly GroupLag[]
  /** Topics that come from outside: how far they are read is how far a backfill has come. */
  readonly sources: ReadonlySet<string>
  readonly lastEventAt: Timestamp | null
  readonly fates: FateCounts
  readonly model: string | null
  /** Null when no samples are replayed. */
  readonly samples: SampleProgress | null
  /** Largest number of records from outside that were to be read, since there were none; the length of the backfill. */
  readonly backlog: number
  readonly now: Timestamp
  /** When a record was last read, on the clock; null before the first. */
  readonly lastReadAt: Timestamp | null
}

/** More records behind than this is a backfill and not a breath. */
const backfillFrom = 500
const liveFor = 60_000

/** Pure: what the board says of the stream. */
export function streamStatus(facts: StreamFacts): StreamStatus {
  const byGroup = new Map<string, number>()
  for (const { group, lag } of facts.lag) byGroup.set(group, (byGroup.get(group) ?? 0) + lag)
  const behind = [...byGroup.values()].reduce((sum, records) => sum + records, 0)
  const phase = phaseOf(facts, behind)
  return {
    phase,
    simulated: facts.samples !== null,
    lastEventAt: facts.lastEventAt,
    lag: [...byGroup].map(([group, records]) => ({ group, records })),
    progress: phase === 'backfilling' ? progressOf(facts) : null,
    fates: facts.fates,
    model: facts.model,
  }
}

function phaseOf({ samples, lastReadAt, now }: StreamFacts, behind: number): Phase {
  const tellingPast = samples !== null && samples.line < samples.past
  if (tellingPast || behind > backfillFrom) return 'backfilling'
  if (samples !== null && samples.line >= samples.total && behind === 0) return 'ended'
  return lastReadAt !== null && now - lastReadAt < liveFor ? 'live' : 'idle'
}

/** Records from outside that wait to be read. Those between stages come and go while they are worked off. */
export const waitingOutside = (lag: readonly GroupLag[], sources: ReadonlySet<string>): number =>
  lag.reduce((sum, { topic, lag: records }) => (sources.has(topic) ? sum + records : sum), 0)

function progressOf({ lag, sources, backlog, samples }: StreamFacts): StreamStatus['progress'] {
  const waiting = waitingOutside(lag, sources)
  const unsent = samples === null ? 0 : Math.max(0, samples.past - samples.line)
  const total = Math.max(backlog, samples === null ? 0 : samples.past, 1)
  return { done: Math.max(0, total - waiting - unsent), total }
}
