import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Board } from '../../schemas/board.js'
import { readSchemas } from '../../schemas/files.js'
import type { Mention } from '../../schemas/mention.js'
import { createSerdes } from '../../schemas/serdes.js'
import { mentions as mentionsTopic, posts, publicTopics, reviews } from '../../schemas/topics.js'
import { validatePost } from '../../schemas/validate.js'
import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { mentionRow, shiftRow, trendRows } from '../../sinks/clickhouse/rows.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { TopologyTestDriver } from '../../streams/engine/testing/topology-test-driver.js'
import { projectPath } from '../../streams/project.js'
import { aspectPassages } from '../../streams/topologies/aspect-passages.js'
import { consumerTrends } from '../../streams/topologies/index.js'
import { memoryRegistry } from '../support/memory-registry.js'
import { aShift } from '../support/records.js'
import { scratchFolder } from '../support/scratch.js'
import { trendsOf } from '../support/serving.js'

const hour = 3_600_000
const day = 24 * hour
/** Midnight in Lima after what is replayed: eight weeks, of which the last one, or the last four, are told of. */
export const until = Date.UTC(2022, 0, 20, 5)
export const weeks = (count: number) => ({ window: 'day', from: until - count * 7 * day, until }) as const
export const period = weeks(1)

const published = gunzipSync(readFileSync(projectPath('samples/posts.jsonl.gz')))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => validatePost(JSON.parse(line)))
  .flatMap((each) => (each.kind === 'valid' ? [each.value] : []))
  .filter(({ createdAt }) => createdAt >= until - 57 * day && createdAt < until)

const labels = ['negative', 'neutral', 'positive'] as const
interface Spoken {
  readonly text: string
  readonly aspects: readonly { readonly category: string; readonly polarity: (typeof labels)[number] }[]
}
/** Sentences on restaurants with what they say of each aspect. */
const spoken: readonly Spoken[] = readFileSync(projectPath('models/evaluation/data/reviews-es.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const aspectOf = (category: string) => (category === 'staff' ? 'service' : category)
const blame = spoken.filter(({ aspects }) =>
  aspects.some(({ category, polarity }) => aspectOf(category) === 'service' && polarity === 'negative'),
)
/** Three weeks of reviews, in the last of which four in five blame the service. */
const reviewed = Array.from({ length: 240 }, (_, index) => {
  const isLast = index < 120
  const from = isLast && index % 5 > 0 ? blame : spoken
  const days = isLast ? index % 7 : 7 + (index % 14)
  return {
    ...{ reviewId: `r${index}`, source: 'twitter', author: `guest${index % 50}`, stars: null, place: null },
    ...{ createdAt: until - days * day - hour - index * 60_000, editedAt: null, language: null, url: null },
    ...{ region: index % 3 === 0 ? null : '1501', simulated: false },
    text: `${from[(index * 7) % from.length]?.text ?? ''} Visita ${index}: un café.`,
  }
})

/** A mood that a text always has: of some dishes a bad one, so that there is something to say. */
const scored = (text: string) => {
  const lot = [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7)
  const label = /elecciones/i.test(text) ? 'positive' : (labels[lot % 3] ?? 'neutral')
  const known = spoken.find((one) => text.startsWith(one.text))
  const aspects = aspectPassages(text).map(({ aspect }) => ({
    aspect,
    label: known?.aspects.find(({ category }) => aspectOf(category) === aspect)?.polarity ?? 'neutral',
    confidence: 0.8,
  }))
  return { label, confidence: 0.8, scores: [0.1, 0.1, 0.8] as const, sure: true, model: 'test@1', aspects }
}

const partitions = 2
/** A row with a place in the topic of mentions, of which there are as many as rows before it. */
export const placedRow = (mention: Mention, index: number) =>
  mentionRow(mention, { partition: index % partitions, offset: Math.floor(index / partitions) })

/** What is told of, in a store and as it was counted. */
export interface Told {
  readonly store: AnalyticsStore
  readonly mentions: readonly Mention[]
  close(): Promise<void>
}

/** Runs posts and reviews through the topology of trends, and writes what comes of it. */
export async function told(): Promise<Told> {
  const scratch = scratchFolder()
  const serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), publicTopics)
  const driver = new TopologyTestDriver(consumerTrends, {
    ...{ serdes, partitions: 2, settings: { bufferedRecords: 100_000 } },
    services: { sentiment: (items) => items.map((text) => ({ kind: 'ok' as const, value: scored(String(text)) })) },
  })
  for (const post of published) driver.pipe(posts, { key: post.postId, value: post, timestamp: post.createdAt })
  for (const review of reviewed)
    driver.pipe(reviews, { key: review.reviewId, value: review, timestamp: review.createdAt })
  const mentions = driver.read(mentionsTopic).map(({ value }) => value)
  const store = await openEmbeddedStore({ dir: scratch.dir })
  await store.migrate()
  await store.write({ table: 'mentions', rows: mentions.map(placedRow), token: 'mentions' })
  await store.write({ table: 'trends', rows: trendRows(trendsOf(mentions)), token: 'trends' })
  const evidence = mentions.slice(-3).map(({ postId }) => postId)
  const shift = aShift({
    shiftId: 'told',
    term: 'ceviche',
    start: until - hour,
    end: until,
    openedAt: until - hour,
    evidence,
  })
  await store.write({ table: 'shifts', rows: [shiftRow(shift)], token: 'shifts' })
  return {
    store,
    mentions,
    close: async () => {
      await store.close()
      scratch.remove()
    },
  }
}

/** What is counted. */
export interface Of {
  readonly term: string | null
  readonly aspect?: string | null
  readonly region: string
  readonly board: Board | null
}

/** Mentions by plain counting, apart from any SQL. */
export function standingOf(
  mentions: readonly Mention[],
  { term, aspect = null, region, board }: Of,
  start: number,
  end: number,
): readonly Mention[] {
  return mentions.filter(
    (one) =>
      one.createdAt >= start &&
      one.createdAt < end &&
      one.repostOf === null &&
      (region === '*' || one.region === region) &&
      (term === null || one.terms.some((each) => `${each.kind} ${each.term}` === term)) &&
      (aspect === null || one.aspects.some((each) => each.aspect === aspect)) &&
      (board === null ||
        (board.sources.includes(one.source) &&
          one.terms.some((each) => board.terms.some(({ term: own }) => own === each.term)))),
  )
}
/** What a mention says, of the aspect where one is meant. */
export const labelOf = ({ sentiment, aspects }: Mention, aspect: string | null = null) =>
  aspect === null ? sentiment?.label : aspects.find((one) => one.aspect === aspect)?.label
export const balanceOf = (some: readonly Mention[], aspect: string | null = null) =>
  some.reduce((sum, one) => sum + labels.indexOf(labelOf(one, aspect) ?? 'neutral') - 1, 0) / some.length
export const labelsOf = (some: readonly Mention[], aspect: string | null) => {
  const many = (label: string) => some.filter((one) => labelOf(one, aspect) === label).length
  return { negative: many('negative'), neutral: many('neutral'), positive: many('positive') }
}

export const aBoard: Board = {
  ...{
    boardId: 'b',
    name: 'Lima <b>y</b> café',
    revision: 1,
    regions: [],
    sources: ['twitter'],
    span: null,
    updatedAt: 0,
    updatedBy: null,
  },
  terms: [
    { term: 'Lima', kind: 'place' },
    { term: 'café', kind: 'dish' },
    { term: '#elecciones2020', kind: 'hashtag' },
  ],
}
