import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Engagement } from '../../schemas/engagement.js'
import type { Mention } from '../../schemas/mention.js'
import type { PostEngagement } from '../../schemas/post-engagement.js'
import { engagements } from '../../schemas/topics.js'
import { aMention, anEngagement } from '../../tests/support/records.js'
import { aRecord } from '../../tests/support/stream-record.js'
import { standingRows } from '../../tests/verify/oracle/engagement.js'
import type { Heard } from './decoder.js'
import { mostOpen, type ObservedPost } from './observed-post.js'
import { postEngagements } from './post-engagements.js'

const id = 'file:1'
const minute = 60_000
const seen = (at: number, counts: Partial<Engagement> = {}): Heard => ({
  kind: 'observation',
  engagement: anEngagement({ observedAt: at * minute, ...counts }),
})
const told = (fields: Partial<Mention> = {}): Heard => ({
  kind: 'mention',
  mention: aMention({ createdAt: 0, ...fields }),
})

/** Runs what is heard of one post; gives the changes, the reasons of drops and how many were late. */
function run(heard: readonly Heard[], streamTimes: readonly number[] = []) {
  let state: ObservedPost | undefined
  const changes: { readonly value: PostEngagement; readonly timestamp: number; readonly streamTime: number }[] = []
  const drops: string[] = []
  let late = 0
  for (const [index, value] of heard.entries()) {
    const timestamp = value.kind === 'mention' ? value.mention.createdAt : value.engagement.observedAt
    const streamTime = streamTimes[index] ?? timestamp
    const [next, outcomes] = postEngagements.onRecord(
      state,
      aRecord(engagements, value, { key: id, timestamp, streamTime }),
    )
    expect(outcomes.length).toBeGreaterThan(0)
    state = next
    for (const outcome of outcomes) {
      if (outcome.kind === 'forward') changes.push(outcome.record)
      else if (outcome.kind === 'drop') drops.push(outcome.reason)
      else late += 1
    }
  }
  return { changes, drops, late, state }
}

/** What the changes come to: rows whose signs add up to 1, the others to 0. */
function standing(changes: readonly { readonly value: PostEngagement }[]): readonly unknown[] {
  const sums = new Map<string, number>()
  for (const { value } of changes) {
    const row = JSON.stringify({ ...value, sign: 1 })
    sums.set(row, (sums.get(row) ?? 0) + value.sign)
  }
  const rows = [...sums].filter(([, sum]) => sum !== 0)
  expect(rows.every(([, sum]) => sum === 1)).toBe(true)
  return rows.map(([row]): PostEngagement => JSON.parse(row)).sort((a, b) => a.observedAt - b.observedAt)
}
const gains = (heard: readonly Heard[]) =>
  run(heard).changes.map(({ value: { sign, observedAt, likesGained } }) => [sign, observedAt / minute, likesGained])

describe('increments', () => {
  it('are what was added since the observation before', () => {
    expect(gains([seen(1, { likes: 5 }), seen(2, { likes: 8 }), seen(4, { likes: 8 })])).toEqual([
      [1, 1, null],
      [1, 2, 3],
      [1, 4, 0],
    ])
  })

  it('are below 0 where a platform takes reactions back', () => {
    expect(gains([seen(1, { likes: 5 }), seen(2, { likes: 3 })]).at(-1)).toEqual([1, 2, -2])
  })

  it('are divided anew when an older observation comes late, and add up to the same', () => {
    expect(gains([seen(1, { likes: 5 }), seen(3, { likes: 9 }), seen(2, { likes: 6 })]).slice(2)).toEqual([
      [1, 2, 1],
      [-1, 3, 4],
      [1, 3, 3],
    ])
  })

  it('skip observations that do not tell the counter', () => {
    expect(gains([seen(1, { likes: 5 }), seen(2, { views: 7 }), seen(3, { likes: 9 })]).map((row) => row[2])).toEqual([
      null,
      null,
      4,
    ])
  })

  it('begin with what had gathered since publication, which is told apart', () => {
    const [first] = run([told(), seen(60, { likes: 6, shares: 0 })]).changes
    expect(first?.value).toMatchObject({
      opening: true,
      interactionsOpened: 6,
      interactionsGained: null,
      since: 0,
      velocity: 6,
    })
  })
})

describe('an observation', () => {
  it('counts once, however often it is delivered', () => {
    const { changes, drops } = run([seen(1, { likes: 5 }), seen(1, { likes: 5 })])
    expect([changes.length, drops]).toEqual([1, ['duplicate']])
  })

  it('has no rate where the denominator is missing or 0, and a rate of 0 where nobody reacted', () => {
    const rates = [{ likes: 1 }, { likes: 1, views: 0, reach: 0 }, { likes: 0, views: 4 }].map(
      (counts) => run([seen(1, counts)]).changes[0]?.value,
    )
    expect(
      rates.map((row) => [row?.engagementRateByViews, row?.engagementRateByReach, row?.engagementRateByFollowers]),
    ).toEqual([
      [null, null, null],
      [null, null, null],
      [0, null, null],
    ])
  })

  it('is completed in the imputed columns alone', () => {
    const last = run([seen(1, { likes: 1, views: 10 }), seen(2, { likes: 2 })]).changes.at(-1)?.value
    expect(last).toMatchObject({ views: null, viewsImputed: 10, viewsGained: null, engagementRateByViews: null })
  })

  it('counts no reactions beside views of 0, which nobody counted, until there are views', () => {
    const { changes } = run([
      seen(1, { likes: 9, views: 0, reach: 0 }),
      seen(2, { likes: 10, views: 0 }),
      seen(3, { likes: 12, views: 40 }),
    ])
    expect(
      changes.map(({ value }) => [value.viewedInteractions, value.viewedViews, value.reachedInteractions]),
    ).toEqual([
      [null, null, null],
      [null, null, null],
      [12, 40, null],
    ])
  })

  it('compares sums of the same reactions only', () => {
    const last = run([seen(1, { likes: 9, views: 10 }), seen(2, { likes: 9, comments: 5, views: 20 })]).changes.at(-1)
    expect(last?.value).toMatchObject({ viewedInteractions: null, viewedViews: null, velocity: null })
  })

  it('stands before its post is known, and is given anew with the terms of the post', () => {
    const { changes } = run([seen(1, { likes: 5 }), told({ terms: [{ term: 'juane', kind: 'dish' }] })])
    expect(changes.map(({ value }) => [value.sign, value.terms.length, value.createdAt])).toEqual([
      [1, 0, null],
      [-1, 0, null],
      [1, 1, 0],
    ])
  })

  it('is taken back with its post, and dropped after that', () => {
    const { changes, drops } = run([told(), seen(1, { likes: 5 }), told({ sign: -1 }), seen(2, { likes: 6 })])
    expect(standing(changes)).toEqual([])
    expect(drops).toEqual(['no-match', 'deleted'])
  })

  it('is too late once so many newer ones came that it can no longer be put among them', () => {
    const many = Array.from({ length: mostOpen + 5 }, (_, index) => seen(10 + index, { likes: index }))
    const { late, state, changes } = run([...many, seen(3, { likes: 1 }), seen(12, { likes: 1 })])
    expect(late).toBe(2)
    expect(state?.[2]).toHaveLength(mostOpen)
    expect(standing(changes)).toHaveLength(mostOpen + 5)
  })
})

describe('the stream of changes', () => {
  it('carries the time of the observation, and the stream time of all that has a part in it', () => {
    const { changes } = run([seen(1, { likes: 5 }), told()], [70 * minute, 90 * minute])
    expect(changes.map(({ timestamp, streamTime }) => [timestamp / minute, streamTime / minute])).toEqual([
      [1, 70],
      [1, 90],
      [1, 90],
    ])
    const inOrder = run([told(), seen(1, { likes: 5 })], [90 * minute, 70 * minute]).changes
    expect(inOrder.map(({ streamTime }) => streamTime / minute)).toEqual([90])
  })

  const count = fc.option(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_000 })), { nil: null })
  const observation = fc
    .record({
      observedAt: fc.integer({ min: 1, max: 12 }).map((at) => at * minute),
      ...{ likes: count, comments: count, shares: count, views: count, reach: count, followers: count },
      source: fc.constantFrom('a', 'b'),
    })
    .map((fields): Heard => ({ kind: 'observation', engagement: anEngagement(fields) }))
  const observations = (heard: readonly Heard[]) =>
    heard.flatMap((each) => (each.kind === 'observation' ? [each.engagement] : []))

  /** The rows that plain code gives. */
  const rowsOf = (
    observed: readonly Engagement[],
    post: Omit<NonNullable<Parameters<typeof standingRows>[2]>, 'author'>,
  ) => standingRows(id, observed, { ...post, author: aMention().author })

  it('comes to what plain code makes of the raw observations, in whatever order and however often they come', () => {
    fc.assert(
      fc.property(
        fc
          .array(observation, { maxLength: 12 })
          .chain((all) =>
            fc.tuple(
              fc.constant(all),
              fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
              fc.nat(all.length * 2),
            ),
          ),
        ([all, shuffled, place]) => {
          const post = { createdAt: 0, region: '15', terms: [{ term: 'juane', kind: 'dish' as const }] }
          const heard = [...shuffled.slice(0, place), told(post), ...shuffled.slice(place)]
          expect(standing(run(heard).changes)).toEqual(rowsOf(observations(all), post))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('comes to the last version of the post, or to nothing when it is gone', () => {
    const versions = fc.array(fc.constantFrom<'edit' | 'delete' | 'seen'>('edit', 'delete', 'seen'), { maxLength: 10 })
    fc.assert(
      fc.property(versions, fc.array(observation, { minLength: 10, maxLength: 10 }), (steps, given) => {
        const heard: Heard[] = [told({ revision: 1 })]
        let revision: number | null = 1
        for (const [index, step] of steps.entries()) {
          if (step === 'seen') heard.push(given[index] as Heard)
          else {
            if (revision !== null) heard.push(told({ revision, sign: -1, region: `${revision}` }))
            revision = step === 'edit' ? index + 2 : null
            if (revision !== null) heard.push(told({ revision, region: `${revision}` }))
          }
        }
        const region = revision === 1 ? null : `${revision}`
        const post = { createdAt: 0, region, terms: aMention().terms }
        const expected = revision === null ? [] : rowsOf(observations(heard), post)
        expect(standing(run(heard).changes)).toEqual(expected)
      }),
    )
  })

  it('is the same for the open observations after older ones were settled', () => {
    const many = fc.array(observation, { minLength: mostOpen + 20, maxLength: mostOpen + 20 })
    fc.assert(
      fc.property(many, (given) => {
        const heard = given.map(
          (each, index): Heard =>
            each.kind === 'observation'
              ? { ...each, engagement: { ...each.engagement, observedAt: (index + 1) * minute } }
              : each,
        )
        const { changes } = run([told(), ...heard])
        const post = { createdAt: 0, region: null, terms: aMention().terms }
        expect(standing(changes)).toEqual(rowsOf(observations(heard), post))
      }),
      { numRuns: 20 },
    )
  })
})
