import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Engagement } from '../../schemas/engagement.js'
import { readSchemas } from '../../schemas/files.js'
import type { Mention } from '../../schemas/mention.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import { engagementMetrics, engagements, mentions, publicTopics } from '../../schemas/topics.js'
import { validateEngagement, validatePost } from '../../schemas/validate.js'
import { choices } from '../../streams/engine/testing/choices.js'
import { TopologyTestDriver } from '../../streams/engine/testing/topology-test-driver.js'
import { days, minutes } from '../../streams/engine/time.js'
import { projectPath } from '../../streams/project.js'
import { engagement } from '../../streams/topologies/index.js'
import { memoryRegistry } from '../support/memory-registry.js'
import { aMention } from '../support/records.js'
import { standingRows, windowRows } from '../verify/oracle/engagement.js'

const linesOf = (file: string): readonly unknown[] =>
  gunzipSync(readFileSync(projectPath(`samples/${file}`)))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const observations = linesOf('engagements.jsonl.gz')
  .map(validateEngagement)
  .flatMap((each) => (each.kind === 'valid' ? [each.value] : []))
const observed = new Set(observations.map(({ postId }) => postId))
/** The posts as mentions: every third names a term, every fifth a region. */
const posts: readonly Mention[] = linesOf('posts.jsonl.gz')
  .map(validatePost)
  .flatMap((each) => (each.kind === 'valid' && observed.has(each.value.postId) ? [each.value] : []))
  .map(({ postId, createdAt }, index) =>
    aMention({
      ...{ postId, createdAt, region: index % 5 === 0 ? '15' : null },
      terms: index % 3 === 0 ? [{ term: '#elecciones2020', kind: 'hashtag' }] : [],
    }),
  )

let serdes: RegisteredSerdes
beforeAll(async () => {
  serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), publicTopics)
})

/** Mixes within stretches of so many: what platforms and networks do to the order. */
function mixed(given: readonly Engagement[], stretch: number, choose: (count: number) => number) {
  return Array.from({ length: Math.ceil(given.length / stretch) }, (_, index) => {
    const part = given.slice(index * stretch, (index + 1) * stretch)
    for (let at = part.length - 1; at > 0; at--) {
      const other = choose(at + 1)
      const [one, two] = [part[at] as Engagement, part[other] as Engagement]
      part[at] = two
      part[other] = one
    }
    return part
  }).flat()
}

describe('the sample observations through the topology', () => {
  it.each([
    ['in order', 0],
    ['out of order, half of them twice, before and after their posts', 1],
    ['the same in another order, over three partitions', 2],
  ])('come to what plain code makes of them: %s', (_, seed) => {
    const choose = choices(seed)
    const driver = new TopologyTestDriver(engagement, {
      serdes,
      partitions: seed + 1,
      settings: { idleAfter: 1_000 },
      now: Date.UTC(2022, 0, 20, 6),
    })
    const tell = (some: readonly Mention[]) =>
      driver.pipe(mentions, ...some.map((value) => ({ key: value.postId, value, timestamp: value.createdAt })))
    const observe = (some: readonly Engagement[]) =>
      driver.pipe(engagements, ...some.map((value) => ({ key: value.postId, value, timestamp: value.observedAt })))
    const half = seed === 0 ? posts.length : posts.length / 2
    tell(posts.slice(0, half))
    observe(seed === 0 ? observations : mixed(observations, 5_000, choose))
    driver.run()
    tell(posts.slice(half))
    if (seed > 0) observe(mixed(observations.slice(2_000, 6_500), 3_000, choose))
    for (let silent = 0; silent < 4; silent++) driver.advanceClock(minutes(1))
    driver.advanceClock(days(3))

    const standing = posts.flatMap((post) =>
      standingRows(
        post.postId,
        observations.filter(({ postId }) => postId === post.postId),
        post,
      ),
    )
    const finals = driver
      .read(engagementMetrics)
      .flatMap(({ value }) => (value.isFinal && value.observations > 0 && value.window === 'day' ? [value] : []))
      .map(({ isFinal, revision, outliersByRobustZ, outliersByIqr, outlierRule, ...row }) => row)
    const shown = (rows: readonly object[]) =>
      rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort()
    expect(finals.length).toBeGreaterThan(4)
    expect(shown(finals)).toEqual(shown(windowRows(standing).filter(({ window }) => window === 'day')))
  })
})
