import { describe, expect, it } from '@jest/globals'
import { topology } from '../builder.js'
import { plan } from '../plan.js'
import type { Aggregate } from '../processor.js'
import { lateTopic, TopologyTestDriver } from '../testing/topology-test-driver.js'
import { minutes, seconds } from '../time.js'
import { topic } from '../topic.js'
import { finalOnly } from '../topology.js'
import { hopping, tumbling } from '../window.js'

interface Count {
  readonly size: number
  readonly start: number
  readonly count: number
}
const words = topic<string>('words', 'x.Word')
const counts = topic<Count>('counts', 'x.Count')
const count: Aggregate<string, { sum: number }, Count> = {
  name: 'count',
  initial: () => ({ sum: 0 }),
  add: (into) => {
    into.sum += 1
    return into
  },
  result: ({ sum }, { window: { start, end } }) => ({ size: end - start, start, count: sum }),
}
const short = tumbling({ size: seconds(10), grace: 0 })
const long = hopping({ size: minutes(1), advance: seconds(30), grace: seconds(30) })
const sentence = topology('several')
  .from(words)
  .filter((word): word is string => word !== null)
  .keyBy((word) => word)
  .windows({ short, long })
  .aggregate(count, { updates: finalOnly })
  .to(counts)

const piped = (...timestamps: readonly number[]) => {
  const driver = new TopologyTestDriver(sentence)
  driver.pipe(words, ...timestamps.map((timestamp) => ({ key: 'w', value: 'w', timestamp })))
  return driver
}

describe('several layouts of windows in one step', () => {
  it('give the finals that each would give alone', () => {
    const alone = (window: typeof short) =>
      topology('alone')
        .from(words)
        .filter((word): word is string => word !== null)
        .keyBy((word) => word)
        .window(window)
        .aggregate(count, { updates: finalOnly })
        .to(counts)
    const times = [0, 4_000, 12_000, 31_000, 70_000, 71_000, 300_000]
    const results = (driver: TopologyTestDriver) => driver.read(counts).map(({ value }) => value)
    const expected = [short, long].flatMap((window) => {
      const driver = new TopologyTestDriver(alone(window))
      driver.pipe(words, ...times.map((timestamp) => ({ key: 'w', value: 'w', timestamp })))
      return results(driver)
    })
    const order = (a: Count, b: Count) => a.size - b.size || a.start - b.start
    expect([...results(piped(...times))].sort(order)).toEqual(expected.sort(order))
  })

  it('keep their state apart, in a store each', () => {
    expect(plan(sentence)[1]?.stores).toEqual(['__task', 'count.short', 'count.long'])
  })

  it('give a record that some of them missed one fate, and count it as partly late', () => {
    const driver = piped(0, 20_000, 5_000)
    expect(driver.read(lateTopic)).toHaveLength(0)
    expect(driver.fates('several.2')).toMatchObject({ read: 3, forwarded: 3, late: 0, partlyLate: 1 })
  })

  it('call a record late once, when all of them missed it', () => {
    const driver = piped(0, 200_000, 5_000)
    expect(driver.read(lateTopic)).toHaveLength(1)
    expect(driver.fates('several.2')).toMatchObject({ read: 3, forwarded: 2, late: 1 })
  })

  it('go on after a restart as if there had been none', () => {
    const driver = piped(0, 4_000)
    driver.run()
    driver.restart()
    driver.pipe(words, { key: 'w', value: 'w', timestamp: 300_000 })
    expect(driver.read(counts).map(({ value }) => value)).toContainEqual({ size: 10_000, start: 0, count: 2 })
  })
})
