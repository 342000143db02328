import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { topology } from '../builder.js'
import { within } from '../builder-joins.js'
import { partitionFor } from '../partitioner.js'
import { choices } from '../testing/choices.js'
import { shake } from '../testing/shake.js'
import { lateTopic, TopologyTestDriver } from '../testing/topology-test-driver.js'
import { topic } from '../topic.js'
import { encodeUtf8 } from '../utf8.js'

interface View {
  readonly user: string
  readonly page: number
  readonly timestamp: number
  readonly partition: number
}

const range = { before: 4, after: 2, grace: 3 }
const sources = 2
const partitions = 3
const views = topic<View>('views', 'bytes', { partitions: sources })
const clicks = topic<View>('clicks', 'bytes', { partitions })
const both = topic<string>('both', 'bytes', { partitions: 1 })

const sentence = topology('both')
  .from(views)
  .keyBy((view) => view?.user ?? null, { name: 'user', partitions })
  .join(clicks, within(range), (view, click) => `${view.user} ${view.page} ${click.page}`)
  .to(both)

const seen = fc.array(
  fc.record({
    user: fc.constantFrom('ana', 'benito', 'carmen', 'diego'),
    page: fc.nat(99),
    timestamp: fc.nat(40),
    partition: fc.nat(sources - 1),
  }),
  { maxLength: 25 },
)

function run(viewed: readonly View[], clicked: readonly View[], seed: number) {
  const choose = choices(seed)
  const driver = new TopologyTestDriver(sentence, { choose })
  for (let index = 0; index < Math.max(viewed.length, clicked.length); index += 1) {
    for (const value of viewed.slice(index, index + 1)) driver.pipe(views, { ...value, value })
    for (const value of clicked.slice(index, index + 1)) {
      driver.pipe(clicks, { key: value.user, value, timestamp: value.timestamp })
    }
    if (choose(2) === 0) driver.step()
    if (choose(20) === 0) driver.crash()
  }
  shake(driver, choose)
  return {
    pairs: driver
      .read(both)
      .map(({ value }) => value)
      .sort(),
    late: driver.read(lateTopic).length,
  }
}

/** Those that come before their window, which ends `ahead` after them, is closed for their partition. */
function inTime(all: readonly View[], partitionOf: (view: View) => number, ahead: number): readonly View[] {
  const streamTimes = new Map<number, number>()
  return all.filter((view) => {
    const partition = partitionOf(view)
    const streamTime = Math.max(view.timestamp, streamTimes.get(partition) ?? 0)
    streamTimes.set(partition, streamTime)
    return view.timestamp + ahead + 1 + range.grace > streamTime
  })
}

function oracle(viewed: readonly View[], clicked: readonly View[]) {
  const lefts = inTime(viewed, ({ partition }) => partition, range.after)
  const rights = inTime(clicked, ({ user }) => partitionFor(encodeUtf8(user), partitions), range.before)
  const pairs = lefts.flatMap((left) =>
    rights
      .filter(({ user, timestamp }) => user === left.user && timestamp >= left.timestamp - range.before)
      .filter(({ timestamp }) => timestamp <= left.timestamp + range.after)
      .map((right) => `${left.user} ${left.page} ${right.page}`),
  )
  return { pairs: pairs.sort(), late: viewed.length + clicked.length - lefts.length - rights.length }
}

describe('the stream-stream join behind a repartition', () => {
  it('gives the same pairs and late records in any order of tasks, with restarts and crashes', () => {
    fc.assert(
      fc.property(seen, seen, fc.integer(), (viewed, clicked, seed) => {
        expect(run(viewed, clicked, seed)).toEqual(oracle(viewed, clicked))
      }),
      { numRuns: 200 },
    )
  })
})
