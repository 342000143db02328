import { describe, expect, it } from '@jest/globals'
import { Pace } from './pace.js'

describe('the pace of a task', () => {
  it('grows while runs are short and shrinks when they are long, within its bounds', () => {
    const pace = new Pace(400, 64, 10_000)
    for (let run = 0; run < 10; run += 1) pace.learn(pace.records, 1)
    expect(pace.records).toBe(10_000)
    for (let run = 0; run < 10; run += 1) pace.learn(pace.records, 60_000)
    expect(pace.records).toBe(64)
  })

  it('settles where a run takes the target', () => {
    const pace = new Pace(400, 64, 10_000)
    for (let run = 0; run < 20; run += 1) pace.learn(pace.records, pace.records / 2)
    expect(pace.records).toBe(800)
  })

  it('learns nothing from a run that found little to do', () => {
    const pace = new Pace(400, 64, 10_000)
    pace.learn(3, 1)
    expect(pace.records).toBe(256)
  })
})
