import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

/** An error as clients get it (RFC 9457), with the remedy. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** What to do about it. */
  readonly remedy: string
}

/** Thrown by a route; becomes an `application/problem+json` answer. */
export class Problem extends Error {
  override readonly name = 'Problem'
  constructor(
    readonly status: number,
    /** Literal code, the last part of `type`. */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly remedy: string,
    /** Seconds after which to ask again. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${title}: ${detail}`)
  }

  get document(): ProblemDocument {
    const { status, code, title, detail, remedy } = this
    return { type: `urn:pulso:problem:${code}`, title, status, detail, remedy }
  }
}

export const badRequest = (detail: string, remedy = 'See /api/docs for what the request takes.'): Problem =>
  new Problem(400, 'bad-request', 'The request is not well-formed', detail, remedy)

export const tooLarge = (detail: string, remedy = 'Send fewer records in a request.'): Problem =>
  new Problem(413, 'too-large', 'The body is too large', detail, remedy)

/** What the log throws where its disk has no room. */
const storageFull = (): Problem =>
  new Problem(
    507,
    'storage-full',
    'There is no room to write',
    'Nothing of this request was kept; what was accepted before is safe.',
    'Make room on the disk of the data folder and send it again; /readyz says whether it is written again.',
    10,
  )

/** What the store throws of a worker on Kafka that was given no tables. */
const noTables = (): Problem =>
  new Problem(
    421,
    'no-tables',
    'This worker has no tables',
    'It was started with PULSO_TABLES=false: boards, figures and queries are answered by a worker that has them.',
    'Ask the board of that worker, or start this one with PULSO_TABLES=true and PULSO_CLICKHOUSE_URL.',
  )

/** What a client is told of an error. What it must not know (paths, SQL, stacks) is left out. */
export function problemOf(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error
  if (error.name === 'StorageFull') return storageFull()
  if (error.name === 'NoTables') return noTables()
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  if (status === 413) return tooLarge(error.message)
  if (status === 415) {
    return new Problem(415, 'media-type', 'The body is of an unknown kind', error.message, 'Send application/json.')
  }
  if (status === 503) {
    return new Problem(
      503,
      'unavailable',
      'The analytics store does not answer',
      'What was sent is kept and written once the store is back; it cannot be asked meanwhile.',
      'Try again; /readyz says what is wrong.',
      10,
    )
  }
  if (status >= 400 && status < 500) return badRequest(error.message)
  return new Problem(
    500,
    'internal',
    'Something failed on the server',
    'The request could not be answered.',
    'Try again; if it stays, see the log of the server and `pulso doctor`.',
  )
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfter !== null) reply.header('retry-after', problem.retryAfter)
  return reply.code(problem.status).type('application/problem+json').send(problem.document)
}

export const unauthorized = (): Problem =>
  new Problem(
    401,
    'unauthorized',
    'This server asks for a token',
    'The request carries none, or one whose role does not allow it.',
    'Make one with `pulso token create --role viewer` and send it as `Authorization: Bearer ...`, or open the board as /?token=...',
  )

export const notFound = (request: FastifyRequest): Problem =>
  new Problem(
    404,
    'not-found',
    'There is nothing at this address',
    `${request.method} ${request.url.split('?')[0]}`,
    'The board is at /, the API is described at /api/docs.',
  )
