import { KeyedState } from './keyed-state.js'
import type { Emit, Operator, OperatorContext } from './operator.js'
import type { StreamRecord } from './record.js'
import type { Timestamp } from './time.js'
import type { StepNode } from './topology.js'

type ProcessStep = Extract<StepNode, { kind: 'process' }>

/** Runs a processor over the state of each key; a key's state is forgotten `expireAfter` after its last record. */
export class KeyedProcess implements Operator<unknown, unknown> {
  readonly wakeAt = null
  readonly #step: ProcessStep
  readonly #fates: OperatorContext['fates']
  readonly #state: KeyedState<unknown>
  #streamTime: Timestamp | null = null

  constructor(step: ProcessStep, { openStore, fates, hotKeys }: OperatorContext) {
    this.#step = step
    this.#fates = fates
    this.#state = new KeyedState(openStore(step.store), hotKeys)
  }

  onRecord(record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    const { key } = record
    if (key === null) {
      this.#fates.drop(record, 'null-key')
      return
    }
    const { processor, expireAfter } = this.#step
    const streamTime = Math.max(record.streamTime, this.#streamTime ?? 0)
    const state = this.#state.get(key, streamTime)
    const [next, outcomes] = processor.onRecord(state, record)
    if (next === undefined) {
      this.#state.delete(key)
    } else if (expireAfter === null) {
      this.#state.put(key, next, null)
    } else {
      const earlier = state === undefined ? null : this.#state.expiresAt(key)
      this.#state.put(key, next, Math.max(record.timestamp + expireAfter, earlier ?? 0))
    }
    for (const outcome of outcomes) {
      if (outcome.kind === 'forward') emit(outcome.record)
      else if (outcome.kind === 'late') this.#fates.late(outcome.record, outcome.window)
      else if (outcome.kind === 'drop') this.#fates.drop(record, outcome.reason)
      else this.#fates.deadLetter(record, outcome.reason, outcome.detail)
    }
  }

  onStreamTime(streamTime: Timestamp): void {
    this.#streamTime = streamTime
  }

  onClock(): void {}

  flush(): void {
    this.#state.flush(this.#streamTime)
  }
}
