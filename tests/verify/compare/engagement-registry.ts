import type { Instance } from '../../../streams/app/instance.js'
import { type Compared, RowComparison } from '../comparison.js'
import type { ExpectedEngagement } from '../oracle/engagement-windows.js'
import { engagementMetrics } from '../oracle/metrics.js'
import { numberOf, queried } from '../reading.js'
import { key } from './figures.js'
import { asked, figureOf, type Told } from './told.js'

interface EngagementAnswer {
  readonly from: number
  readonly until: number
  readonly total: Readonly<Record<string, unknown>>
  readonly points: readonly Readonly<Record<string, unknown>>[]
}

/** Every metric of engagement: in SQL over the windows, and of everything as the API gives it. */
export async function compareEngagementMetrics(
  instance: Instance,
  url: string,
  { windows, members, standing }: ExpectedEngagement,
): Promise<readonly Compared[]> {
  const registry = (await asked<readonly Told[]>(url, '/api/v1/metrics')).filter(
    ({ overEngagement }) => overEngagement !== undefined,
  )
  const names = registry.map(({ name }) => name)
  const cells = (id: string) => names.map((name) => figureOf(engagementMetrics[name]?.(members.get(id) ?? [])))
  const finals = [...windows].filter(([, { isFinal }]) => isFinal)
  const overWindows = new RowComparison(
    'registry in SQL over engagement_latest',
    names,
    new Map(finals.map(([id]) => [id, id])),
    cells,
  )
  for (const [term, kind, region, authorGroup, window, start, ...found] of await queried(
    instance,
    `SELECT e.term, e.kind, e.region, e.authorGroup, e.window, toUnixTimestamp64Milli(e.start) AS at,
       ${registry.map(({ overEngagement }) => overEngagement).join(', ')}
     FROM pulso.engagement_latest AS e WHERE e.isFinal
     GROUP BY e.term, e.kind, e.region, e.authorGroup, e.window, at`,
  ))
    overWindows.take(key(term, kind, region, authorGroup, window, numberOf(start)), found.map(figureOf))

  const answered = registry
    .filter(({ places }) => places.some((place) => place.startsWith('/api/v1/engagement ')))
    .map(({ name }) => name)
  const cellsOfApi = (rows: (typeof standing)[number][]) =>
    answered.map((name) => figureOf(engagementMetrics[name]?.(rows)))
  const hours = finals.filter(([, { term, region, window }]) => term === '*' && region === '*' && window === 'hour')
  const starts = hours.map(([, { start }]) => start)
  const inApi = new RowComparison(
    'registry in the API: engagement',
    answered,
    new Map(hours.map(([id]) => [id, id])),
    (id) => cellsOfApi([...(members.get(id) ?? [])]),
  )
  const totals = new Map<string, readonly (typeof standing)[number][]>()
  const inTotal = new RowComparison('registry in the API: engagement of a whole period', answered, totals, (rows) =>
    cellsOfApi([...rows]),
  )
  const [from, until] = [Math.min(...starts), Math.max(...starts) + 3_600_000]
  for (const authorGroup of new Set(hours.map(([, window]) => window.authorGroup))) {
    const told = await asked<EngagementAnswer>(
      url,
      `/api/v1/engagement?authorGroup=${encodeURIComponent(authorGroup)}&from=${from}&until=${until}`,
    )
    const { points, total } = told
    for (const point of points)
      inApi.take(
        key('*', 'all', '*', authorGroup, 'hour', point['start']),
        answered.map((name) => figureOf(point[name])),
      )
    // beyond two weeks the period is one of whole days
    const inPeriod = (row: (typeof standing)[number]) =>
      Number(row['observedAt']) >= told.from && Number(row['observedAt']) < told.until
    totals.set(
      authorGroup,
      standing.filter((row) => inPeriod(row) && (authorGroup === '*' || row['authorGroup'] === authorGroup)),
    )
    inTotal.take(
      authorGroup,
      answered.map((name) => figureOf(total[name])),
    )
  }
  return [overWindows.end(), inApi.end(), inTotal.end()]
}
