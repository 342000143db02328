import { KeyedState } from './keyed-state.js'
import type { Emit, Operator, OperatorContext } from './operator.js'
import type { StreamRecord } from './record.js'
import type { Timestamp } from './time.js'
import type { StepNode } from './topology.js'

type DedupStep = Extract<StepNode, { kind: 'dedup' }>

/**
 * Lets through the first record with a text, and drops those with the same text whose timestamps are less than `within`
 * away from one that was let through, as long as stream time is less than `within` past that one.
 */
export class Dedup implements Operator<unknown, unknown> {
  readonly wakeAt = null
  readonly #step: DedupStep
  readonly #fates: OperatorContext['fates']
  /** Timestamps that were let through, by text. */
  readonly #seen: KeyedState<Timestamp[]>
  #streamTime: Timestamp | null = null

  constructor(step: DedupStep, { openStore, fates, hotKeys }: OperatorContext) {
    this.#step = step
    this.#fates = fates
    this.#seen = new KeyedState(openStore(step.store), hotKeys)
  }

  onRecord(record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    const { by, within } = this.#step
    const text = by(record.value, record)
    const streamTime = Math.max(record.streamTime, this.#streamTime ?? 0)
    const alive = (this.#seen.get(text, streamTime) ?? []).filter((seen) => seen + within > streamTime)
    if (alive.some((seen) => Math.abs(seen - record.timestamp) < within)) {
      this.#fates.drop(record, 'duplicate')
      return
    }
    alive.push(record.timestamp)
    this.#seen.put(text, alive, Math.max(...alive) + within)
    emit(record)
  }

  onStreamTime(streamTime: Timestamp): void {
    this.#streamTime = streamTime
  }

  onClock(): void {}

  flush(): void {
    this.#seen.flush(this.#streamTime)
  }
}
