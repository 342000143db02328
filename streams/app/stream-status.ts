import type { FateCounts, Phase, StreamStatus } from '../../sinks/live/status.js'
import type { Timestamp } from '../engine/time.js'
import type { GroupLag } from './instance.js'
import type { SampleProgress } from './samples.js'

/** Facts from which the state of the stream is told. */
export interface StreamFacts {
  readonly lag: readonly GroupLag[]
  readonly lastEventAt: Timestamp | null
  readonly fates: FateCounts
  readonly model: string | null
  /** Null when no samples are replayed. */
  readonly samples: SampleProgress | null
  /** Largest sum of lags since it was last zero; the length of the backfill under way. */
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
    progress: phase === 'backfilling' ? progressOf(facts, behind) : null,
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

function progressOf({ backlog }: StreamFacts, behind: number): StreamStatus['progress'] {
  return { done: Math.max(0, backlog - behind), total: Math.max(backlog, 1) }
}
