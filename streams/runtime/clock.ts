import type { Timestamp } from '../engine/time.js'

/** Processing time. The engine itself never asks for it: it is handed in as an argument. */
export interface Clock {
  now(): Timestamp
  /** Calls back once at or after the instant; returns how to cancel. */
  at(time: Timestamp, callback: () => void): () => void
}

/** Longest delay of a timer; a later alarm is set again when it rings early. */
const longestTimer = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  at(time, callback) {
    const timer = setTimeout(callback, Math.min(longestTimer, Math.max(0, time - Date.now())))
    return () => clearTimeout(timer)
  },
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
