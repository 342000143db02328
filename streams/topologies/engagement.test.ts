import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Engagement } from '../../schemas/engagement.js'
import type { EngagementMetric } from '../../schemas/engagement-metric.js'
import { readSchemas } from '../../schemas/files.js'
import type { Mention } from '../../schemas/mention.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import {
  deadLetters,
  engagementMetrics,
  engagements,
  late,
  mentions,
  postEngagements,
  publicTopics,
} from '../../schemas/topics.js'
import { memoryRegistry } from '../../tests/support/memory-registry.js'
import { aMention, anEngagement } from '../../tests/support/records.js'
import { standingRows, windowRows } from '../../tests/verify/oracle/engagement.js'
import { choices } from '../engine/testing/choices.js'
import { shake } from '../engine/testing/shake.js'
import { TopologyTestDriver } from '../engine/testing/topology-test-driver.js'
import { days, hours, minutes } from '../engine/time.js'
import { projectPath } from '../project.js'
import { engagement } from './index.js'

/** 2024-03-01T12:00:00-05:00 */
const noon = Date.UTC(2024, 2, 1, 17)
let serdes: RegisteredSerdes

beforeAll(async () => {
  serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), publicTopics)
})

function aDriver(seed: number | null = null) {
  const driver = new TopologyTestDriver(engagement, {
    serdes,
    partitions: 2,
    settings: { idleAfter: 1_000 },
    now: noon,
    ...(seed === null ? {} : { choose: choices(seed) }),
  })
  const observe = (...given: readonly Partial<Engagement>[]) => {
    for (const fields of given) {
      const value = anEngagement({ observedAt: noon, ...fields })
      driver.pipe(engagements, { key: value.postId, value, timestamp: value.observedAt })
    }
  }
  const tell = (...given: readonly Partial<Mention>[]) => {
    for (const fields of given) {
      const value = aMention({ createdAt: noon - hours(1), ...fields })
      driver.pipe(mentions, { key: value.postId, value, timestamp: value.createdAt })
    }
  }
  /** Stream time moves past every window, whatever the partitions. */
  const finish = () => {
    for (let silent = 0; silent < 4; silent++) driver.advanceClock(minutes(1))
    driver.advanceClock(days(3))
    driver.advanceClock(days(3))
    return driver.read(engagementMetrics).flatMap(({ value }) => (value.isFinal ? [value] : []))
  }
  return { driver, observe, tell, finish }
}

const bare = ({ isFinal, revision, outliersByRobustZ, outliersByIqr, outlierRule, ...row }: EngagementMetric) => row
const shown = (rows: readonly object[]) =>
  rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort()

describe('engagement', () => {
  it('gives the gains and rates of each term, region, author group and window', () => {
    const { observe, tell, finish } = aDriver()
    tell({ postId: 'a', region: '15' })
    observe(
      { postId: 'a', likes: 10, comments: 0, shares: 0, views: 100, followers: 5_000 },
      { postId: 'a', likes: 16, comments: 2, shares: 0, views: 180, followers: 5_000, observedAt: noon + minutes(30) },
    )
    const rows = finish()
    const hour = rows.filter(({ window, term }) => window === 'hour' && term === 'lomo saltado')
    expect(hour.map(({ region, authorGroup }) => `${region} ${authorGroup}`).sort()).toEqual([
      '* *',
      '* under10k',
      '15 *',
      '15 under10k',
    ])
    expect(hour[0]).toMatchObject({
      ...{ posts: 1, observations: 2, interactions: 8, interactionsOpened: 10, likes: 6, reach: null },
      ...{ engagementRateByViews: 0.1, engagementRateByReach: null, engagementRateByFollowers: 18 / 5_000 },
      ...{ velocity: 18 / 1.5, isFinal: true },
    })
  })

  it('subtracts what a platform takes back, and says how much that was', () => {
    const { observe, finish } = aDriver()
    observe({ likes: 10 }, { likes: 4, observedAt: noon + 1 }, { likes: 9, observedAt: noon + 2 })
    expect(finish()[0]).toMatchObject({ interactions: -1, corrections: 6 })
  })

  it('marks the posts that are off, and names the rules', () => {
    const { observe, finish } = aDriver()
    for (let post = 0; post < 9; post++) observe({ postId: `p${post}`, likes: post === 4 ? 900 : 10 + post })
    const [row] = finish().filter(({ window, term }) => window === 'hour' && term === '*')
    expect(row).toMatchObject({ outliersByRobustZ: ['p4'], outliersByIqr: ['p4'] })
    expect(row?.outlierRule).toMatch(/robustZ: .* > 3.5; iqr: .* 1.5 IQR/)
  })

  it('calls an observation late whose windows are closed, and keeps it in the stream of changes', () => {
    const { driver, observe } = aDriver()
    observe({ postId: 'a', likes: 1, observedAt: noon }, { postId: 'a', likes: 9, observedAt: noon + days(5) })
    driver.run()
    observe({ postId: 'a', likes: 4, observedAt: noon + 1 })
    expect(new Set(driver.read(late).map(({ value }) => value.reason))).toEqual(new Set(['window-closed']))
    expect(driver.read(postEngagements).map(({ value: { sign, likesGained } }) => [sign, likesGained])).toEqual([
      [1, null],
      [1, 8],
      [1, 3],
      [-1, 8],
      [1, 5],
    ])
  })

  it('keeps what it cannot use as dead letters', () => {
    const { driver } = aDriver()
    const value = anEngagement({ observedAt: noon })
    driver.pipe(
      engagements,
      { key: 'other', value, timestamp: noon },
      { key: 'x', value: new Uint8Array([9]), timestamp: noon },
    )
    driver.pipe(engagements, { key: value.postId, value, timestamp: noon - 1 })
    expect(
      driver
        .read(deadLetters)
        .map(({ value: { reason } }) => reason)
        .sort(),
    ).toEqual(['invalid', 'invalid', 'undecodable'])
  })

  it('comes to what plain code makes of the raw observations, in any order, repetition, cut, restart and crash', () => {
    const count = fc.option(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50_000 })), { nil: null })
    const observation = fc.record({
      postId: fc.constantFrom('a', 'b', 'c'),
      observedAt: fc.integer({ min: 0, max: 19 }).map((step) => noon + step * minutes(10)),
      ...{ likes: count, comments: count, shares: count, views: count, reach: count, followers: count },
    })
    const posts: readonly Partial<Mention>[] = [
      { postId: 'a', region: '15' },
      { postId: 'b', terms: [{ term: 'juane', kind: 'dish' }], createdAt: noon - hours(2) },
    ]
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 14 }), fc.integer(), fc.nat(14), (given, seed, place) => {
        const { driver, observe, tell, finish } = aDriver(seed)
        const choose = choices(seed)
        // the newest comes first and all within the grace of the longest window: nothing is late for it
        const all = given.map((fields) => anEngagement(fields))
        observe(...all.slice(0, place))
        shake(driver, choose)
        tell(...posts)
        shake(driver, choose)
        observe(...all.slice(place), ...all)
        shake(driver, choose)
        const expected = ['a', 'b', 'c'].flatMap((postId) => {
          const post = posts.find((each) => each.postId === postId)
          return standingRows(
            postId,
            all.filter((each) => each.postId === postId),
            post === undefined ? null : aMention({ createdAt: noon - hours(1), ...post }),
          )
        })
        const days = (rows: readonly Partial<EngagementMetric>[]) => rows.filter(({ window }) => window === 'day')
        const finals = finish()
          .filter(({ observations }) => observations > 0)
          .map(bare)
        expect(shown(days(finals))).toEqual(shown(days(windowRows(expected))))
      }),
      { numRuns: 60 },
    )
  })
})
