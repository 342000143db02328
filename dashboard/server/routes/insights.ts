import type { FastifyInstance } from 'fastify'
import type { BoardFilter } from '../../../sinks/live/filter.js'
import { filterOfBoard, unknownBoard } from '../boards.js'
import { digestPage, digestPolicy } from '../digest.js'
import { digestOf } from '../digest-data.js'
import { rateLimiter } from '../guard.js'
import { insightsOf } from '../insights/insights.js'
import type { ServerOptions } from '../options.js'
import { type PeriodQuery, wholePeriodOf, wholePeriodSchema } from '../period.js'
import { badRequest } from '../problem.js'
import { boardSchema, regionSchema, termOf, termSchema } from './schemas.js'

interface InsightsQuery extends PeriodQuery {
  readonly region: string
  readonly term?: string
  readonly kind?: string
  readonly board?: string
}

/** @throws Problem where a board counts only what names other terms */
function refuseUnwatched(filter: BoardFilter | null, term: ReturnType<typeof termOf>): void {
  if (term === null || filter === null || filter.terms.length === 0) return
  if (filter.terms.some((one) => one.term === term.term && (one.kind === null || one.kind === term.kind))) return
  throw badRequest(`the board does not watch "${term.term}"`, 'Ask without the board, or for a term that it watches.')
}

/** What is worth knowing, with what proves it: as data, and as a page. */
export function insightRoutes(app: FastifyInstance, options: ServerOptions): void {
  const { store, boards, clock } = options
  // each asks the store dozens of questions
  const limit = rateLimiter({ burst: 10, perSecond: 1 }, clock)
  const querystring = { type: 'object', properties: { ...wholePeriodSchema, ...regionSchema, ...boardSchema } } as const

  app.get<{ Querystring: InsightsQuery }>(
    '/api/v1/insights',
    {
      schema: {
        tags: ['trends'],
        summary: 'What is worth knowing of a period, in sentences, each with the queries and posts that prove it',
        description:
          'Sentences in Spanish and English are made of the numbers alone. `queries` are the SQL and its values as they ' +
          'were run; each of `numbers` is a column of the one row that its query gives; `derived` is worked out of them. ' +
          '`posts.query` gives the posts behind it, `posts.shown` a few. Texts of posts are as their authors wrote them: ' +
          'show them as text, never as markup.',
        querystring: { type: 'object', properties: { ...querystring.properties, ...termSchema } },
      },
    },
    async (request) => {
      limit(request)
      const { query } = request
      const period = await wholePeriodOf(query, options)
      const filter = filterOfBoard(boards, query.board)
      const term = termOf(query)
      refuseUnwatched(filter, term)
      return {
        ...period,
        region: query.region,
        ...(term === null ? {} : term),
        insights: await insightsOf(store, { region: query.region, filter, term }, period),
      }
    },
  )

  app.get<{ Querystring: InsightsQuery & { readonly lang: 'es' | 'en' } }>(
    '/api/v1/digest',
    {
      schema: {
        tags: ['trends'],
        summary:
          'A digest of a period as one page of HTML that prints on A4: figures, insights, dishes, brands, aspects',
        produces: ['text/html'],
        querystring: {
          type: 'object',
          properties: { ...querystring.properties, lang: { type: 'string', enum: ['es', 'en'], default: 'es' } },
        },
      },
    },
    async (request, reply) => {
      limit(request)
      const { query } = request
      const board = query.board === undefined ? null : boards.find(query.board)
      if (query.board !== undefined && board === null) throw unknownBoard(query.board)
      const period = await wholePeriodOf(query, options)
      const digest = await digestOf(store, { board, region: query.region, period, now: clock() })
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', digestPolicy)
        .send(digestPage(digest, query.lang))
    },
  )
}
