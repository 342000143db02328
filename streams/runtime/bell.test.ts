import { describe, expect, it } from '@jest/globals'
import { manualClock } from '../../tests/support/manual-clock.js'
import { Bell } from './bell.js'

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
