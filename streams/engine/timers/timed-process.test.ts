import { describe, expect, it } from '@jest/globals'
import { topology } from '../builder.js'
import { forward } from '../outcome.js'
import type { Aggregate, Processor } from '../processor.js'
import { withValue } from '../record.js'
import { deadLetterTopic, TopologyTestDriver } from '../testing/topology-test-driver.js'
import { hours, minutes, seconds } from '../time.js'
import { topic } from '../topic.js'
import { finalOnly } from '../topology.js'
import { tumbling } from '../window.js'

const events = topic<number>('events', 'bytes')
const out = topic<string>('out', 'bytes')

/** Sets a timer for the instant that the value names, and tells when it fires. */
const alarm: Processor<number, number | null, string> = {
  name: 'alarm',
  onRecord: (state = 0, { value }) => [state + 1, [], value],
  onTimer: (state = 0, timer) => {
    if (state > 2) throw new Error('too many')
    return [undefined, [forward(withValue(timer, `${timer.timestamp}`))]]
  },
}
const sentence = topology('alarms').from(events).process(alarm, { expireAfter: null }).to(out)

describe('timers', () => {
  it('of many keys fire in the order of time, of one instant in that of the keys, each once, and leave nothing', () => {
    const driver = new TopologyTestDriver(sentence)
    const at = (index: number) => 100 + ((index * 7_919) % 6_000)
    for (let index = 0; index < 6_000; index += 1) {
      driver.pipe(events, { key: `k${index}`, value: at(index), timestamp: 1 })
    }
    driver.run()
    driver.restart()
    driver.pipe(events, { key: 'b', value: 150, timestamp: 2 }, { key: 'a', value: 150, timestamp: 3 })
    driver.pipe(events, { key: 'z', value: null, timestamp: 20_000 })
    const results = driver.read(out)
    expect(results).toHaveLength(6_002)
    const times = results.map(({ timestamp }) => timestamp)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    expect(results.filter(({ timestamp }) => timestamp === 150).map(({ key }) => key)).toEqual([
      'a',
      'b',
      expect.stringMatching(/^k/),
    ])
    expect(driver.entries('alarms.1', 'alarm')).toBe(1)
  })

  it('that were moved to later fire then and not before, after a commit too', () => {
    const driver = new TopologyTestDriver(sentence)
    driver.pipe(events, { key: 'a', value: 10, timestamp: 1 })
    driver.run()
    driver.pipe(events, { key: 'a', value: 50, timestamp: 2 })
    driver.run()
    driver.pipe(events, { key: 'b', value: null, timestamp: 49 })
    expect(driver.read(out)).toEqual([])
    driver.restart()
    driver.pipe(events, { key: 'b', value: null, timestamp: 50 })
    expect(driver.read(out).map(({ key, value }) => `${key} ${value}`)).toEqual(['a 50'])
  })

  it('fire by the clock when all is silent', () => {
    const driver = new TopologyTestDriver(sentence, { settings: { idleAfter: seconds(1) } })
    driver.pipe(events, { key: 'a', value: minutes(1), timestamp: 5_000 })
    driver.run()
    expect(driver.wakeAt).not.toBeNull()
    driver.advanceClock(minutes(1))
    driver.advanceClock(minutes(1))
    expect(driver.read(out).map(({ value }) => value)).toEqual([`${minutes(1)}`])
  })

  it('that fail leave a dead letter that names key and instant, and the state', () => {
    const driver = new TopologyTestDriver(sentence)
    for (let timestamp = 1; timestamp < 4; timestamp += 1) driver.pipe(events, { key: 'a', value: 10, timestamp })
    driver.pipe(events, { key: 'b', value: null, timestamp: 30 })
    const [letter] = driver.read(deadLetterTopic)
    expect(letter?.value.detail).toContain('the timer of the key "a" at 10 in alarm failed: too many')
    expect(driver.read(out)).toEqual([])
    driver.pipe(events, { key: 'a', value: 40, timestamp: 31 }, { key: 'b', value: null, timestamp: 50 })
    expect(driver.read(deadLetterTopic)).toHaveLength(1)
  })

  it('that are no instant, or not later than the one that fires, are refused', () => {
    const wild: Processor<number, number | null, string> = {
      name: 'wild',
      onRecord: (state = 0, { value }) => [state + 1, [], value],
      onTimer: (_state, timer) => [1, [], timer.timestamp],
    }
    const driver = new TopologyTestDriver(topology('wild').from(events).process(wild, { expireAfter: null }).to(out))
    driver.pipe(events, { key: 'a', value: 0.5, timestamp: 1 }, { key: 'a', value: 5, timestamp: 2 })
    driver.pipe(events, { key: 'b', value: null, timestamp: 9 })
    const details = driver.read(deadLetterTopic).map(({ value }) => value.detail)
    expect(details).toEqual([
      expect.stringContaining('a timer is a whole number of milliseconds'),
      expect.stringContaining('it set a timer for 5, which is not after it'),
    ])
    expect(() => topology('wild').from(events).process(wild, { expireAfter: 1 })).toThrow('"expireAfter" is null')
  })

  it('behind windows of the same stage wait for the results of those', () => {
    const sum: Aggregate<number, number, number> = {
      name: 'sum',
      initial: () => 0,
      add: (total, value) => total + value,
      result: (total) => total,
    }
    const due: Processor<number, number, string> = {
      name: 'due',
      onRecord: (state = 0, record) => [state + record.value, [], record.streamTime < hours(2) ? hours(2) : null],
      onTimer: (state = 0, timer) => [undefined, [forward(withValue(timer, `${state}`))]],
    }
    const windowed = topology('windowed')
      .from(events)
      .filter((value): value is number => value !== null)
      .keyBy(() => 'all')
      .window(tumbling({ size: hours(1), grace: minutes(30) }))
      .aggregate(sum, { updates: finalOnly })
      .process(due, { expireAfter: null })
      .to(out)
    const driver = new TopologyTestDriver(windowed)
    for (const timestamp of [0, hours(1.9), hours(2.4), hours(2.6), hours(4)]) {
      driver.pipe(events, { value: 1, timestamp })
      driver.run()
    }
    expect(driver.read(out).map(({ value }) => value)).toEqual(['2'])
  })
})
