import type { FastifyInstance } from 'fastify'
import type { SentimentLabel } from '../../../schemas/mention.js'
import { filterOfBoard } from '../boards.js'
import type { ServerOptions } from '../options.js'
import { type PeriodQuery, periodOf, periodSchema } from '../period.js'
import { badRequest } from '../problem.js'
import { postsBehind } from '../queries.js'
import { boardSchema, regionSchema, termOf, termSchema, withLimit } from './schemas.js'

interface PostsQuery extends PeriodQuery {
  readonly region: string
  readonly term?: string
  readonly kind?: string
  readonly sentiment?: SentimentLabel
  readonly aspect?: string
  readonly after?: string
  readonly board?: string
  readonly limit: number
}

/** A cursor names the last post of a page: time, a colon, identity. */
export function cursorOf(text: string | undefined) {
  if (text === undefined) return null
  const [, time, postId] = /^(\d{1,15}):(.{1,512})$/s.exec(text) ?? []
  if (time === undefined || postId === undefined) {
    throw badRequest('after: this is no cursor', 'Take `next` of the page before, unchanged.')
  }
  return { createdAt: Number(time), postId }
}

/** The posts behind a number. */
export function postRoutes(app: FastifyInstance, { store, hub, boards }: ServerOptions): void {
  app.get<{ Querystring: PostsQuery }>(
    '/api/v1/posts',
    {
      schema: {
        tags: ['posts'],
        summary: 'The posts and reviews behind a number, newest first, a page at a time',
        description: 'Texts are as their authors wrote them: show them as text, never as markup.',
        querystring: {
          type: 'object',
          properties: {
            ...periodSchema,
            ...regionSchema,
            ...termSchema,
            ...boardSchema,
            sentiment: { type: 'string', enum: ['negative', 'neutral', 'positive'] },
            aspect: {
              type: 'string',
              minLength: 1,
              maxLength: 100,
              description: 'Those that speak of it (food, service, price, ambience, menu); `sentiment` is then of it.',
            },
            after: { type: 'string', maxLength: 600, description: '`next` of the page before.' },
            ...withLimit(30, 200),
          },
        },
      },
    },
    async ({ query }) => {
      const { from, until } = periodOf(query, hub)
      const { region, limit, sentiment, aspect } = query
      const posts = await postsBehind(store, {
        ...{ region, from, until, limit: limit + 1, sentiment: sentiment ?? null },
        aspect: aspect ?? null,
        term: termOf(query),
        after: cursorOf(query.after),
        filter: filterOfBoard(boards, query.board),
      })
      const page = posts.slice(0, limit)
      const last = page.at(-1)
      const next = posts.length > limit && last !== undefined ? `${last.createdAt}:${last.postId}` : null
      return { from, until, posts: page, next }
    },
  )
}
