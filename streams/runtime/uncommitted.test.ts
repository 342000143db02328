import { describe, expect, it } from '@jest/globals'
import type { TaskOutput } from '../engine/stage.js'
import { Uncommitted } from './uncommitted.js'

const ran = (read: number, uncommitted = read): TaskOutput => ({
  uncommitted,
  fates: {
    read,
    forwarded: read,
    late: 0,
    partlyLate: 0,
    dropped: new Map(),
    deadLettered: new Map(),
    written: new Map([['out', read]]),
  },
})

describe('runs that wait for a commit', () => {
  it('give their fates and their time together', () => {
    const uncommitted = new Uncommitted(300)
    uncommitted.add(ran(2), 0, 10)
    uncommitted.add(ran(1, 3), 20, 50)
    expect(uncommitted.fates).toMatchObject({ read: 3, forwarded: 3, written: new Map([['out', 3]]) })
    expect(uncommitted.runMillis).toBe(40)
  })

  it('are due at the next whole interval of the clock after the first of them began', () => {
    const uncommitted = new Uncommitted(300)
    expect(uncommitted.dueAt).toBe(null)
    uncommitted.add(ran(1), 650, 651)
    uncommitted.add(ran(1), 850, 851)
    expect(uncommitted.dueAt).toBe(900)
    uncommitted.clear()
    expect(uncommitted.dueAt).toBe(null)
    uncommitted.add(ran(1), 900, 901)
    expect(uncommitted.dueAt).toBe(1_200)
  })

  it('are due at once without an interval, and when their outputs are many', () => {
    const eager = new Uncommitted(0)
    eager.add(ran(1), 650, 651)
    expect(eager.dueAt).toBe(650)
    const full = new Uncommitted(300)
    full.add(ran(1, 100_000), 650, 651)
    expect(full.dueAt).toBe(650)
  })
})
