import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { topology } from '../builder.js'
import { forward } from '../outcome.js'
import type { Processor, Step } from '../processor.js'
import { withValue } from '../record.js'
import { choices } from '../testing/choices.js'
import { shake } from '../testing/shake.js'
import { TopologyTestDriver } from '../testing/topology-test-driver.js'
import { topic } from '../topic.js'

/** What a record does to the timer of its key, in terms of its stream time. */
type Command = { readonly set: number } | 'clear' | 'forget' | 'nothing'

interface Told {
  readonly key: string
  readonly timestamp: number
  readonly command: Command
}

const events = topic<Command>('events', 'bytes', { partitions: 1 })
const out = topic<string>('out', 'bytes')

/** Counts records; a timer tells the count, and is set anew as long as that is odd. */
const counting: Processor<{ count: number }, Command | null, string> = {
  name: 'counting',
  onRecord(state, record): Step<{ count: number }, string> {
    const count = (state?.count ?? 0) + 1
    const outcomes = [forward(withValue(record, `record ${count}`))]
    const { value } = record
    if (value === 'forget') return [undefined, outcomes]
    if (value === 'clear') return [{ count }, outcomes, null]
    if (value === null || value === 'nothing') return [{ count }, outcomes]
    return [{ count }, outcomes, Math.max(0, record.streamTime + value.set)]
  },
  onTimer(state, timer) {
    const count = state?.count ?? 0
    const outcomes = [forward(withValue(timer, `timer ${timer.timestamp} ${count}`))]
    return [{ count: count + 2 }, outcomes, count % 2 === 1 && count < 9 ? timer.timestamp + 3 : null]
  },
}

/** The same from the definition: before a record all timers of its key up to its stream time, at the end those due. */
function oracle(told: readonly Told[]): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, { count: number; timer: number | null; given: string[] }>()
  const fire = (key: { count: number; timer: number | null; given: string[] }, upTo: number) => {
    while (key.timer !== null && key.timer <= upTo) {
      key.given.push(`timer ${key.timer} ${key.count}`)
      key.timer = key.count % 2 === 1 && key.count < 9 ? key.timer + 3 : null
      key.count += 2
    }
  }
  let streamTime = 0
  for (const { key: name, timestamp, command } of told) {
    streamTime = Math.max(streamTime, timestamp)
    const key = keys.get(name) ?? { count: 0, timer: null, given: [] }
    keys.set(name, key)
    fire(key, streamTime)
    key.count += 1
    key.given.push(`record ${key.count}`)
    if (command === 'clear' || command === 'forget') key.timer = null
    if (command === 'forget') key.count = 0
    if (typeof command === 'object') key.timer = Math.max(0, streamTime + command.set)
  }
  for (const key of keys.values()) fire(key, streamTime)
  return new Map([...keys].map(([name, { given }]) => [name, given]))
}

const byKey = (results: readonly { readonly key: string | null; readonly value: string }[]) => {
  const given = new Map<string, string[]>()
  for (const { key, value } of results) given.set(key ?? '', [...(given.get(key ?? '') ?? []), value])
  return given
}

const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ set: fc.integer({ min: -5, max: 20 }) }),
  fc.constantFrom<Command>('clear', 'forget', 'nothing'),
)

describe('timers of a source', () => {
  it('fire between the records of their key as the definition says, in any cuts, after restarts and crashes', () => {
    const told = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b', 'c'), timestamp: fc.nat(60), command: commands }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(told, fc.integer(), (given, seed) => {
        const choose = choices(seed)
        const sentence = topology('timers').from(events).process(counting, { expireAfter: null }).to(out)
        const driver = new TopologyTestDriver(sentence, { choose })
        for (const { command, ...record } of given) {
          driver.pipe(events, { ...record, value: command })
          for (let steps = choose(3); steps > 0; steps -= 1) driver.step()
        }
        shake(driver, choose)
        expect(byKey(driver.read(out))).toEqual(oracle(given))
        expect(driver.fates().forwarded).toBe(given.length)
      }),
      { numRuns: 500 },
    )
  })
})

interface Counted {
  readonly word: string
  readonly amount: number
}

const size = 10
const endOf = (time: number): number => (Math.floor(time / size) + 1) * size

/** Adds up amounts by spans of stream time; the timer is the end of the earliest span that is open. */
const spans: Processor<readonly (readonly [end: number, sum: number])[], Counted, string> = {
  name: 'spans',
  onRecord(state = [], record) {
    const end = endOf(record.streamTime)
    const sum = state.find(([known]) => known === end)?.[1] ?? 0
    const next = [...state.filter(([known]) => known !== end), [end, sum + record.value.amount] as const]
    return [next, [], Math.min(...next.map(([known]) => known))]
  },
  onTimer(state = [], timer) {
    const sum = state.find(([end]) => end === timer.timestamp)?.[1]
    const next = state.filter(([end]) => end !== timer.timestamp)
    const timers = next.map(([end]) => end)
    const outcomes = [forward(withValue(timer, `${timer.timestamp - size}: ${sum}`))]
    return next.length === 0 ? [undefined, outcomes] : [next, outcomes, Math.min(...timers)]
  },
}

describe('timers behind a repartition', () => {
  const said = fc.array(
    fc.record({
      partition: fc.nat(3),
      timestamp: fc.nat(80),
      word: fc.constantFrom('ceviche', 'causa', 'ají'),
      amount: fc.nat(9),
    }),
    { maxLength: 40 },
  )

  it('see each record whose stream time is before them, whatever the order of tasks, cuts, restarts and crashes', () => {
    fc.assert(
      fc.property(said, fc.integer({ min: 1, max: 4 }), fc.integer(), (given, sources, seed) => {
        const choose = choices(seed)
        const words = topic<Counted>('words', 'bytes', { partitions: sources })
        const sentence = topology('spans')
          .from(words)
          .filter((value): value is Counted => value !== null)
          .keyBy(({ word }) => word, { name: 'word', partitions: 2 })
          .process(spans, { expireAfter: null })
          .to(out)
        const driver = new TopologyTestDriver(sentence, { choose })
        for (const { partition, timestamp, ...value } of given) {
          driver.pipe(words, { value, timestamp, partition: partition % sources })
          for (let steps = choose(3); steps > 0; steps -= 1) driver.step()
        }
        shake(driver, choose)

        const reached = new Map<number, number>()
        const sums = new Map<string, number>()
        for (const { partition, timestamp, word, amount } of given) {
          const streamTime = Math.max(timestamp, reached.get(partition % sources) ?? 0)
          reached.set(partition % sources, streamTime)
          const span = `${word} ${endOf(streamTime)}`
          sums.set(span, (sums.get(span) ?? 0) + amount)
        }
        const combined = reached.size < sources ? -1 : Math.min(...reached.values())
        const expected = [...sums].flatMap(([span, sum]) => {
          const [word, end] = span.split(' ')
          return Number(end) <= combined ? [`${word} ${Number(end) - size}: ${sum}`] : []
        })
        expect(
          driver
            .read(out)
            .map(({ key, value }) => `${key} ${value}`)
            .sort(),
        ).toEqual(expected.sort())
      }),
      { numRuns: 300 },
    )
  })
})
