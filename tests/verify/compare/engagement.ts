import type { Instance } from '../../../streams/app/instance.js'
import { type Cell, type Compared, RowComparison } from '../comparison.js'
import { engagementLayouts, figuresOver, placesOf, type Row } from '../oracle/engagement.js'
import type { EngagementWindow, ExpectedEngagement } from '../oracle/engagement-windows.js'
import { cellOf, numberOf, queried, shown } from '../reading.js'
import { key } from './figures.js'

const counters = ['likes', 'comments', 'shares', 'views', 'reach', 'followers'] as const
/** Columns of the table of observations, in words and in numbers. */
const texts = ['source', 'region', 'terms', 'authorGroup', 'opening', 'simulated'] as const
const times = ['createdAt', 'since'] as const
const numbers = [
  ...counters,
  'interactions',
  ...counters.map((counter) => `${counter}Imputed`),
  ...counters.slice(0, 5).map((counter) => `${counter}Gained`),
  ...['interactionsGained', 'interactionsOpened', 'viewedInteractions', 'viewedViews', 'reachedInteractions'],
  ...['reachedReach', 'velocity', 'engagementRateByViews', 'engagementRateByReach', 'engagementRateByFollowers'],
]

/** What a window says, beside where and when it is. */
export const windowSums = [
  ...['posts', 'observations', 'likes', 'comments', 'shares', 'views', 'reach', 'interactions', 'interactionsOpened'],
  ...['corrections', 'viewedInteractions', 'viewedViews', 'reachedInteractions', 'reachedReach'],
  ...['followedInteractions', 'followers', 'timedInteractions', 'observedMillis'],
]
const windowRates = [
  ...['engagementRateByViews', 'engagementRateByReach', 'engagementRateByFollowers', 'velocity', 'medianInteractions'],
]
const windowTexts = ['outliersByRobustZ', 'outliersByIqr', 'outlierRule']

/** A number or null, whatever the format wrote it as. */
const figureOf = (cell: unknown): Cell => (cell === null ? null : numberOf(cell))
const millis = (name: string) => `toUnixTimestamp64Milli(${name})`
const windowKey = (of: Readonly<Record<string, unknown>>): string =>
  key(of['term'], of['kind'], of['region'], of['authorGroup'], of['window'], of['start'])

/** Every row that stands in the table of observations, every column: the sum of the signs of each is 1. */
export async function compareStanding(instance: Instance, { standing }: ExpectedEngagement): Promise<Compared> {
  const columns = [...texts, ...times, ...numbers, 'sign']
  const expected = new Map(standing.map((row) => [key(row['postId'], row['observedAt']), row]))
  const cells = (row: Row): readonly Cell[] => [
    ...texts.map((name) => cellOf(row[name])),
    ...[...times, ...numbers].map((name) => figureOf(row[name])),
    1,
  ]
  const rows = new RowComparison('table post_engagements: what stands', columns, expected, cells)
  for (let part = 0; part < 8; part++) {
    const sql = `SELECT postId, ${millis('observedAt')}, ${texts.join(', ')}, ${times.map(millis).join(', ')},
        ${numbers.join(', ')}, sum(sign) AS net
      FROM pulso.post_engagements WHERE cityHash64(postId) % 8 = ${part} GROUP BY ALL HAVING net != 0`
    for (const [postId, observedAt, ...found] of await queried(instance, sql))
      rows.take(key(postId, numberOf(observedAt)), [
        ...found.slice(0, texts.length).map(cellOf),
        ...found.slice(texts.length).map(figureOf),
      ])
  }
  return rows.end()
}

/** The same in the topic, which says the author of the post as well. */
export async function compareStandingInTopic(instance: Instance, { standing }: ExpectedEngagement): Promise<Compared> {
  const columns = ['author', ...texts.slice(0, 2), ...times, ...numbers, 'sign']
  const cells = (row: Row): readonly Cell[] => columns.map((name) => cellOf(row[name]))
  const expected = new Map(standing.map((row) => [key(row['postId'], row['observedAt']), row]))
  const rows = new RowComparison('topic post-engagements: what stands', columns, expected, cells)
  const found = new Map<string, { readonly row: Row; net: number }>()
  for await (const { value } of shown(instance, 'post-engagements')) {
    // The topic's schema is that of changes.
    const row = value as Row
    const identity = JSON.stringify({ ...row, sign: 1 })
    const known = found.get(identity) ?? { row, net: 0 }
    found.set(identity, known)
    known.net += Number(row['sign'])
  }
  for (const { row, net } of found.values())
    if (net !== 0) rows.take(key(row['postId'], row['observedAt']), cells({ ...row, sign: net }))
  return rows.end()
}

/** Every final of engagement, in the table and each exactly once in the topic. */
export async function compareEngagementFinals(
  instance: Instance,
  { windows }: ExpectedEngagement,
): Promise<readonly Compared[]> {
  const finals = new Map([...windows].filter(([, { isFinal }]) => isFinal))
  const columns = ['end', ...windowSums, ...windowRates, ...windowTexts]
  const cellsOf = (row: Readonly<Record<string, unknown>>): readonly Cell[] => [
    ...['end', ...windowSums, ...windowRates].map((name) => figureOf(row[name])),
    ...windowTexts.map((name) => cellOf(row[name])),
  ]
  const table = new RowComparison('table engagement_metrics: finals', columns, finals, cellsOf)
  const sql = `SELECT term, kind, region, authorGroup, window, ${millis('start')}, ${millis('end')},
    ${[...windowSums, ...windowRates, ...windowTexts].join(', ')} FROM pulso.engagement_final`
  for (const [term, kind, region, authorGroup, window, start, ...found] of await queried(instance, sql)) {
    const numbersFound = found.length - windowTexts.length
    table.take(windowKey({ term, kind, region, authorGroup, window, start: numberOf(start) }), [
      ...found.slice(0, numbersFound).map(figureOf),
      ...found.slice(numbersFound).map(cellOf),
    ])
  }
  const topic = new RowComparison('topic engagement-metrics: each final once', columns, finals, cellsOf)
  for await (const { value } of shown(instance, 'engagement-metrics')) {
    // The topic's schema is that of windows.
    const found = value as EngagementWindow
    if (found.isFinal) topic.take(windowKey(found), cellsOf(found))
  }
  return [table.end(), topic.end()]
}

/** The sums by hour that are always right, what came too late for its window included. */
export async function compareHours(instance: Instance, { standing }: ExpectedEngagement): Promise<Compared> {
  const rows = new RowComparison('view engagement_by_hour_view', windowSums, hoursOf(standing), (row) =>
    windowSums.map((name) => figureOf(row[name])),
  )
  const sql = `SELECT term, kind, region, authorGroup, ${millis('start')}, ${windowSums.join(', ')}
    FROM pulso.engagement_by_hour_view`
  for (const [term, kind, region, authorGroup, start, ...found] of await queried(instance, sql))
    rows.take(key(term, kind, region, authorGroup, 'hour', numberOf(start)), found.map(figureOf))
  return rows.end()
}

/** By hour, term, region and author group. */
function hoursOf(standing: readonly Row[]): ReadonlyMap<string, Row> {
  const [hour] = engagementLayouts
  const members = new Map<string, Row[]>()
  for (const row of standing) {
    for (const place of placesOf(row, hour)) {
      const id = windowKey(place)
      const others = members.get(id)
      if (others === undefined) members.set(id, [row])
      else others.push(row)
    }
  }
  return new Map([...members].map(([id, rows]) => [id, figuresOver(rows)]))
}
