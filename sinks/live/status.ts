/** What the stream is doing. `ended`: everything was read and nothing more is expected. */
export type Phase = 'backfilling' | 'live' | 'idle' | 'ended'

/** Records by fate, counted at every stage since the engine was started (invariant 4). */
export interface FateCounts {
  readonly forwarded: number
  readonly late: number
  readonly dropped: number
  readonly deadLettered: number
}

/** State of the stream, as the runtime tells it. Instants are milliseconds since the epoch. */
export interface StreamStatus {
  readonly phase: Phase
  /** True when times of records were moved for a demonstration. */
  readonly simulated: boolean
  /** Largest event time seen; null before the first record. */
  readonly lastEventAt: number | null
  /** Records that each consumer group has yet to read. */
  readonly lag: readonly { readonly group: string; readonly records: number }[]
  /** How far a backfill has come, in records; null when none runs or its length is unknown. */
  readonly progress: { readonly done: number; readonly total: number } | null
  readonly fates: FateCounts
  /** Name and version of the sentiment model; null when sentiment is switched off. */
  readonly model: string | null
}

export const initialStatus: StreamStatus = {
  phase: 'idle',
  simulated: false,
  lastEventAt: null,
  lag: [],
  progress: null,
  fates: { forwarded: 0, late: 0, dropped: 0, deadLettered: 0 },
  model: null,
}
