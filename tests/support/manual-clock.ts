import type { Clock } from '../../streams/runtime/clock.js'

/** A clock whose alarms ring when the test says so. */
export function manualClock(): Clock & { advance(to: number): void } {
  let now = 0
  const alarms = new Map<() => void, number>()
  return {
    now: () => now,
    at: (time, callback) => {
      alarms.set(callback, time)
      return () => alarms.delete(callback)
    },
    advance: (to) => {
      now = to
      for (const [callback, time] of alarms) {
        if (time > to) continue
        alarms.delete(callback)
        callback()
      }
    },
  }
}
