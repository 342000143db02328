import { describe, expect, it } from '@jest/globals'
import { partitionOf } from '../../tests/support/backends.js'
import { offset } from '../engine/topic.js'
import { Gaps } from './gaps.js'

describe('gaps', () => {
  it('move a position to their end, and no other position', () => {
    const gaps = new Gaps()
    const at = partitionOf('t')
    gaps.learn(at, 5, 7)
    gaps.learn(at, 7, 9)
    gaps.learn(at, 20, 21)
    expect([4, 5, 6, 9, 10, 20].map((position) => gaps.past(at, offset(position)))).toEqual([4, 9, 9, 9, 10, 21])
    expect(gaps.past(partitionOf('t', 1), offset(5))).toBe(5)
  })
})
