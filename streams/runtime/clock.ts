import type { Duration, Timestamp } from '../engine/time.js'

/** Processing time. The engine itself never asks for it: it is handed in as an argument. */
export interface Clock {
  now(): Timestamp
  /** Milliseconds since some instant of the past, which nobody sets; they may stand still while the machine sleeps. */
  elapsed(): Duration
  /** Calls back once at or after the instant; returns how to cancel. */
  at(time: Timestamp, callback: () => void): () => void
}

/** Longest delay of a timer; a later alarm is set again when it rings early. */
const longestTimer = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  at(time, callback) {
    const timer = setTimeout(callback, Math.min(longestTimer, Math.max(0, time - Date.now())))
    return () => clearTimeout(timer)
  },
}

/** Clocks that are kept in step with others drift by less: more is a jump. */
const drift: Duration = 1_000

/** Notices that a clock was set ahead, or that the machine slept. */
export class ClockJumps {
  readonly #clock: Clock
  #now: Timestamp
  #elapsed: Duration

  constructor(clock: Clock) {
    this.#clock = clock
    this.#now = clock.now()
    this.#elapsed = clock.elapsed()
  }

  /** Milliseconds by which the clock has gone further than time since the last call; 0 unless it jumped ahead. */
  take(): Duration {
    const now = this.#clock.now()
    const elapsed = this.#clock.elapsed()
    const ahead = Math.round(now - this.#now - (elapsed - this.#elapsed))
    this.#now = now
    this.#elapsed = elapsed
    return ahead > drift ? ahead : 0
  }
}

/** Waits until the instant, or until the signal is given. */
export function sleepUntil(clock: Clock, moment: Timestamp, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const awake = () => {
      cancel()
      signal.removeEventListener('abort', awake)
      resolve()
    }
    const cancel = clock.at(moment, awake)
    signal.addEventListener('abort', awake)
  })
}
