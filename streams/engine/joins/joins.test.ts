import { describe, expect, it } from '@jest/globals'
import { topology } from '../builder.js'
import { asOf, latest, within } from '../builder-joins.js'
import { deadLetterTopic, lateTopic, type TestRecord, TopologyTestDriver } from '../testing/topology-test-driver.js'
import { topic } from '../topic.js'

const left = topic<string>('left', 'bytes')
const right = topic<string>('right', 'bytes')
const out = topic<string>('out', 'bytes')

const at = (timestamp: number, value: string | null, key: string | null = 'k'): TestRecord => ({
  key,
  value,
  timestamp,
})
const glue = (one: string, other: string | null) => `${one}+${other}`
const values = (driver: TopologyTestDriver) => driver.read(out).map(({ value, timestamp }) => [timestamp, value])

describe('a stream joined with a table', () => {
  const inner = topology('inner')
    .from(left)
    .join(right, asOf({ history: 10 }), glue)
    .to(out)
  const outer = topology('outer')
    .from(left)
    .leftJoin(right, asOf({ history: 10 }), glue)
    .to(out)

  it('meets the value as of the timestamp of each record', () => {
    const driver = new TopologyTestDriver(inner)
    driver.pipe(right, at(1, 'old'), at(5, 'new'))
    driver.pipe(left, at(2, 'a'), at(5, 'b'), at(4, 'c'))
    expect(values(driver)).toEqual([
      [2, 'a+old'],
      [5, 'b+new'],
      [4, 'c+old'],
    ])
  })

  it('is not misled by an update of the table that comes out of order', () => {
    const driver = new TopologyTestDriver(inner)
    driver.pipe(right, at(5, 'new'), at(1, 'old'))
    driver.pipe(left, at(6, 'a'), at(7, 'b'))
    expect(values(driver)).toEqual([
      [6, 'a+new'],
      [7, 'b+new'],
    ])
  })

  it('keeps the versions that the history covers, and no others', () => {
    const driver = new TopologyTestDriver(inner)
    driver.pipe(right, at(3, 'older'), at(5, 'old'), at(12, 'new'))
    driver.pipe(left, at(20, 'a'))
    driver.run()
    driver.pipe(right, at(21, 'newest'))
    driver.run()
    driver.pipe(left, at(11, 'b'), at(4, 'c'))
    expect(values(driver)).toEqual([
      [20, 'a+new'],
      [11, 'b+old'],
      // Stream time 20 less the history is 10: that is as far back as a record can see.
      [4, 'c+old'],
    ])
  })

  it('finds nothing from a deletion on: dropped as no-match, or null in a left join', () => {
    for (const [sentence, expected] of [
      [inner, [[2, 'a+x']]],
      [
        outer,
        [
          [2, 'a+x'],
          [3, 'b+null'],
        ],
      ],
    ] as const) {
      const driver = new TopologyTestDriver(sentence)
      driver.pipe(right, at(1, 'x'), at(3, null))
      driver.pipe(left, at(2, 'a'), at(3, 'b'))
      expect(values(driver)).toEqual(expected)
      expect(driver.fates().dropped.get('no-match') ?? 0).toBe(sentence === inner ? 1 : 0)
    }
  })

  it('does not wait for the table: a table without changes keeps no window open', () => {
    const driver = new TopologyTestDriver(inner)
    driver.pipe(right, at(1, 'x'))
    driver.pipe(left, at(2, 'a'), at(90, 'b'))
    driver.run()
    expect(driver.streamTime('inner.1')).toBe(90)
  })

  it('counts null keys and null values with their reason', () => {
    const driver = new TopologyTestDriver(outer)
    driver.pipe(left, at(1, 'a', null), at(1, null))
    driver.pipe(right, at(1, 'x', null))
    expect(driver.fates().dropped).toEqual(
      new Map([
        ['null-value', 1],
        ['null-key', 2],
      ]),
    )
  })
})

describe('two tables', () => {
  it('give a new value for a change of either, and a tombstone when one side goes', () => {
    const driver = new TopologyTestDriver(topology('tables').from(left).join(right, latest(), glue).to(out))
    driver.pipe(left, at(1, 'a'), at(5, 'b'), at(3, 'stale'), at(8, null))
    driver.pipe(right, at(2, 'x'), at(6, 'y'), at(9, 'z'))
    expect(values(driver)).toEqual([
      [2, 'a+x'],
      [5, 'b+x'],
      [6, 'b+y'],
      [8, null],
    ])
    expect(driver.fates().dropped).toEqual(new Map([['unchanged', 1]]))
  })
})

describe('two streams', () => {
  const sentence = topology('streams')
    .from(left)
    .join(right, within({ before: 2, after: 3, grace: 1 }), glue)
    .to(out)

  it('meet from before to after, both ends included, at the later of the two timestamps', () => {
    const driver = new TopologyTestDriver(sentence)
    driver.pipe(left, at(10, 'a'))
    driver.pipe(right, at(7, 'too early'), at(8, 'first'), at(13, 'last'), at(14, 'too late'))
    expect(values(driver)).toEqual([
      [10, 'a+first'],
      [13, 'a+last'],
    ])
  })

  it('refuse a record whose last partner is past by more than the grace, with the window it missed', () => {
    const driver = new TopologyTestDriver(sentence)
    driver.pipe(left, at(10, 'a'), at(15, 'b'), at(11, 'in time'), at(10, 'late'))
    driver.pipe(right, at(10, 'x'))
    expect(driver.read(lateTopic).map(({ value }) => [value.timestamp, value.windowStart, value.windowEnd])).toEqual([
      [10, 8, 14],
    ])
    expect(driver.fates()).toMatchObject({ read: 5, forwarded: 4, late: 1 })
  })

  it('lose one pair alone when the joiner throws', () => {
    const driver = new TopologyTestDriver(
      topology('throwing')
        .from(left)
        .join(right, within({ before: 2, after: 2, grace: 0 }), (one, other) => {
          if (other === 'bad') throw new Error('no pair')
          return glue(one, other)
        })
        .to(out),
    )
    driver.pipe(right, at(1, 'x'), at(1, 'bad'), at(1, 'y'))
    driver.pipe(left, at(2, 'a'))
    expect(values(driver).map(([, value]) => value)).toEqual(['a+x', 'a+y'])
    expect(driver.read(deadLetterTopic).map(({ value }) => value.detail)).toEqual(['joining it: no pair'])
  })

  it('forget what can find no partner any more', () => {
    const driver = new TopologyTestDriver(sentence)
    driver.pipe(left, at(1, 'a'), at(100, 'b'))
    driver.pipe(right, at(100, 'x'))
    driver.run()
    expect(driver.entries('streams.1', 'glue')).toBe(2)
  })
})
