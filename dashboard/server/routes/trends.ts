import type { FastifyInstance } from 'fastify'
import { placesOf } from '../../../schemas/metrics/places.js'
import { registry } from '../../../schemas/metrics.js'
import { regions } from '../../../schemas/regions.js'
import { termKinds } from '../../../sinks/live/view.js'
import { filterOfBoard } from '../boards.js'
import type { ServerOptions } from '../options.js'
import { type PeriodQuery, periodOf, periodSchema, wholePeriodOf, wholePeriodSchema } from '../period.js'
import { findTerms, risingTerms, series, topTerms } from '../queries.js'
import { boardSchema, kindsOf, regionSchema, termOf, termSchema, withLimit } from './schemas.js'

interface TermsQuery extends PeriodQuery {
  readonly region: string
  readonly kinds?: string
  readonly board?: string
  readonly limit: number
}

interface SeriesQuery extends PeriodQuery {
  readonly region: string
  readonly term?: string
  readonly kind?: string
  readonly board?: string
}

const kindsSchema = {
  kinds: {
    type: 'string',
    description: `Kinds of terms, separated by commas: ${termKinds.join(', ')}. All when absent.`,
  },
} as const

/** Series, terms, and what the figures mean. */
export function trendRoutes(app: FastifyInstance, options: ServerOptions): void {
  const { store, hub, boards } = options
  app.get<{ Querystring: SeriesQuery }>(
    '/api/v1/trends',
    {
      schema: {
        tags: ['trends'],
        summary: 'Volume and sentiment over time, of all mentions or of one term',
        description:
          'Windows of the stream; of a board, and of words, windows of the mentions as they stand, none of which is final.',
        querystring: {
          type: 'object',
          properties: { ...periodSchema, ...regionSchema, ...termSchema, ...boardSchema },
        },
      },
    },
    async ({ query }) => {
      const period = periodOf(query, hub)
      const term = termOf(query) ?? { term: '*', kind: 'all' }
      const filter = filterOfBoard(boards, query.board)
      return {
        ...period,
        ...term,
        region: query.region,
        points: await series(store, term, query.region, period, filter),
      }
    },
  )

  app.get<{ Querystring: TermsQuery }>(
    '/api/v1/terms/top',
    {
      schema: {
        tags: ['trends'],
        summary: 'The terms with the most mentions',
        description: 'Words are those that are emerging in the period, each with all mentions that hold it.',
        querystring: {
          type: 'object',
          properties: { ...periodSchema, ...regionSchema, ...kindsSchema, ...boardSchema, ...withLimit(20, 500) },
        },
      },
    },
    async ({ query }) => {
      const period = periodOf(query, hub)
      const { region, limit } = query
      const filter = filterOfBoard(boards, query.board)
      return {
        ...period,
        region,
        terms: await topTerms(store, { region, kinds: kindsOf(query.kinds), limit, filter }, period),
      }
    },
  )

  app.get<{ Querystring: TermsQuery }>(
    '/api/v1/terms/rising',
    {
      schema: {
        tags: ['trends'],
        summary: 'The terms that grew most against the preceding period of equal length',
        description:
          'Ranked by `atLeast`, the lower end of the 95 % Wilson interval of the growth, corrected for the growth of all ' +
          'mentions: small counts do not win by chance. All terms are tested together, and of those that are given one in ' +
          'twenty is expected to have grown by chance (Benjamini and Hochberg). Terms with fewer than 5 mentions now, or 10 in both periods together, are left out; emerging words are counted from the texts and tested among all words; `few` marks those ' +
          'with fewer than 30 in both periods together, `oneAuthor` those that would not rise without the mentions of one author. Sources that were not heard in both periods are left ' +
          'out of both: `notCompared` says which, and since when they are new or silent. Where nothing is compared since the store has no mentions of the beginning of the preceding period, `storeBegins` is the first that it has.',
        querystring: {
          type: 'object',
          properties: { ...wholePeriodSchema, ...regionSchema, ...kindsSchema, ...boardSchema, ...withLimit(20, 500) },
        },
      },
    },
    async ({ query }) => {
      const period = await wholePeriodOf(query, options)
      const { region, limit } = query
      const filter = filterOfBoard(boards, query.board)
      return {
        ...period,
        region,
        ...(await risingTerms(store, { region, kinds: kindsOf(query.kinds), limit, filter }, period)),
      }
    },
  )

  app.get<{ Querystring: Omit<TermsQuery, 'kinds'> & { readonly search: string } }>(
    '/api/v1/terms',
    {
      schema: {
        tags: ['trends'],
        summary: 'Terms that contain what was typed',
        querystring: {
          type: 'object',
          required: ['search'],
          properties: {
            search: { type: 'string', minLength: 1, maxLength: 100 },
            ...periodSchema,
            ...regionSchema,
            ...boardSchema,
            ...withLimit(10, 50),
          },
        },
      },
    },
    async ({ query }) => {
      const period = periodOf(query, hub)
      const filter = filterOfBoard(boards, query.board)
      return { ...period, terms: await findTerms(store, query.search, { ...query, filter }, period) }
    },
  )

  app.get(
    '/api/v1/metrics',
    {
      schema: {
        tags: ['meaning'],
        summary:
          'What each figure means: formula, unit, when there is none, SQL, what a verdict may be, where it stands',
      },
    },
    async () => Object.values(registry).map((metric) => ({ ...metric, places: placesOf(metric.name) })),
  )

  app.get(
    '/api/v1/regions',
    { schema: { tags: ['meaning'], summary: 'Departments of Peru by ubigeo' } },
    async () => regions,
  )
}
