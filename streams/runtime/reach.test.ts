import { describe, expect, it } from '@jest/globals'
import type { RecordBatch } from '../engine/ports/log.js'
import { partition, topicName } from '../engine/topic.js'
import { Reach } from './reach.js'

const fetched = (topic: string, atEnd: boolean, ...timestamps: readonly number[]) => ({
  at: { topic: topicName(topic), partition: partition(0) },
  batches: [
    {
      length: timestamps.length,
      timestamp: (index: number) => timestamps[index] ?? 0,
    } as RecordBatch,
  ],
  count: timestamps.length,
  atEnd,
})

describe('the reach of what was fetched', () => {
  it('ends where the first input ends of which there is more', () => {
    const reach = new Reach()
    reach.learn([fetched('posts', false, 5, 9, 7), fetched('reviews', false, 6), fetched('deletions', true)])
    expect(reach.horizon).toBe(6)
    reach.learn([fetched('reviews', false, 12)])
    expect(reach.horizon).toBe(9)
  })

  it('has no end when every input was read to its own', () => {
    const reach = new Reach()
    reach.learn([fetched('posts', false, 5)])
    reach.learn([fetched('posts', true, 6, 7)])
    expect(reach.horizon).toBe(null)
  })

  it('ends with the last records of an input that was far behind a moment ago', () => {
    const reach = new Reach()
    reach.learn([fetched('posts', true, ...Array.from({ length: 1_000 }, (_, index) => index))])
    expect(reach.horizon).toBe(999)
    reach.learn([fetched('posts', true)])
    expect(reach.horizon).toBe(null)
  })
})
