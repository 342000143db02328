import { describe, expect, it } from '@jest/globals'
import { topology } from './builder.js'
import { replayHeaders } from './in-band.js'
import { deadLetter, drop, forward, type Outcome } from './outcome.js'
import type { Processor } from './processor.js'
import { withValue } from './record.js'
import type { Fates } from './stage.js'
import { deadLetterTopic, TopologyTestDriver } from './testing/topology-test-driver.js'
import { mentions, posts, trendsTopology } from './testing/trends-sentence.js'
import { topic } from './topic.js'
import { encodeUtf8 } from './utf8.js'
import { tumbling } from './window.js'

const numbers = topic<number>('numbers', 'bytes')
const out = topic<number>('out', 'bytes')

const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, each) => sum + each, 0)

function expectOneFateEach(fates: Fates): void {
  expect(fates.forwarded + fates.late + total(fates.dropped) + total(fates.deadLettered)).toBe(fates.read)
}

describe('bad records', () => {
  const services = {
    sentiment: (items: readonly unknown[]) => items.map(() => ({ kind: 'ok', value: 'fine' }) as const),
  }
  const good = { key: 'good', value: { text: 'ceviche' }, timestamp: 1_000 }

  function drive(bad: { key?: string | null; value: unknown; timestamp: number }) {
    const limits = { timestamps: { from: 500, aheadOfClock: 60_000 }, maxValueBytes: 200 }
    const driver = new TopologyTestDriver(trendsTopology, { services, settings: limits, now: 10_000 })
    driver.pipe(posts, good, bad, { ...good, key: 'next' })
    const letters = driver.read(deadLetterTopic)
    expect(driver.read(mentions).map(({ key }) => key)).toEqual(['good', 'next'])
    expectOneFateEach(driver.fates('consumer-trends.1'))
    expect(letters).toHaveLength(1)
    const [letter] = letters
    expect(letter).toMatchObject({ key: 'posts-0-1', value: { topic: 'posts', partition: 0, offset: 1 } })
    return { letter: letter?.value, at: letter?.timestamp, driver }
  }

  it('are dead-lettered as undecodable with the bytes as they came', () => {
    const bytes = encodeUtf8('{"text": trunca')
    const { letter } = drive({ key: 'k', value: bytes, timestamp: 1_000 })
    expect(letter).toMatchObject({ reason: 'undecodable', stage: 'consumer-trends.1', bytes: bytes.length, replays: 0 })
    expect(letter?.value).toEqual(bytes)
    expect(letter?.key).toEqual(encodeUtf8('k'))
  })

  it('are dead-lettered as invalid when the decoder says so', () => {
    expect(drive({ value: { texto: 1 }, timestamp: 1_000 }).letter?.detail).toBe('a post has a text')
  })

  it('are dead-lettered as too large, with the first part of the value', () => {
    expect(drive({ value: { text: 'x'.repeat(300) }, timestamp: 1_000 }).letter).toMatchObject({ reason: 'too-large' })
  })

  it.each([
    ['before 1970', -1],
    ['before the first allowed', 499],
    ['of the year 2099', 4_070_908_800_000],
    ['that is no whole number', 1_000.5],
  ])(
    'with a timestamp %s do not move stream time, and are dead-lettered at the time they were refused',
    (_, timestamp) => {
      const { letter, at, driver } = drive({ value: { text: 'x' }, timestamp })
      expect(letter).toMatchObject({ reason: 'timestamp-out-of-range', timestamp })
      expect(at).toBe(10_000)
      expect(driver.fates().late).toBe(0)
    },
  )

  it('that were dead letters before carry how often they were replayed', () => {
    const driver = new TopologyTestDriver(trendsTopology, { services })
    driver.pipe(posts, { value: { no: 1 }, timestamp: 1, headers: replayHeaders(2) })
    expect(driver.read(deadLetterTopic)[0]?.value.replays).toBe(2)
  })

  it('keep at most 64 KiB of a large value, cut between two characters', () => {
    const driver = new TopologyTestDriver(trendsTopology, { services, settings: { maxValueBytes: 1_000 } })
    driver.pipe(posts, { value: encodeUtf8(`.${'ñ'.repeat(50_000)}`), timestamp: 1 })
    const [letter] = driver.read(deadLetterTopic)
    expect(letter?.value.bytes).toBe(100_001)
    expect(letter?.value.value?.length).toBe(65_535)
  })
})

describe('a step that throws', () => {
  it('costs the record at hand, and that one alone', () => {
    const driver = new TopologyTestDriver(
      topology('throwing')
        .from(numbers)
        .map('reciprocal', (value) => {
          if (value === 0) throw new RangeError('nothing is the reciprocal of 0')
          return 1 / (value ?? 1)
        })
        .to(out),
    )
    driver.pipe(numbers, ...[1, 0, 2].map((value) => ({ value, timestamp: 1 })))
    expect(driver.read(out).map(({ value }) => value)).toEqual([1, 0.5])
    const [letter] = driver.read(deadLetterTopic)
    expect(letter?.value).toMatchObject({
      reason: 'processor-failed',
      detail: 'reciprocal: nothing is the reciprocal of 0',
      offset: 1,
    })
    expectOneFateEach(driver.fates())
  })

  it('in a processor leaves the state of the key as it was', () => {
    const sum: Processor<number, number | null, number> = {
      name: 'sum',
      onRecord(state = 0, record) {
        if (record.value === null) throw new Error('no number')
        const next = state + record.value
        return [next, [forward(withValue(record, next))]]
      },
    }
    const driver = new TopologyTestDriver(topology('sums').from(numbers).process(sum, { expireAfter: null }).to(out))
    driver.pipe(numbers, ...[1, null, 2].map((value) => ({ key: 'k', value, timestamp: 1 })))
    expect(driver.read(out).map(({ value }) => value)).toEqual([1, 3])
    expect(driver.fates().deadLettered).toEqual(new Map([['processor-failed', 1]]))
  })
})

describe('the fate of a record that became several', () => {
  const outcomes = (value: number | null): readonly Outcome<number>[] => {
    if (value === 1) return [drop('filtered'), deadLetter('invalid', 'one')]
    if (value === 2) return [drop('unchanged'), drop('filtered')]
    return value === 3 ? [] : [deadLetter('invalid', 'other'), drop('filtered')]
  }

  it('is the best of its parts, and every part is written', () => {
    const driver = new TopologyTestDriver(
      topology('parts')
        .from(numbers)
        .flatMap<number>('parts', (record) =>
          record.value === 0 ? [forward(withValue(record, 7)), ...outcomes(1)] : outcomes(record.value),
        )
        .to(out),
    )
    driver.pipe(numbers, ...[0, 1, 2, 3].map((value) => ({ value, timestamp: 1 })))
    const fates = driver.fates()
    expectOneFateEach(fates)
    expect(fates).toMatchObject({ read: 4, forwarded: 1, late: 0 })
    expect(fates.deadLettered).toEqual(new Map([['invalid', 1]]))
    expect(total(fates.dropped)).toBe(2)
    expect(fates.written).toEqual(
      new Map([
        ['out', 1],
        ['dead-letters', 2],
      ]),
    )
  })
})

describe('a window whose result cannot be made', () => {
  it('is closed, with a dead letter that names it, its key and the error, and holds up no other', () => {
    const count = (sum: number): number => {
      if (sum === 13) throw new RangeError('thirteen is unlucky')
      return sum
    }
    const driver = new TopologyTestDriver(
      topology('sums')
        .from(numbers)
        .filter((value): value is number => value !== null)
        .keyBy((value) => (value === 13 ? 'bad' : 'good'))
        .window(tumbling({ size: 10, grace: 0 }))
        .aggregate({ name: 'sum', initial: () => 0, add: (sum, value) => sum + value, result: count })
        .to(out),
      { settings: { idleAfter: 1_000 } },
    )
    driver.pipe(numbers, { value: 13, timestamp: 1 }, { value: 2, timestamp: 2 })
    for (let silent = 0; silent < 4; silent++) driver.advanceClock(10_000)
    const finals = driver.read(out).filter(({ timestamp }) => timestamp < 10)
    expect(finals.at(-1)?.value).toBe(2)
    expect(driver.read(deadLetterTopic).map(({ value }) => [value.reason, value.detail])).toEqual([
      ['processor-failed', expect.stringMatching(/window 0 to 10 of the key "bad".* failed: thirteen is unlucky/)],
    ])
    expectOneFateEach(driver.fates('sums.2'))
    expect(driver.fates('sums.2').written.get('dead-letters')).toBe(1)
    driver.pipe(numbers, { value: 3, timestamp: 100_000 })
    for (let silent = 0; silent < 4; silent++) driver.advanceClock(100_000)
    expect(driver.read(out).at(-1)?.value).toBe(3)
  })
})

describe('a null key', () => {
  it('is dropped with a reason by keyBy and by every step with state, and never a crash', () => {
    const driver = new TopologyTestDriver(
      topology('keys')
        .from(numbers)
        .process({ name: 'pass', onRecord: (_, record) => [1, [forward(record)]] }, { expireAfter: null })
        .keyBy((value) => (value === 1 ? null : 'k'), { name: 'odd' })
        .window(tumbling({ size: 10, grace: 0 }))
        .aggregate({ name: 'count', initial: () => 0, add: (sum) => sum + 1, result: (sum) => sum })
        .to(out),
    )
    driver.pipe(
      numbers,
      { value: 5, timestamp: 1 },
      { key: 'a', value: 1, timestamp: 1 },
      { key: 'a', value: 2, timestamp: 2 },
    )
    expect(driver.fates('keys.1').dropped).toEqual(new Map([['null-key', 2]]))
    expectOneFateEach(driver.fates('keys.1'))
    expect(driver.fates('keys.2')).toMatchObject({ read: 1, forwarded: 1 })
  })
})
