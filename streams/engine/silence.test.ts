import { describe, expect, it } from '@jest/globals'
import { topology } from './builder.js'
import type { Aggregate } from './processor.js'
import { TopologyTestDriver } from './testing/topology-test-driver.js'
import { days, hours, minutes, seconds } from './time.js'
import { topic } from './topic.js'
import { finalOnly } from './topology.js'
import { tumbling } from './window.js'

const words = topic<string>('words', 'x.Word')
const others = topic<string>('others', 'x.Word')
const counts = topic<number>('counts', 'x.Count')
const count: Aggregate<string, { sum: number }, number> = {
  name: 'count',
  initial: () => ({ sum: 0 }),
  add: (into) => {
    into.sum += 1
    return into
  },
  result: ({ sum }) => sum,
}
const sentence = topology('silence')
  .from(words, others)
  .filter((word): word is string => word !== null)
  .keyBy((word) => word)
  .window(tumbling({ size: minutes(1), grace: 0 }))
  .aggregate(count, { updates: finalOnly })
  .to(counts)

describe('silence after a single record', () => {
  it('closes its window in the stage behind, although the stage before never said how far it was', () => {
    const driver = new TopologyTestDriver(sentence, { partitions: 2, settings: { idleAfter: seconds(1) } })
    driver.pipe(words, { key: 'w', value: 'w', timestamp: 5_000 })
    driver.advanceClock(minutes(1))
    driver.advanceClock(hours(1))
    expect(driver.read(counts).map(({ value }) => value)).toEqual([1])
  })

  it('is no longer when the clock is set a year ahead: what comes next is not late', () => {
    const driver = new TopologyTestDriver(sentence, { partitions: 2, settings: { idleAfter: seconds(1) } })
    driver.pipe(words, { key: 'w', value: 'w', timestamp: 5_000 })
    driver.advanceClock(seconds(10))
    driver.jumpClock(days(365))
    expect(driver.read(counts)).toEqual([])
    driver.pipe(words, { key: 'w', value: 'w', timestamp: 20_000 })
    driver.advanceClock(hours(1))
    expect(driver.read(counts).map(({ value }) => value)).toEqual([2])
  })
})
