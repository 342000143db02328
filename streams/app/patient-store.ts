import { explained, failureOf } from '../../sinks/clickhouse/server/failure.js'
import type { AnalyticsStore, Block, ColumnBlock } from '../engine/ports/analytics.js'
import type { Duration } from '../engine/time.js'
import { backoff } from '../runtime/backoff.js'
import { type Clock, sleepUntil } from '../runtime/clock.js'

/** The store cannot be written to, for the time being. */
export interface Outage {
  /** What is wrong, and the remedy. */
  readonly message: string
  /** 1 for the first failure, then up by one. */
  readonly attempt: number
  /** The table of the block that waits; null when nothing does. */
  readonly table: string | null
}

export interface StoreObserver {
  failed(outage: Outage): void
  /** The store takes what is written: told at first, and after each outage. */
  works(): void
}

/** How often a store that nothing is written to is asked whether it is there. */
const lookEvery: Duration = 10_000
/** How long a block that is under way may take once everything is to stop. */
const grace: Duration = 10_000

/**
 * Writes to a store that may be away. A block waits until the store takes it: its sink reads no further meanwhile, so
 * memory stays bounded (invariant 7) and the rest waits in the log. Pauses between attempts double up to ten seconds;
 * where somebody has to change rights or settings first, up to a minute. What can never work is thrown.
 */
export class PatientStore {
  readonly #store: AnalyticsStore
  readonly #clock: Clock
  readonly #observer: StoreObserver
  readonly #signal: AbortSignal
  /** Failures since the store last worked; null before it ever did. */
  #failures: number | null = null
  /** Blocks and migrations under way. */
  #pending = 0
  #turn: Promise<unknown> = Promise.resolve()

  /** @param signal ends every wait: what waits is rejected, to be done again after the next start */
  constructor(store: AnalyticsStore, clock: Clock, observer: StoreObserver, signal: AbortSignal) {
    this.#store = store
    this.#clock = clock
    this.#observer = observer
    this.#signal = signal
  }

  /**
   * Makes the tables, or begins to wait for a store that is away.
   * @returns what resolves when the tables are there, and rejects when the signal came first
   * @throws Error with the remedy when the store answers and refuses
   */
  async begin(): Promise<{ readonly migrated: Promise<void> }> {
    const migrate = async () => {
      await this.#store.migrate()
    }
    try {
      await migrate()
      this.#worked()
      return { migrated: Promise.resolve() }
    } catch (error) {
      if (failureOf(error).kind !== 'unavailable') throw new Error(explained(error), { cause: error })
      this.#failed(error, null)
      const migrated = this.#inTurn(async () => {
        await this.#pause(error)
        await this.#insist(migrate, null)
      })
      migrated.catch(() => {})
      return { migrated }
    }
  }

  /** Writes the block once, however long that takes. One at a time: the others would fail as well. */
  write(block: Block | ColumnBlock): Promise<void> {
    return this.#inTurn(() => this.#insist(() => this.#store.write(block), block.table))
  }

  /** Looks until the signal whether the store is there while nothing is written, so that an outage does not go unseen. */
  async watch(): Promise<void> {
    while (!this.#signal.aborted) {
      await sleepUntil(this.#clock, this.#clock.now() + lookEvery, this.#signal)
      if (this.#pending > 0 || this.#signal.aborted) continue
      try {
        await this.#store.query('SELECT 1')
        this.#worked()
      } catch (error) {
        // what waits by now says more
        if (this.#pending === 0) this.#failed(error, null)
      }
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#pending += 1
    const done = this.#turn.then(work).finally(() => {
      this.#pending -= 1
    })
    this.#turn = done.catch(() => {})
    return done
  }

  async #insist(work: () => Promise<void>, table: string | null): Promise<void> {
    for (;;) {
      try {
        await this.#withinGrace(work)
        return this.#worked()
      } catch (error) {
        if (this.#signal.aborted || failureOf(error).kind === 'fault') throw error
        this.#failed(error, table)
        await this.#pause(error)
      }
    }
  }

  async #pause(error: unknown): Promise<void> {
    const times = failureOf(error).kind === 'refused' ? 6 : 1
    await sleepUntil(this.#clock, this.#clock.now() + times * backoff(this.#failures ?? 1), this.#signal)
    if (this.#signal.aborted)
      throw new Error('stopped while the analytics store was away: what waited is done after the next start', {
        cause: error,
      })
  }

  /** A store that keeps silent does not keep the process from ending. */
  async #withinGrace(work: () => Promise<void>): Promise<void> {
    const done = new AbortController()
    const over = new Promise<never>((_, reject) => {
      const stop = async () => {
        await sleepUntil(this.#clock, this.#clock.now() + grace, done.signal)
        reject(
          new Error('stopped while the analytics store kept silent: the block is written again after the next start'),
        )
      }
      if (this.#signal.aborted) void stop()
      else this.#signal.addEventListener('abort', () => void stop(), { once: true, signal: done.signal })
    })
    over.catch(() => {})
    await Promise.race([work(), over]).finally(() => done.abort())
  }

  #failed(error: unknown, table: string | null): void {
    this.#failures = (this.#failures ?? 0) + 1
    this.#observer.failed({ message: explained(error), attempt: this.#failures, table })
  }

  #worked(): void {
    if (this.#failures === 0) return
    this.#failures = 0
    this.#observer.works()
  }
}
