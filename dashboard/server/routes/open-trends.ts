import type { FastifyInstance } from 'fastify'
import type { Trend } from '../../../schemas/trend.js'
import type { ServerOptions } from '../options.js'
import { regionSchema, termOf, termSchema } from './schemas.js'
import { unanswered } from './unanswered.js'

interface OpenQuery {
  readonly term?: string
  readonly kind?: Exclude<Trend['kind'], 'all'>
  readonly region: string
}

const integer = { type: 'integer' } as const
const text = { type: 'string' } as const

/** A record of the topic trends, with revision 0 where it was not given yet. */
const windowSchema = {
  type: 'object',
  properties: {
    ...{ term: text, kind: text, region: text, window: text, start: integer, end: integer },
    isFinal: { type: 'boolean', description: 'false: records may still come.' },
    revision: { ...integer, description: 'That of the latest update in the topic, which may be older; 0: none yet.' },
    ...{ mentions: integer, reposts: integer, negative: integer, neutral: integer, positive: integer },
    ...{ unsure: integer, authors: integer },
    aspects: {
      type: 'array',
      description: 'What they say of aspects; those of which nothing is said are left out.',
      items: {
        type: 'object',
        properties: { aspect: text, mentions: integer, negative: integer, neutral: integer, positive: integer },
      },
    },
  },
} as const

/** The windows that are not closed yet, asked of the state of the task that counts them. */
export function openTrendRoutes(app: FastifyInstance, { openTrends }: ServerOptions): void {
  app.get<{ Querystring: OpenQuery }>(
    '/api/v1/trends/open',
    {
      schema: {
        tags: ['trends'],
        summary: 'What is counted so far: the windows of a term and region that are not final yet',
        description:
          'Asked of the state of the task that counts the term there, as its latest commit left it: before any topic or table has it. Minutes, ten minutes, hours and days, oldest first; none where nothing is open. Without a term, of all mentions; words, as they are counted from five posts of all regions on. Of several workers one answers; the others answer 421 and name it in `location`. While the task moves the answer is 503, with `retry-after`.',
        querystring: { type: 'object', properties: { ...regionSchema, ...termSchema } },
        response: {
          200: {
            type: 'object',
            properties: {
              ...{ term: text, kind: text, region: text },
              windows: { type: 'array', items: windowSchema },
            },
          },
        },
      },
    },
    async ({ query, url }, reply) => {
      termOf(query)
      const asked = { term: query.term ?? '*', kind: query.kind ?? 'all', region: query.region } as const
      const found = await openTrends(asked)
      if (found.kind === 'open') return { ...asked, windows: found.windows }
      const topology = asked.kind === 'word' ? 'emerging-words' : 'consumer-trends'
      throw unanswered(found, { what: 'this term', which: asked.term, topology }, url, reply)
    },
  )
}
