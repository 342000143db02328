import type { FastifyInstance } from 'fastify'
import type { EmergingFigures } from '../../../sinks/live/emerging-figures.js'
import type { AnalyticsStore } from '../../../streams/engine/ports/analytics.js'
import { stories } from '../emerging-stories.js'
import type { ServerOptions } from '../options.js'
import { type PeriodQuery, periodOf, periodSchema } from '../period.js'
import { standingTexts } from '../standing-texts.js'
import { withLimit } from './schemas.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

interface EmergingQuery extends PeriodQuery {
  readonly window?: 'hour' | 'day'
  readonly verdict?: 'new' | 'rising' | 'pushed'
  readonly limit: number
}

/** Terms that are looked at for an entry: most of one story are few. */
const termsOfEntry = 6

type EmergingRow = Omit<EmergingFigures, 'examples' | 'window' | 'start' | 'end' | 'also'> & {
  readonly size: EmergingFigures['window']
  readonly at: number
  readonly until: number
  readonly evidence: readonly string[]
}

async function emergingWithin(
  store: AnalyticsStore,
  params: Readonly<Record<'window' | 'verdict', string> & Record<'from' | 'until' | 'limit', number>>,
): Promise<readonly EmergingFigures[]> {
  const rows = await store.query<EmergingRow>(
    `SELECT e.term AS term, e.kind AS kind, e.window AS size, e.spellings AS spellings, e.verdict AS verdict,
       toUnixTimestamp64Milli(e.start) AS at, toUnixTimestamp64Milli(e.end) AS until, e.isFinal AS isFinal,
       e.posts AS posts, e.reposts AS reposts, e.independent AS independent, e.authors AS authors,
       e.topAuthorsShare AS topAuthorsShare, e.pushed AS pushed, e.expected AS expected, e.deviation AS deviation,
       e.evidence AS evidence
     FROM emerging_terms_latest AS e
     WHERE ({window:String} = '' OR e.window = {window:String}) AND e.start >= fromUnixTimestamp64Milli({from:Int64})
       AND e.start < fromUnixTimestamp64Milli({until:Int64}) AND e.verdict != 'usual'
       AND ({verdict:String} = '' OR e.verdict = {verdict:String})
     ORDER BY e.verdict = 'pushed', e.independent DESC, e.posts DESC, e.start DESC, e.form
     LIMIT 1 BY e.kind, e.form LIMIT {limit:UInt32}`,
    { params: { ...params, limit: termsOfEntry * params.limit }, timeout },
  )
  const told = stories(
    rows.map(({ size, at, until, ...row }) => ({
      ...row,
      ...{ window: size, start: at, end: until, isFinal: Boolean(row.isFinal) },
    })),
    params.limit,
  )
  const texts = await standingTexts(
    store,
    told.flatMap(({ evidence }) => evidence),
    timeout,
  )
  return told.map(({ evidence, ...entry }) => ({
    ...entry,
    examples: evidence.flatMap((postId) => {
      const text = texts.get(postId)
      return text === undefined ? [] : [{ postId, text }]
    }),
  }))
}

/** What is new, suddenly frequent, or pushed. */
export function emergingRoutes(app: FastifyInstance, { store, hub }: ServerOptions): void {
  app.get<{ Querystring: EmergingQuery }>(
    '/api/v1/emerging',
    {
      schema: {
        tags: ['trends'],
        summary: 'Words, pairs of words and hashtags that are new or suddenly frequent, and those that are pushed',
        description:
          'Of each term the window of the period in which most independent posts held it; pushed ones last. Terms that ' +
          'the same posts hold are one entry, the others in `also`. Spellings ' +
          'are joined; reposts, near-duplicates and what one author says again count once in `independent`, which is ' +
          'what is judged. In the first days of a stream nearly everything is new. Texts of posts are as their authors ' +
          'wrote them: show them as text, never as markup. Needs the topology `emerging-terms`.',
        querystring: {
          type: 'object',
          properties: {
            ...periodSchema,
            window: { type: 'string', enum: ['hour', 'day'], description: 'Absent: hours and days of Lima.' },
            verdict: { type: 'string', enum: ['new', 'rising', 'pushed'], description: 'Absent: all three.' },
            ...withLimit(20, 200),
          },
        },
      },
    },
    async ({ query }) => {
      const { from, until } = periodOf(query, hub)
      const { window = '', verdict = '', limit } = query
      return { from, until, terms: await emergingWithin(store, { from, until, window, verdict, limit }) }
    },
  )
}
