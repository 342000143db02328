import type { FastifyInstance } from 'fastify'
import { engagementDefinitions } from '../../../schemas/metrics/engagement.js'
import type { AnalyticsStore } from '../../../streams/engine/ports/analytics.js'
import { type EngagementSubject, engagementOfPeriod, engagementParams } from '../engagement-period.js'
import type { ServerOptions } from '../options.js'
import { type PeriodQuery, periodOf, periodSchema, widened } from '../period.js'
import { regionSchema, termOf, termSchema } from './schemas.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

interface EngagementQuery extends PeriodQuery {
  readonly region: string
  readonly authorGroup: string
  readonly term?: string
  readonly kind?: string
}

type Figures = Readonly<Record<keyof typeof engagementDefinitions, number | null>>

/** What posts gained in one window. */
export type EngagementPoint = Figures & { readonly start: number; readonly posts: number; readonly isFinal: boolean }

const groups = ['*', 'unknown', 'under1k', 'under10k', 'under100k', 'under1m', 'from1m']

const definitions = Object.values(engagementDefinitions)
// a column that has the name of an alias would be taken for it
const columnOf = (name: string) => `value_${name}`
const figures = definitions.map(({ name, overEngagement }) => `${overEngagement} AS ${columnOf(name)}`).join(', ')

async function points(
  store: AnalyticsStore,
  params: EngagementSubject & { readonly window: 'hour' | 'day' },
): Promise<readonly EngagementPoint[]> {
  const rows = await store.query<Record<string, number | null>>(
    `SELECT toUnixTimestamp64Milli(e.start) AS at, any(e.posts) AS postCount, any(e.isFinal) AS closed, ${figures}
     FROM engagement_latest AS e
     WHERE e.window = {window:String} AND e.term = {term:String} AND e.kind = {kind:String} AND e.region = {region:String}
       AND e.authorGroup = {authorGroup:String} AND e.start >= fromUnixTimestamp64Milli({from:Int64})
       AND e.start < fromUnixTimestamp64Milli({until:Int64})
     GROUP BY e.start ORDER BY at`,
    { params: { ...params }, timeout },
  )
  return rows.map((row) => ({
    start: row['at'] ?? 0,
    posts: row['postCount'] ?? 0,
    isFinal: Boolean(row['closed']),
    ...figuresOf(row),
  }))
}

/** What posts gained in the whole period. */
export type EngagementTotal = Figures & { readonly posts: number }

/** One value of each metric for the whole period, from the observations themselves. */
async function totalOf(store: AnalyticsStore, subject: EngagementSubject): Promise<EngagementTotal> {
  const [row = {}] = await store.query<Record<string, number | null>>(
    `SELECT any(e.posts) AS postCount, ${figures} FROM ${engagementOfPeriod} AS e`,
    { params: engagementParams(subject), timeout },
  )
  return { posts: row['postCount'] ?? 0, ...figuresOf(row) }
}

const figuresOf = (row: Readonly<Record<string, number | null>>): Figures =>
  Object.fromEntries(definitions.map(({ name }) => [name, row[columnOf(name)] ?? null])) as Figures

/** Engagement over time. */
export function engagementRoutes(app: FastifyInstance, { store, hub }: ServerOptions): void {
  app.get<{ Querystring: EngagementQuery }>(
    '/api/v1/engagement',
    {
      schema: {
        tags: ['trends'],
        summary: 'What posts gained over time, and its rates, of all posts or of one term',
        description:
          'By the time of observation, in hours or, beyond 14 days, in days of America/Lima; the period is widened to ' +
          'whole ones, and the answer says it. `total` is of the whole period, from the observations themselves: ' +
          'followers count once a post there, and once a post and window in `points`. Each figure is what ' +
          '`/api/v1/metrics` says; null where it cannot be said. Needs the topology `engagement`.',
        querystring: {
          type: 'object',
          properties: {
            ...periodSchema,
            ...regionSchema,
            ...termSchema,
            authorGroup: {
              type: 'string',
              enum: groups,
              default: '*',
              description: 'Size of the audience of the author, by followers; * for all, the unknown one included.',
            },
          },
        },
      },
    },
    async ({ query }) => {
      const asked = periodOf(query, hub)
      const window = asked.window === 'day' ? 'day' : 'hour'
      // a window that begins before the period, or ends after it, is of another time
      const { from, until } = widened(asked.from, asked.until, window)
      const { region, authorGroup } = query
      const of = { ...(termOf(query) ?? { term: '*', kind: 'all' }), region, authorGroup }
      const subject = { from, until, ...of }
      const [total, found] = await Promise.all([totalOf(store, subject), points(store, { ...subject, window })])
      return { window, ...subject, total, points: found }
    },
  )
}
