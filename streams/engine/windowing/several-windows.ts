import type { Emit, FateSink, Operator, OperatorContext } from '../operator.js'
import type { StreamRecord } from '../record.js'
import type { Duration, Timestamp } from '../time.js'
import type { StepNode } from '../topology.js'
import type { Window } from '../window.js'
import { windowAggregate } from './aggregates.js'

type Step = Extract<StepNode, { kind: 'aggregates' }>

/**
 * One aggregate over several layouts of windows: a record is repartitioned, read and decoded once for all of them. A
 * record that every layout has closed is late, once; one that some still take is counted as partly late.
 */
export class SeveralWindows implements Operator<unknown, unknown> {
  readonly delay: Duration
  readonly #operators: readonly Operator<unknown, unknown>[]
  readonly #fates: FateSink
  #missed: Window | null = null
  #refusals = 0

  constructor({ name, windows, aggregate, updates }: Step, context: OperatorContext) {
    this.#fates = context.fates
    const fates: FateSink = {
      ...context.fates,
      late: (_record, window) => {
        this.#refusals += 1
        this.#missed = window
      },
      drop: (record, reason) => {
        this.#refusals += 1
        if (this.#refusals === 1) context.fates.drop(record, reason)
      },
    }
    this.#operators = windows.map(({ window, store }) =>
      windowAggregate({ name, window, aggregate, updates, store }, { ...context, fates }),
    )
    this.delay = Math.max(...this.#operators.map((operator) => operator.delay ?? 0))
  }

  onRecord(record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    this.#refusals = 0
    this.#missed = null
    for (const operator of this.#operators) operator.onRecord(record, emit)
    if (this.#missed === null) return
    if (this.#refusals === this.#operators.length) this.#fates.late(record, this.#missed)
    else this.#fates.partlyLate?.(record)
  }

  onStreamTime(streamTime: Timestamp, emit: Emit<unknown>): void {
    for (const operator of this.#operators) operator.onStreamTime(streamTime, emit)
  }

  onClock(now: Timestamp, emit: Emit<unknown>): void {
    for (const operator of this.#operators) operator.onClock(now, emit)
  }

  get wakeAt(): Timestamp | null {
    return earliest(this.#operators.map((operator) => operator.wakeAt))
  }

  get nextFinal(): Timestamp | null {
    return earliest(this.#operators.map((operator) => operator.nextFinal ?? null))
  }

  flush(): void {
    for (const operator of this.#operators) operator.flush()
  }
}

function earliest(times: readonly (Timestamp | null)[]): Timestamp | null {
  return times.reduce((first, time) => (time === null || (first !== null && first <= time) ? first : time), null)
}
