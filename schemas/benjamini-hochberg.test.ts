import { describe, expect, it } from '@jest/globals'
import { rejectedUpTo, rejectionLevel } from './benjamini-hochberg.js'

describe('the procedure of Benjamini and Hochberg', () => {
  /** The example of their paper: fifteen probabilities, four rejected at 0.05, where Bonferroni rejects three. */
  const paper = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ]

  it('rejects what its paper rejects, in any order', () => {
    expect(rejectedUpTo(paper, 15, 0.05)).toBe(0.0095)
    expect(rejectedUpTo(paper.toReversed(), 15, 0.05)).toBe(0.0095)
  })

  it('needs the smallest alone, where it is told how many there are', () => {
    expect(rejectedUpTo(paper.slice(0, 5), 15, 0.05)).toBe(0.0095)
    expect(rejectedUpTo(paper.slice(0, 5), 5_000, 0.05)).toBe(0)
    expect(rejectedUpTo([], 0, 0.05)).toBe(0)
  })

  it('has a level at which those that it rejects are tested, and the others are above it', () => {
    expect(rejectionLevel(paper, 0.05)).toBeCloseTo((4 * 0.05) / 15, 12)
    expect(paper.filter((probability) => probability <= rejectionLevel(paper, 0.05))).toHaveLength(4)
    expect([rejectionLevel([0.9], 0.05), rejectionLevel([], 0.05)]).toEqual([0, 0])
  })
})
