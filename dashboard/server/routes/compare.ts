import type { FastifyInstance } from 'fastify'
import { comparedSources, nothingCompared } from '../../../sinks/live/heard-sources.js'
import { termKinds } from '../../../sinks/live/view.js'
import { filterOfBoard } from '../boards.js'
import { type Compared, comparison, type Term } from '../comparison.js'
import { heardTerms } from '../heard-terms.js'
import type { ServerOptions } from '../options.js'
import { type PeriodQuery, periodOf, periodSchema, twoPeriods, wholePeriodOf, wholePeriodSchema } from '../period.js'
import { badRequest } from '../problem.js'
import { topTerms } from '../queries.js'
import { boardSchema, kindsOf, regionSchema, termOf, termSchema, withLimit } from './schemas.js'

interface CompareQuery extends PeriodQuery {
  readonly by: Compared
  readonly region: string
  readonly terms?: readonly string[]
  readonly kinds?: string
  readonly term?: string
  readonly kind?: string
  readonly board?: string
  readonly limit: number
}

/** Reads `dish:ceviche`. @throws Problem when it is no term with its kind */
function termFrom(text: string): Term {
  const at = text.indexOf(':')
  const kind = termKinds.find((each) => each === text.slice(0, at))
  if (kind === undefined || text.length === at + 1) {
    throw badRequest(
      `terms: "${text}" is none`,
      `Write terms=dish:ceviche&terms=brand:Inca Kola; kinds are ${termKinds.join(', ')}.`,
    )
  }
  return { kind, term: text.slice(at + 1) }
}

/** Terms, regions, sources and aspects side by side. */
export function compareRoutes(app: FastifyInstance, options: ServerOptions): void {
  const { store, hub, boards } = options
  app.get<{ Querystring: CompareQuery }>(
    '/api/v1/compare',
    {
      schema: {
        tags: ['trends'],
        summary: 'Terms, regions, sources or aspects side by side, with shares of voice, changes and intervals',
        description:
          'Counted from the mentions as they stand. `change` is against the preceding period of equal length, corrected ' +
          'for the growth of all mentions, with the 95 % Wilson interval of the part that falls into this period. All that ' +
          'is compared is tested together: of what is called `rising` or `falling` one in twenty is expected to be so by ' +
          'chance (Benjamini and Hochberg), so that an interval without 1 may be `steady` among many; `shareRising` and ' +
          '`shareFalling`: its part of all mentions has moved, its own count has not likewise; top terms are tested ' +
          'together with all others that were named often enough; `tooFew` below 10 mentions in both periods together. `share` is by mentions: of all of them, or with ' +
          '`term` of those of the same region, source or aspect; `perHundredThousand` is by inhabitants. The balance of an ' +
          'aspect (what a review, or a post about food, says of food, service, price, ambience or menu) is of what is ' +
          'said of it, else of the whole mention; it is not said with fewer than 10 mentions that have a sentiment. ' +
          '`balanceChange` holds it against the preceding period by the test for a trend in proportions; all that is ' +
          'compared, and `all`, is tested together, and of what is called `better` or `worse` one in twenty is expected to ' +
          'be so by chance. `tooFew`: fewer than 10 in one of the periods, or 30 in both. `oneAuthor`, of either: it would not ' +
          'hold without the mentions of one author, who has a tenth or more of them. Sources that were not heard in both ' +
          'periods are left out of both where these are compared (`previous` beside `comparableVolume`, `balanceBefore` ' +
          'beside `comparableBalance`, both changes): `notCompared` says which, and since when they are new or silent. Where nothing is compared since the store has no mentions of the beginning of the preceding period, `storeBegins` is the first that it has.',
        querystring: {
          type: 'object',
          properties: {
            by: { type: 'string', enum: ['terms', 'regions', 'sources', 'aspects'], default: 'terms' },
            terms: {
              type: 'array',
              maxItems: 50,
              items: { type: 'string', minLength: 3, maxLength: 220 },
              description:
                'Terms with their kinds, as dish:ceviche; repeat it. Else those of the board, else the top ones.',
            },
            kinds: { type: 'string', description: `Kinds of the top terms: ${termKinds.join(', ')}.` },
            ...termSchema,
            ...wholePeriodSchema,
            ...regionSchema,
            ...boardSchema,
            ...withLimit(12, 50),
          },
        },
      },
    },
    async ({ query }) => {
      const period = await wholePeriodOf(query, options)
      const { by, region, limit } = query
      const filter = filterOfBoard(boards, query.board)
      const kinds = kindsOf(query.kinds)
      const term = termOf(query)
      if (by === 'terms' && term !== null)
        throw badRequest('term is for regions, sources and aspects', 'Name terms in `terms`.')
      const watched = (filter?.terms ?? []).flatMap(({ term: name, kind }) =>
        kind === null ? [] : [{ term: name, kind }],
      )
      const named =
        query.terms !== undefined
          ? query.terms.map(termFrom)
          : watched.length > 0
            ? watched.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
            : null
      const items = by !== 'terms' ? [] : (named ?? (await topTerms(store, { region, kinds, limit, filter }, period)))
      const sources = await comparedSources(store, { region, filter }, twoPeriods(period))
      // terms that stand here for how much is said of them are tested with all that could have
      const withWords = items.some(({ kind }) => kind === 'word')
      const among =
        by !== 'terms' || named !== null
          ? undefined
          : await heardTerms(store, { region, filter: sources.filter, withWords }, period)
      const asked = { by, region, items, term, filter, sources, ...(among === undefined ? {} : { among }) }
      const { all, items: compared } = await comparison(store, asked, period)
      // what was asked for by name is given in full
      const most = by === 'terms' ? items.length : limit
      const { notCompared, storeBegins } = sources
      return { ...period, by, region, notCompared, storeBegins, all, items: compared.slice(0, most) }
    },
  )

  app.get<{ Querystring: PeriodQuery & { readonly region: string } }>(
    '/api/v1/sources',
    {
      schema: {
        tags: ['trends'],
        summary: 'The sources from which something came, those with the most mentions first',
        querystring: { type: 'object', properties: { ...periodSchema, ...regionSchema } },
      },
    },
    async ({ query }) => {
      const period = periodOf(query, hub)
      const all = { items: [], term: null, filter: null, sources: nothingCompared }
      const { items } = await comparison(store, { by: 'sources', region: query.region, ...all }, period)
      return { ...period, sources: items.map(({ name, volume }) => ({ source: name, volume })) }
    },
  )
}
