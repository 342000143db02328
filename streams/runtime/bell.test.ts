import { describe, expect, it } from '@jest/globals'
import { Bell } from './bell.js'
import type { Clock } from './clock.js'

/** A clock whose alarms ring when the test says so. */
function manualClock(): Clock & { advance(to: number): void } {
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

describe('a bell', () => {
  it('keeps a ring that came before the wait', async () => {
    const bell = new Bell(manualClock())
    bell.ring()
    await bell.wait(null)
  })

  it('wakes who waits, and a ring counts once', async () => {
    const clock = manualClock()
    const bell = new Bell(clock)
    const woken: string[] = []
    const first = bell.wait(null).then(() => woken.push('first'))
    bell.ring()
    await first
    const second = bell.wait(10).then(() => woken.push('second'))
    await Promise.resolve()
    expect(woken).toEqual(['first'])
    clock.advance(10)
    await second
    expect(woken).toEqual(['first', 'second'])
  })
})
