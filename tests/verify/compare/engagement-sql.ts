import type { Engagement } from '../../../schemas/engagement.js'
import type { Instance } from '../../../streams/app/instance.js'
import { type Cell, type Compared, RowComparison } from '../comparison.js'
import { numberOf, queried } from '../reading.js'
import { key } from './figures.js'

const counters = ['likes', 'comments', 'shares', 'views', 'reach', 'followers'] as const
const reactions = ['likes', 'comments', 'shares'] as const
const earlier = '(PARTITION BY postId ORDER BY observedAt ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)'
const figureOf = (cell: unknown): Cell => (cell === null ? null : numberOf(cell))

/** A statement through the ClickHouse interface, which verifications may write to. @throws Error with what it says */
export async function execute(clickhouse: string, statement: string, body = ''): Promise<void> {
  const answer = await fetch(`${clickhouse}?query=${encodeURIComponent(statement)}`, { method: 'POST', body })
  if (!answer.ok) throw new Error(await answer.text())
}

/** What was sent, as it was sent, in a table of its own. */
export async function writeObservations(clickhouse: string, observations: readonly Engagement[]): Promise<void> {
  await execute(clickhouse, 'DROP TABLE IF EXISTS pulso.sent_observations')
  await execute(
    clickhouse,
    `CREATE TABLE pulso.sent_observations (postId String, observedAt Int64,
       ${counters.map((name) => `${name} Nullable(Int64)`).join(', ')}) ENGINE = MergeTree ORDER BY (postId, observedAt)`,
  )
  for (let from = 0; from < observations.length; from += 5_000) {
    const rows = observations
      .slice(from, from + 5_000)
      .map(({ source, simulated, ...row }) => `${JSON.stringify(row)}\n`)
    await execute(clickhouse, 'INSERT INTO pulso.sent_observations FORMAT JSONEachRow', rows.join(''))
  }
}

/** Sum of those that are told; null when none is. */
const told = (names: readonly string[]): string =>
  `if(${names.map((name) => `isNull(${name})`).join(' AND ')}, NULL, ${names.map((name) => `ifNull(${name}, 0)`).join(' + ')})`

/** What interactions and the denominator grew by together: of the observations alone that tell both, it above 0. */
const pairs = (denominator: 'views' | 'reach') => `
  SELECT postId, observedAt,
    if(place = 1 OR shape = shapeBefore, interactions - if(place = 1, 0, interactionsBefore), NULL) AS above,
    if(place = 1 OR shape = shapeBefore, ${denominator} - if(place = 1, 0, denominatorBefore), NULL) AS below
  FROM (
    SELECT postId, observedAt, interactions, ${denominator}, shape, row_number() OVER byTime AS place,
      lagInFrame(interactions) OVER byTime AS interactionsBefore, lagInFrame(${denominator}) OVER byTime AS denominatorBefore,
      lagInFrame(shape) OVER byTime AS shapeBefore
    FROM instants WHERE isNotNull(interactions) AND ${denominator} > 0
    WINDOW byTime AS (PARTITION BY postId ORDER BY observedAt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  )`

const sums = [
  ...['observations', 'posts', 'likes', 'comments', 'shares', 'views', 'reach', 'interactions', 'interactionsOpened'],
  ...['corrections', 'viewedInteractions', 'viewedViews', 'reachedInteractions', 'reachedReach'],
]

/**
 * Two ways of the store itself: increments and the parts of rates by hour, term and region in plain SQL over the
 * observations as they were sent and the mentions that stand and are remembered, against the view of what the stream gave.
 */
export async function compareEngagementInSql(instance: Instance, yearBefore: number): Promise<Compared> {
  const plain = await queried(
    instance,
    `WITH instants AS (
       SELECT postId, observedAt, ${counters.map((name) => `max(o.${name}) AS ${name}`).join(', ')},
         ${told(reactions)} AS interactions, concat(${reactions.map((name) => `toString(isNull(${name}))`).join(', ')}) AS shape
       FROM pulso.sent_observations AS o
       WHERE postId NOT IN (SELECT postId FROM pulso.mentions
         WHERE createdAt > fromUnixTimestamp64Milli(${yearBefore}) AND postId NOT IN (SELECT postId FROM pulso.current_mentions))
       GROUP BY postId, observedAt
     ), before AS (
       SELECT *, ${counters.map((name) => `anyLast(${name}) OVER ${earlier} AS ${name}Before`).join(', ')} FROM instants
     ), gains AS (
       SELECT postId, observedAt, ${counters.map((name) => `${name} - ${name}Before AS ${name}Gained`).join(', ')},
         ${told(reactions.map((name) => `(${name} - ${name}Before)`))} AS interactionsGained,
         ${told(reactions.map((name) => `if(isNull(${name}Before), ${name}, NULL)`))} AS interactionsOpened
       FROM before
     ), viewed AS (${pairs('views')}), reached AS (${pairs('reach')}), standing AS (
       SELECT postId, arrayConcat([('*', 'all')], any(terms)) AS terms,
         if(isNull(any(region)), ['*'], ['*', assumeNotNull(toString(any(region)))]) AS regions
       FROM pulso.current_mentions
       WHERE createdAt > fromUnixTimestamp64Milli(${yearBefore}) GROUP BY postId
     )
     SELECT counted.1 AS name, counted.2 AS kind, counted.3 AS place, intDiv(g.observedAt, 3600000) * 3600000 AS start,
       count() AS observations, uniqExact(g.postId) AS posts, sum(likesGained), sum(commentsGained), sum(sharesGained),
       sum(viewsGained), sum(reachGained), sum(interactionsGained), sum(g.interactionsOpened),
       sum(greatest(0, -ifNull(interactionsGained, 0))), sum(v.above), sum(v.below), sum(r.above), sum(r.below)
     FROM gains AS g
     LEFT JOIN viewed AS v ON v.postId = g.postId AND v.observedAt = g.observedAt
     LEFT JOIN reached AS r ON r.postId = g.postId AND r.observedAt = g.observedAt
     LEFT JOIN standing AS s ON s.postId = g.postId
     ARRAY JOIN arrayFlatten(arrayMap(
       each -> arrayMap(place -> (each.1, each.2, place), if(empty(s.regions), ['*'], s.regions)),
       if(empty(s.terms), [('*', 'all')], s.terms))) AS counted
     GROUP BY name, kind, place, start SETTINGS join_use_nulls = 1`,
  )
  const placed = (row: readonly unknown[]): [string, readonly Cell[]] => {
    const [term, kind, region, start, ...cells] = row
    return [key(term, kind, region, numberOf(start)), cells.map(figureOf)]
  }
  const rows = new RowComparison(
    'SQL over what was observed = engagement_by_hour_view',
    sums,
    new Map(plain.map(placed)),
    (cells) => cells,
  )
  const sql = `SELECT term, kind, region, toUnixTimestamp64Milli(start), ${sums.join(', ')}
    FROM pulso.engagement_by_hour_view WHERE authorGroup = '*'`
  for (const row of await queried(instance, sql)) rows.take(...placed(row))
  return rows.end()
}
