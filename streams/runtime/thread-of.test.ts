import { describe, expect, it } from '@jest/globals'
import { threadOf } from './thread-of.js'

const threadsOf = (stage: number, stages: number, threads: number) =>
  [0, 1, 2, 3].map((partition) => threadOf({ stage, stages, partition, threads }))

describe('the thread of a task', () => {
  it('is that of its stage, while there are enough stages', () => {
    expect([0, 1, 2, 3].map((stage) => threadsOf(stage, 4, 2))).toEqual([
      [0, 0, 0, 0],
      [1, 1, 1, 1],
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ])
    expect(threadsOf(3, 4, 1)).toEqual([0, 0, 0, 0])
  })

  it('is shared by the partitions of a stage, where there are more threads than stages', () => {
    expect([0, 1].map((stage) => threadsOf(stage, 2, 4))).toEqual([
      [0, 2, 0, 2],
      [1, 3, 1, 3],
    ])
    const all = new Set([0, 1, 2].flatMap((stage) => threadsOf(stage, 3, 8)))
    expect(Math.max(...all)).toBeLessThan(8)
  })
})
