import type { FastifyInstance } from 'fastify'
import { regions } from '../../../schemas/regions.js'
import { longestBoardId, spans, termKinds } from '../../../sinks/live/view.js'
import { type BoardChange, type BoardDraft, unknownBoard } from '../boards.js'
import { rateLimiter } from '../guard.js'
import type { ServerOptions } from '../options.js'
import { Problem } from '../problem.js'

const codes = regions.map(({ code }) => code)

const draftProperties = {
  name: { type: 'string', minLength: 1, maxLength: 80, pattern: '\\S', description: 'What people call it.' },
  terms: {
    type: 'array',
    maxItems: 50,
    default: [],
    description: 'Terms that are followed: what names none of them is not on the board. Empty: everything.',
    items: {
      type: 'object',
      required: ['term'],
      properties: {
        term: { type: 'string', minLength: 1, maxLength: 200 },
        kind: {
          type: ['string', 'null'],
          enum: [...termKinds, null],
          default: null,
          description: 'Null: of any kind.',
        },
      },
    },
  },
  regions: {
    type: 'array',
    maxItems: codes.length,
    uniqueItems: true,
    default: [],
    items: { type: 'string', enum: codes },
    description: 'Ubigeos of departments. Empty: all, the unknown one included.',
  },
  sources: {
    type: 'array',
    maxItems: 50,
    uniqueItems: true,
    default: [],
    items: { type: 'string', minLength: 1, maxLength: 200 },
    description: 'Sources whose posts and reviews it counts. Empty: all.',
  },
  span: { type: ['string', 'null'], enum: [...spans, null], default: null, description: 'The span it shows first.' },
} as const

const revision = { type: 'integer', minimum: 1, description: 'The revision that the change starts from.' } as const
const params = {
  type: 'object',
  properties: { boardId: { type: 'string', minLength: 1, maxLength: longestBoardId } },
} as const

/** The board of a change that was made. @throws Problem when it was not */
function boardOf(change: BoardChange, boardId: string) {
  switch (change.kind) {
    case 'saved':
      return change.board
    case 'removed':
      return null
    case 'missing':
      throw unknownBoard(boardId)
    case 'conflict':
      throw new Problem(
        409,
        'board-changed',
        'The board was changed meanwhile',
        `It stands at revision ${change.board.revision}.`,
        'Read it again, and change what stands there now.',
      )
    case 'full':
      throw new Problem(
        409,
        'too-many-boards',
        'There are as many boards as there may be',
        String(change.most),
        'Delete one that nobody looks at.',
      )
  }
}

/** What teams watch, made and edited from the board itself. */
export function boardRoutes(app: FastifyInstance, { boards, caller, clock }: ServerOptions): void {
  const tags = ['boards']
  const limit = rateLimiter({ burst: 30, perSecond: 5 }, clock)
  type ById = { readonly boardId: string }

  app.get('/api/v1/boards', { schema: { tags, summary: 'The boards that teams made, by name' } }, async () => ({
    boards: boards.list(),
  }))

  app.get<{ Params: ById }>(
    '/api/v1/boards/:boardId',
    { schema: { tags, summary: 'A board', params } },
    async ({ params: { boardId } }) => boards.find(boardId) ?? boardOf({ kind: 'missing' }, boardId),
  )

  app.post<{ Body: BoardDraft }>(
    '/api/v1/boards',
    {
      schema: {
        tags,
        summary: 'Makes a board',
        description: 'It is there at once, for everybody, and its identity filters trends, terms and posts as `board`.',
        body: { type: 'object', required: ['name'], properties: draftProperties },
      },
    },
    async (request, reply) => {
      limit(request)
      const board = boardOf(await boards.create(request.body, caller(request.raw)), '')
      return reply.code(201).header('location', `/api/v1/boards/${board?.boardId}`).send(board)
    },
  )

  app.put<{ Params: ById; Body: BoardDraft & { readonly revision: number } }>(
    '/api/v1/boards/:boardId',
    {
      schema: {
        tags,
        summary: 'Changes a board',
        description: 'Refused with 409 when somebody else changed it since the revision that is given.',
        params,
        body: { type: 'object', required: ['name', 'revision'], properties: { ...draftProperties, revision } },
      },
    },
    async (request) => {
      limit(request)
      const { revision: from, ...draft } = request.body
      const { boardId } = request.params
      return boardOf(await boards.update(boardId, from, draft, caller(request.raw)), boardId)
    },
  )

  app.delete<{ Params: ById; Querystring: { readonly revision: number } }>(
    '/api/v1/boards/:boardId',
    {
      schema: {
        tags,
        summary: 'Deletes a board',
        params,
        querystring: { type: 'object', required: ['revision'], properties: { revision } },
      },
    },
    async (request, reply) => {
      limit(request)
      const { boardId } = request.params
      boardOf(await boards.remove(boardId, request.query.revision), boardId)
      return reply.code(204).send()
    },
  )
}
