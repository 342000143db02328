import type { FastifyInstance } from 'fastify'
import type { ShiftFigures } from '../../../sinks/live/shift-figures.js'
import type { AnalyticsStore } from '../../../streams/engine/ports/analytics.js'
import type { ServerOptions } from '../options.js'
import { type PeriodQuery, periodOf, periodSchema } from '../period.js'
import { standingTexts } from '../standing-texts.js'
import { regionSchema, termOf, termSchema, withLimit } from './schemas.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

interface ShiftsQuery extends PeriodQuery {
  readonly region?: string
  readonly term?: string
  readonly kind?: string
  readonly state: 'all' | 'open'
  readonly limit: number
}

type ShiftRow = Omit<ShiftFigures, 'posts'> & { readonly evidence: readonly string[] }

async function shiftsWithin(
  store: AnalyticsStore,
  params: Readonly<Record<'region' | 'term' | 'kind' | 'state', string> & Record<'from' | 'until' | 'limit', number>>,
): Promise<readonly ShiftFigures[]> {
  const rows = await store.query<ShiftRow>(
    `SELECT s.shiftId AS shiftId, s.shift AS shift, s.state AS state, s.severity AS severity, s.term AS term,
       s.kind AS kind, s.region AS region, s.source AS source, s.measure AS measure,
       toUnixTimestamp64Milli(s.openedAt) AS openedAt, toUnixTimestamp64Milli(s.end) AS until,
       s.expected AS expected, s.observed AS observed, s.effect AS effect, s.deviation AS deviation,
       s.pValue AS pValue, s.topAuthorShare AS topAuthorShare, s.pushed AS pushed, s.causes AS causes, s.evidence AS evidence
     FROM shifts_latest AS s
     WHERE s.end > fromUnixTimestamp64Milli({from:Int64}) AND s.openedAt < fromUnixTimestamp64Milli({until:Int64})
       AND ({region:String} = '' OR s.region = {region:String}) AND ({kind:String} = '' OR s.kind = {kind:String})
       AND ({term:String} = '' OR s.term = {term:String}) AND ({state:String} = 'all' OR s.state != 'closed')
     ORDER BY s.state = 'closed', indexOf(['high', 'medium', 'low'], s.severity), s.openedAt DESC, s.shiftId
     LIMIT {limit:UInt32}`,
    { params, timeout },
  )
  const texts = await standingTexts(
    store,
    rows.flatMap(({ evidence }) => evidence),
    timeout,
  )
  return rows.map(({ evidence, ...shift }) => ({
    ...shift,
    posts: evidence.flatMap((postId) => {
      const text = texts.get(postId)
      return text === undefined ? [] : [{ postId, text }]
    }),
  }))
}

/** What has shifted. */
export function shiftRoutes(app: FastifyInstance, { store, hub }: ServerOptions): void {
  app.get<{ Querystring: ShiftsQuery }>(
    '/api/v1/shifts',
    {
      schema: {
        tags: ['trends'],
        summary: 'What has shifted: talk, authors, share of voice, sentiment, engagement rates, silent sources',
        description:
          'Shifts that were open within the period, as they were told last: open ones first, then by severity, newest ' +
          'first. Texts of posts are as their authors wrote them: show them as text, never as markup. Needs the ' +
          'topology `engagement-shifts`.',
        querystring: {
          type: 'object',
          properties: {
            ...periodSchema,
            region: { type: 'string', pattern: regionSchema.region.pattern, description: 'Absent: any.' },
            ...termSchema,
            state: { type: 'string', enum: ['all', 'open'], default: 'all' },
            ...withLimit(20, 200),
          },
        },
      },
    },
    async ({ query }) => {
      const { from, until } = periodOf(query, hub)
      const { term, kind } = termOf(query) ?? { term: '', kind: '' }
      const { region = '', state, limit } = query
      return { from, until, shifts: await shiftsWithin(store, { from, until, region, term, kind, state, limit }) }
    },
  )
}
