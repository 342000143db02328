import { describe, expect, it } from '@jest/globals'
import type { OutgoingRecord } from '../engine/ports/log.js'
import { noHeaders } from '../engine/record.js'
import type { TaskOutput } from '../engine/stage.js'
import { topicName } from '../engine/topic.js'
import { Uncommitted } from './uncommitted.js'

const record = (timestamp: number): OutgoingRecord => ({
  topic: topicName('out'),
  key: null,
  value: null,
  timestamp,
  headers: noHeaders,
})
const ran = (read: number, ...timestamps: readonly number[]): TaskOutput => ({
  outputs: timestamps.map(record),
  fates: {
    read,
    forwarded: read,
    late: 0,
    partlyLate: 0,
    dropped: new Map(),
    deadLettered: new Map(),
    written: new Map([['out', timestamps.length]]),
  },
})
const nothing = { outputs: [], offsets: new Map(), changed: false }

describe('runs that wait for a commit', () => {
  it('give their outputs in order and those of the flush last, and their fates together', () => {
    const uncommitted = new Uncommitted(300)
    uncommitted.add(ran(2, 1, 2), 0, 10)
    uncommitted.add(ran(1, 3), 20, 50)
    const outputs = uncommitted.outputs({ ...nothing, outputs: [record(4)] })
    expect(outputs.map(({ timestamp }) => timestamp)).toEqual([1, 2, 3, 4])
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
    expect(uncommitted.outputs(nothing)).toEqual([])
    uncommitted.add(ran(1), 900, 901)
    expect(uncommitted.dueAt).toBe(1_200)
  })

  it('are due at once without an interval, and when their outputs are many', () => {
    const eager = new Uncommitted(0)
    eager.add(ran(1), 650, 651)
    expect(eager.dueAt).toBe(650)
    const full = new Uncommitted(300)
    full.add(ran(1, ...new Array<number>(100_000).fill(1)), 650, 651)
    expect(full.dueAt).toBe(650)
  })
})
