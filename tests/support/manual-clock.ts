import type { Clock } from '../../streams/runtime/clock.js'

/** A clock whose alarms ring when the test says so. */
export function manualClock(): Clock & { advance(to: number): void; jump(by: number): void } {
  let now = 0
  let jumped = 0
  const alarms = new Map<() => void, number>()
  return {
    now: () => now,
    elapsed: () => now - jumped,
    at: (time, callback) => {
      alarms.set(callback, time)
      return () => alarms.delete(callback)
    },
    jump: (by) => {
      now += by
      jumped += by
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
