import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { topology } from '../builder.js'
import { asOf, latest, within } from '../builder-joins.js'
import { choices } from '../testing/choices.js'
import { shake } from '../testing/shake.js'
import { lateTopic, TopologyTestDriver } from '../testing/topology-test-driver.js'
import { topic } from '../topic.js'

interface Entry {
  readonly key: string
  readonly timestamp: number
  readonly value: number | null
}

const left = topic<number>('left', 'bytes')
const right = topic<number>('right', 'bytes')
const joined = topic<readonly (number | null)[]>('joined', 'bytes')

const entries = (nulls: boolean) =>
  fc.array(
    fc.record({
      key: fc.constantFrom('a', 'b'),
      timestamp: fc.nat(40),
      value: nulls ? fc.option(fc.nat(999), { freq: 4 }) : fc.nat(999),
    }),
    { maxLength: 25 },
  )

const pair = (one: number, other: number | null): readonly (number | null)[] => [one, other]

/** The inputs in the order in which a task takes them: by timestamp, the table first where they are equal. */
function merged(stream: readonly Entry[], table: readonly Entry[], tableFirst: boolean) {
  const [lefts, rights] = [[...stream], [...table]]
  const taken: (readonly ['left' | 'right', Entry])[] = []
  for (;;) {
    const [l, r] = [lefts[0], rights[0]]
    if (l === undefined && r === undefined) return taken
    const takesRight =
      r !== undefined && (l === undefined || r.timestamp < l.timestamp || (tableFirst && r.timestamp === l.timestamp))
    const entry = takesRight ? rights.shift() : lefts.shift()
    if (entry !== undefined) taken.push([takesRight ? 'right' : 'left', entry])
  }
}

describe('the stream-table join', () => {
  const history = 10
  const run = (stream: readonly Entry[], table: readonly Entry[], isLeft: boolean, seed: number) => {
    const choose = choices(seed)
    const source = topology('as-of').from(left)
    const joining = isLeft
      ? source.leftJoin(right, asOf({ history }), pair)
      : source.join(right, asOf({ history }), pair)
    const driver = new TopologyTestDriver(joining.to(joined), { choose })
    driver.pipe(left, ...stream)
    driver.pipe(right, ...table)
    shake(driver, choose)
    const results = driver.read(joined).map(({ key, timestamp, value }) => ({ key, timestamp, value }))
    return { results, unmatched: driver.fates().dropped.get('no-match') ?? 0, read: driver.fates().read }
  }

  const oracle = (stream: readonly Entry[], table: readonly Entry[], isLeft: boolean) => {
    const applied: Entry[] = []
    const results: unknown[] = []
    let streamTime = 0
    let unmatched = 0
    for (const [side, { key, timestamp, value }] of merged(stream, table, true)) {
      if (side === 'right') {
        applied.push({ key, timestamp, value })
        continue
      }
      streamTime = Math.max(streamTime, timestamp)
      const instant = Math.max(timestamp, streamTime - history)
      const versions = applied.filter((version) => version.key === key && version.timestamp <= instant)
      const newest = Math.max(...versions.map((version) => version.timestamp))
      const found = versions.findLast((version) => version.timestamp === newest)?.value ?? null
      if (found === null && !isLeft) unmatched += 1
      else results.push({ key, timestamp, value: [value, found] })
    }
    return { results, unmatched, read: stream.length + table.length }
  }

  it('gives the value of the table as of the time of each record, as the definition does', () => {
    fc.assert(
      fc.property(entries(false), entries(true), fc.boolean(), fc.integer(), (stream, table, isLeft, seed) => {
        expect(run(stream, table, isLeft, seed)).toEqual(oracle(stream, table, isLeft))
      }),
      { numRuns: 300 },
    )
  })
})

describe('the table-table join', () => {
  const run = (lefts: readonly Entry[], rights: readonly Entry[], seed: number) => {
    const choose = choices(seed)
    const driver = new TopologyTestDriver(topology('tables').from(left).join(right, latest(), pair).to(joined), {
      choose,
    })
    driver.pipe(left, ...lefts)
    driver.pipe(right, ...rights)
    shake(driver, choose)
    const results = driver.read(joined).map(({ key, timestamp, value }) => ({ key, timestamp, value }))
    return { results, stale: driver.fates().dropped.get('unchanged') ?? 0 }
  }

  const oracle = (lefts: readonly Entry[], rights: readonly Entry[]) => {
    const rows = { left: new Map<string, Entry>(), right: new Map<string, Entry>() }
    const results: unknown[] = []
    let stale = 0
    const joinedValue = (key: string) => {
      const [l, r] = [rows.left.get(key)?.value ?? null, rows.right.get(key)?.value ?? null]
      return l === null || r === null ? null : [l, r]
    }
    for (const [side, entry] of merged(lefts, rights, true)) {
      const before = joinedValue(entry.key)
      if ((rows[side].get(entry.key)?.timestamp ?? 0) > entry.timestamp) {
        stale += 1
        continue
      }
      rows[side].set(entry.key, entry)
      const value = joinedValue(entry.key)
      const other = rows[side === 'left' ? 'right' : 'left'].get(entry.key)?.timestamp ?? 0
      if (before === null && value === null) continue
      results.push({ key: entry.key, timestamp: Math.max(entry.timestamp, other), value })
    }
    return { results, stale }
  }

  it('gives a result for each change of either side, as the definition does', () => {
    fc.assert(
      fc.property(entries(true), entries(true), fc.integer(), (lefts, rights, seed) => {
        expect(run(lefts, rights, seed)).toEqual(oracle(lefts, rights))
      }),
      { numRuns: 300 },
    )
  })
})

describe('the stream-stream join', () => {
  const ranges = fc.record({ before: fc.nat(6), after: fc.nat(6), grace: fc.nat(6) })
  type Range = { before: number; after: number; grace: number }

  const run = (lefts: readonly Entry[], rights: readonly Entry[], range: Range, seed: number) => {
    const choose = choices(seed)
    const sentence = topology('streams').from(left).join(right, within(range), pair).to(joined)
    const driver = new TopologyTestDriver(sentence, { choose })
    for (let index = 0; index < Math.max(lefts.length, rights.length); index += 1) {
      driver.pipe(left, ...lefts.slice(index, index + 1))
      driver.pipe(right, ...rights.slice(index, index + 1))
      if (choose(3) === 0) driver.step()
    }
    shake(driver, choose)
    const results = driver.read(joined).map(({ key, timestamp, value }) => JSON.stringify({ key, timestamp, value }))
    return { results: results.sort(), late: driver.read(lateTopic).length, read: driver.fates().read }
  }

  const oracle = (lefts: readonly Entry[], rights: readonly Entry[], { before, after, grace }: Range) => {
    const inTime = (stream: readonly Entry[], ahead: number) => {
      let streamTime = 0
      return stream.filter(({ timestamp }) => {
        streamTime = Math.max(streamTime, timestamp)
        return timestamp + ahead + 1 + grace > streamTime
      })
    }
    const [accepted, others] = [inTime(lefts, after), inTime(rights, before)]
    const results = accepted.flatMap((l) =>
      others
        .filter(({ key, timestamp }) => key === l.key && timestamp >= l.timestamp - before)
        .filter(({ timestamp }) => timestamp <= l.timestamp + after)
        .map((r) =>
          JSON.stringify({ key: l.key, timestamp: Math.max(l.timestamp, r.timestamp), value: [l.value, r.value] }),
        ),
    )
    const read = lefts.length + rights.length
    return { results: results.sort(), late: read - accepted.length - others.length, read }
  }

  it('gives exactly the pairs of records in time, whichever side comes first', () => {
    fc.assert(
      fc.property(entries(false), entries(false), ranges, fc.integer(), (lefts, rights, range, seed) => {
        expect(run(lefts, rights, range, seed)).toEqual(oracle(lefts, rights, range))
      }),
      { numRuns: 300 },
    )
  })
})
