import type { FastifyInstance } from 'fastify'
import type { ServerOptions } from '../options.js'
import { Problem } from '../problem.js'
import { unanswered } from './unanswered.js'

/** What stands of one post, asked of the task that has it. */
export function standingRoutes(app: FastifyInstance, { standing }: ServerOptions): void {
  app.get<{ Params: { readonly postId: string } }>(
    '/api/v1/posts/:postId/standing',
    {
      schema: {
        tags: ['posts'],
        summary: 'What stands of a post or review',
        description:
          'Asked of the state of the task that has it, before any table has it: its mention as the latest commit left it. Of several workers one answers; the others answer 421 and name it in `location`.',
        params: { type: 'object', properties: { postId: { type: 'string', minLength: 1, maxLength: 512 } } },
      },
    },
    async ({ params: { postId }, url }, reply) => {
      const found = await standing(postId)
      switch (found.kind) {
        case 'standing':
          return { standing: found.mention }
        case 'deleted':
          return { standing: null }
        case 'unknown':
          throw new Problem(
            404,
            'unknown-post',
            'No such post was read',
            postId,
            'Look at its id, and whether it was sent.',
          )
        default:
          throw unanswered(found, { what: 'this post', which: postId, topology: 'consumer-trends' }, url, reply)
      }
    },
  )
}
