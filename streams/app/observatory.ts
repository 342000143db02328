import type { FateCounts } from '../../sinks/live/status.js'
import type { Metrics } from '../../sinks/metrics/metrics.js'
import type { Fates } from '../engine/stage.js'
import type { ThreadMessage } from './messages.js'

/** A task or a sink that keeps failing, and since how many attempts. */
export interface Trouble {
  readonly what: string
  readonly message: string
  readonly attempt: number
}

/** What the store is called among the troubles. */
const storeTrouble = 'analytics store'

/** Everything that the threads tell, added up: for metrics, for the status on the board, for readiness. */
export class Observatory {
  readonly #metrics: Metrics
  readonly #trouble = new Map<string, Trouble>()
  #fates: FateCounts = { forwarded: 0, late: 0, dropped: 0, deadLettered: 0 }
  #lastEventAt: number | null = null
  #read = 0

  constructor(metrics: Metrics) {
    this.#metrics = metrics
  }

  get fates(): FateCounts {
    return this.#fates
  }

  get lastEventAt(): number | null {
    return this.#lastEventAt
  }

  /** Records read by all stages since the start. */
  get read(): number {
    return this.#read
  }

  get trouble(): readonly Trouble[] {
    return [...this.#trouble.values()]
  }

  /** Whether the analytics store is away, so that failures of queries say nothing new. */
  get storeFails(): boolean {
    return this.#trouble.has(storeTrouble)
  }

  /** The workers agreed anew: so many tasks of the group are of this one. */
  assigned(group: string, tasks: number): void {
    this.#metrics.rebalanced(group, tasks)
  }

  take(message: ThreadMessage): void {
    switch (message.kind) {
      case 'committed': {
        const { stage, partition, fates, streamTime, commitMillis } = message.report
        this.#trouble.delete(`${stage}-${partition}`)
        this.#count(fates)
        this.#metrics.committed(stage, fates, commitMillis)
        if (streamTime !== null && streamTime > (this.#lastEventAt ?? -1)) {
          this.#lastEventAt = streamTime
          this.#metrics.lastEvent(streamTime)
        }
        return
      }
      case 'written':
        this.#trouble.delete(message.report.topic)
        this.#metrics.blockWritten(message.report.table, message.report.rows, message.report.writeMillis)
        return
      case 'lost': {
        const { at, from, to } = message.range
        this.#metrics.recordsLost(message.group, at.topic, to - from)
        return
      }
      case 'aborted':
        this.#metrics.transactionAborted(message.group)
        return
      case 'standby':
        this.#metrics.standby(message.group, message.partition, message.left)
        return
      case 'restored':
        this.#metrics.restored(message.group, message.partition, message)
        return
      case 'task-failed': {
        const what = `${message.stage}-${message.partition}`
        this.#trouble.set(what, { what, message: message.message, attempt: message.attempt })
        this.#metrics.taskFailed(message.stage)
        return
      }
      case 'store-failed': {
        const { message: text, attempt, table } = message.outage
        this.#trouble.set(storeTrouble, { what: storeTrouble, message: text, attempt })
        this.#metrics.storeWorks(false)
        if (table !== null) this.#metrics.blockFailed(table)
        return
      }
      case 'store-works':
        this.#trouble.delete(storeTrouble)
        this.#metrics.storeWorks(true)
        return
      case 'sink-failed':
        this.#trouble.set(message.topic, { what: message.topic, message: message.message, attempt: message.attempt })
        this.#metrics.blockFailed(message.topic)
        return
    }
  }

  #count(fates: Fates): void {
    const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((total, count) => total + count, 0)
    this.#read += fates.read
    this.#fates = {
      forwarded: this.#fates.forwarded + fates.forwarded,
      late: this.#fates.late + fates.late,
      dropped: this.#fates.dropped + sum(fates.dropped),
      deadLettered: this.#fates.deadLettered + sum(fates.deadLettered),
    }
  }
}
