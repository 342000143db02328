import type { FastifyReply } from 'fastify'
import type { Unanswered } from '../options.js'
import { Problem } from '../problem.js'

/** What is asked of the state of a task, in words. */
export interface Asked {
  /** As in `this post`. */
  readonly what: string
  /** Which one. */
  readonly which: string
  /** Topology that has such tasks. */
  readonly topology: string
}

/** Says why this worker does not answer: whom to ask, or when to ask again. */
export function unanswered(
  why: Unanswered,
  { what, which, topology }: Asked,
  url: string,
  reply: FastifyReply,
): Problem {
  switch (why.kind) {
    case 'elsewhere':
      reply.header('location', `${why.address}${url}`)
      return new Problem(
        421,
        'other-worker',
        `Another worker has ${what}`,
        why.address,
        'Ask there: its address is in the header location.',
      )
    case 'moving':
      return new Problem(
        503,
        'moving',
        `The task of ${what} is on its way to a worker`,
        which,
        'Ask again in a moment.',
        1,
      )
    case 'not-run':
      return new Problem(
        404,
        'not-run',
        `No topology that runs here knows ${what}`,
        which,
        `Add ${topology} to PULSO_TOPOLOGIES.`,
      )
  }
}
