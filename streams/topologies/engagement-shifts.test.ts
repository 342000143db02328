import { beforeAll, describe, expect, it } from '@jest/globals'
import { readSchemas } from '../../schemas/files.js'
import type { Mention } from '../../schemas/mention.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import type { Shift } from '../../schemas/shift.js'
import { mentions, postEngagements, publicTopics, shifts } from '../../schemas/topics.js'
import { memoryRegistry } from '../../tests/support/memory-registry.js'
import { gains, newsMention, newsPosts } from '../../tests/support/news.js'
import { choices } from '../engine/testing/choices.js'
import { TopologyTestDriver } from '../engine/testing/topology-test-driver.js'
import { days, hours, minutes } from '../engine/time.js'
import { projectPath } from '../project.js'
import { engagementShifts } from './index.js'

let serdes: RegisteredSerdes
beforeAll(async () => {
  serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), publicTopics)
})

const all = newsPosts()
const dishes = ['ceviche', 'lomo saltado', 'causa']
const moods = ['negative', 'neutral', 'neutral', 'positive'] as const
/** A number that a post always has, as good as random. */
const lot = (id: string, count: number): number => choices(Number(id.slice(-9)))(count)

/** Two weeks of real posts, each of which names one of three dishes, in a mood that does not depend on time. */
const background: readonly Mention[] = all
  .slice(0, 1_300)
  .map((post) => newsMention(post, [dishes[lot(post.id, 3)] ?? ''], moods[lot(`${post.id}1`, 4)] ?? 'neutral'))
const begin = background[0]?.createdAt ?? 0
const end = background.at(-1)?.createdAt ?? 0
const at = end - days(3)

/** Other real posts, as many within six hours, of a dish and in a mood. */
const planted = (count: number, mood: 'negative' | 'neutral'): readonly Mention[] =>
  all
    .slice(9_000, 9_000 + count)
    .map((post, index) =>
      newsMention({ ...post, created_at: at + Math.floor((index * hours(6)) / count) }, ['ceviche'], mood),
    )

interface Way {
  readonly partitions?: number
  readonly seed?: number
}

/** What is told of the mentions; each is observed ten minutes later, seen a thousand times and liked by 3 % of those. */
function told(given: readonly Mention[], { partitions = 1, seed }: Way = {}): readonly Shift[] {
  const choose = seed === undefined ? undefined : choices(seed)
  const driver = new TopologyTestDriver(engagementShifts, {
    ...{ serdes, partitions, settings: { bufferedRecords: 100_000 } },
    ...(choose === undefined ? {} : { choose: (count: number) => (choose(3) === 0 ? choose(count) : count - 1) }),
  })
  const sorted = given.toSorted((one, other) => one.createdAt - other.createdAt)
  for (const [index, mention] of sorted.entries()) {
    const { postId, createdAt } = mention
    driver.pipe(mentions, { key: postId, value: mention, timestamp: createdAt })
    const seen = createdAt + minutes(10)
    driver.pipe(postEngagements, {
      key: postId,
      value: gains(mention, seen, 1_000, 20 + lot(`${postId}7`, 20)),
      timestamp: seen,
    })
    if (choose === undefined || index % 200 > 0) continue
    for (let steps = choose(8); steps > 0; steps -= 1) driver.step()
    if (choose(3) === 0) driver.restart()
    if (choose(4) === 0) driver.crash()
  }
  // Time goes on in every partition.
  const last = aMentionAt(end + hours(1))
  for (let partition = 0; partition < partitions; partition++) {
    driver.pipe(mentions, { key: 'last', value: last, timestamp: last.createdAt, partition })
    driver.pipe(postEngagements, {
      ...{ key: 'last', value: gains(last, last.createdAt, 1_000, 30), timestamp: last.createdAt, partition },
    })
  }
  return driver.read(shifts).map(({ key, value }) => {
    expect(key).toBe(value.shiftId)
    return value
  })
}

const aMentionAt = (createdAt: number): Mention =>
  newsMention({ id: 'last', created_at: createdAt, author: 'last', text: 'last' }, [], 'neutral')

/** No real post within the time: the source says nothing. */
const silentFrom = end - days(2)

describe('shifts in real posts', () => {
  it('there are none while all is as usual', () => {
    expect(end - begin).toBeGreaterThan(days(12))
    expect(told(background)).toEqual([])
  })

  it('a planted one is told within two hours, named, shown by its posts and closed, under one identity', () => {
    const posts = planted(90, 'neutral')
    const given = told([...background, ...posts]).filter(({ term }) => term === 'ceviche')
    const [opened] = given
    const closed = given.at(-1)
    expect(opened).toMatchObject({ state: 'opened', shift: 'spike', kind: 'dish', region: '*' })
    expect(opened?.start).toBeGreaterThanOrEqual(at - minutes(15))
    expect(opened?.end).toBeLessThanOrEqual(at + hours(2))
    expect(new Set(given.map(({ shiftId }) => shiftId)).size).toBe(1)
    expect(given.map(({ revision }) => revision)).toEqual(given.map((_, index) => index + 1))
    expect(given.map(({ state }) => state)).toEqual(
      given.map((_, index) => (index === 0 ? 'opened' : index === given.length - 1 ? 'closed' : 'updated')),
    )
    expect(closed?.end).toBeLessThan(at + hours(18))
    expect(closed?.evidence.length).toBe(5)
    const ids = new Set(posts.map(({ postId }) => postId))
    expect(closed?.evidence.filter((id) => ids.has(id)).length).toBeGreaterThanOrEqual(4)
    expect(closed?.topAuthorShare).toBeLessThan(0.5)
    expect(closed?.pushed).toBeGreaterThanOrEqual(closed?.topAuthorShare ?? 1)
  })

  it('a source from which nothing comes any more is silent, which is no drop of what it talked of, until it speaks', () => {
    const busy = background.filter(({ createdAt }) => createdAt < silentFrom || createdAt > silentFrom + days(1))
    const given = told(busy)
    expect(given.map(({ shift }) => shift)).toContain('silence')
    expect(new Set(given.map(({ term }) => term))).toEqual(new Set(['*']))
    expect(new Set(given.map(({ source }) => source)).size).toBe(1)
    expect(given.find(({ shift }) => shift === 'silence')).toMatchObject({
      state: 'opened',
      severity: 'high',
      observed: 0,
    })
    // at its end it is still the silence of which it was told, and what is said again is no part of it
    const { shiftId } = given.find(({ shift }) => shift === 'silence') ?? {}
    const silence = given.filter((shift) => shift.shiftId === shiftId)
    expect(new Set(silence.map(({ shift }) => shift))).toEqual(new Set(['silence']))
    const closed = silence.at(-1)
    expect(closed).toMatchObject({ state: 'closed', severity: 'high', observed: 0 })
    expect(closed?.start).toBeGreaterThanOrEqual(silentFrom + days(1) - minutes(15))
    expect(given.filter(({ shift, effect }) => shift !== 'silence' && effect < 0)).toEqual([])
  })

  it('are the same in other batch cuts, with restarts and crashes, and with other numbers of partitions', () => {
    const given = [...background, ...planted(90, 'negative')]
    const inOrder = (shiftsGiven: readonly Shift[]) => shiftsGiven.map((shift) => JSON.stringify(shift)).toSorted()
    const expected = inOrder(told(given))
    expect(expected.length).toBeGreaterThan(4)
    expect(inOrder(told(given, { seed: 1 }))).toEqual(expected)
    expect(inOrder(told(given, { partitions: 3, seed: 2 }))).toEqual(expected)
  })
})
