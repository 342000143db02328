import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { topology } from './builder.js'
import { forward } from './outcome.js'
import type { Processor } from './processor.js'
import { withValue } from './record.js'
import { choices } from './testing/choices.js'
import { shake } from './testing/shake.js'
import { TopologyTestDriver } from './testing/topology-test-driver.js'
import { topic } from './topic.js'

interface Entry {
  readonly key: string
  readonly timestamp: number
  readonly value: string
}

const events = topic<string>('events', 'bytes')
const out = topic<string>('out', 'bytes')

const entries: fc.Arbitrary<readonly Entry[]> = fc.array(
  fc.record({ key: fc.constantFrom('a', 'b', 'c'), timestamp: fc.nat(60), value: fc.constantFrom('x', 'y') }),
  { maxLength: 40 },
)

/** Numbers the records of a key; 'y' forgets the key. */
const numbering: Processor<number, string | null, string> = {
  name: 'numbering',
  onRecord(state = 0, record) {
    const next = state + 1
    return [record.value === 'y' ? undefined : next, [forward(withValue(record, `${record.value}${next}`))]]
  },
}

describe('keyed state that expires', () => {
  it('is never read after its time in the stream, whether it was evicted or not', () => {
    const expireAfter = 7
    fc.assert(
      fc.property(entries, fc.integer(), (given, seed) => {
        const choose = choices(seed)
        const sentence = topology('expiry').from(events).process(numbering, { expireAfter }).to(out)
        const driver = new TopologyTestDriver(sentence, { choose })
        driver.pipe(events, ...given)
        shake(driver, choose)

        const states = new Map<string, { count: number; until: number }>()
        let streamTime = 0
        const expected = given.map(({ key, timestamp, value }) => {
          streamTime = Math.max(streamTime, timestamp)
          const known = states.get(key)
          const alive = known !== undefined && known.until > streamTime ? known : { count: 0, until: 0 }
          const count = alive.count + 1
          if (value === 'y') states.delete(key)
          else states.set(key, { count, until: Math.max(alive.until, timestamp + expireAfter) })
          return `${key} ${value}${count}`
        })
        expect(driver.read(out).map(({ key, value }) => `${key} ${value}`)).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })
})

describe('state that has expired', () => {
  it('is removed from the store, however often its life was prolonged', () => {
    const sentence = topology('eviction').from(events).process(numbering, { expireAfter: 10 }).to(out)
    const driver = new TopologyTestDriver(sentence)
    for (let timestamp = 0; timestamp < 30; timestamp += 3) driver.pipe(events, { key: 'a', value: 'x', timestamp })
    expect(driver.read(out).at(-1)?.value).toBe('x10')
    for (let index = 0; index < 2_500; index += 1) {
      driver.pipe(events, { key: `k${index}`, value: 'x', timestamp: 30 })
    }
    driver.run()
    expect(driver.entries('eviction.1', 'numbering')).toBe(2 * 2_501)
    driver.pipe(events, { key: 'b', value: 'x', timestamp: 40 })
    driver.run()
    expect(driver.entries('eviction.1', 'numbering')).toBe(2)
  })
})

describe('dedup', () => {
  it('drops what was let through less than the horizon away, and nothing else', () => {
    const within = 6
    fc.assert(
      fc.property(entries, fc.integer(), (given, seed) => {
        const choose = choices(seed)
        const by = (value: string | null) => value ?? ''
        const driver = new TopologyTestDriver(topology('dedup').from(events).dedup({ by, within }).to(out), { choose })
        driver.pipe(events, ...given)
        shake(driver, choose)

        const passed: Entry[] = []
        let streamTime = 0
        for (const entry of given) {
          streamTime = Math.max(streamTime, entry.timestamp)
          const isCopy = passed.some(
            ({ value, timestamp }) =>
              value === entry.value &&
              timestamp + within > streamTime &&
              Math.abs(timestamp - entry.timestamp) < within,
          )
          if (!isCopy) passed.push(entry)
        }
        expect(driver.read(out).map(({ key, timestamp, value }) => ({ key, timestamp, value }))).toEqual(passed)
        expect(driver.fates().dropped.get('duplicate') ?? 0).toBe(given.length - passed.length)
      }),
      { numRuns: 300 },
    )
  })
})
