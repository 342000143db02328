import { describe, expect, it } from '@jest/globals'
import { manualClock } from '../../tests/support/manual-clock.js'
import { ClockJumps } from './clock.js'

describe('jumps of a clock', () => {
  it('are what it went further than time, each told once', () => {
    const clock = manualClock()
    const jumps = new ClockJumps(clock)
    clock.advance(500_000)
    expect(jumps.take()).toBe(0)
    clock.jump(3_600_000)
    clock.advance(clock.now() + 20)
    expect([jumps.take(), jumps.take()]).toEqual([3_600_000, 0])
  })

  it('are none when it is kept in step with others, or set back', () => {
    const clock = manualClock()
    const jumps = new ClockJumps(clock)
    clock.jump(900)
    expect(jumps.take()).toBe(0)
    clock.jump(-3_600_000)
    expect(jumps.take()).toBe(0)
    clock.advance(clock.now() + 10)
    expect(jumps.take()).toBe(0)
  })
})
