import type { FastifyInstance, FastifyRequest } from 'fastify'
import { jsonSchemaOf } from '../../../schemas/json-schema.js'
import { validateDeletion, validatePost, validateReview, validateSurvey } from '../../../schemas/validate.js'
import { rateLimiter } from '../guard.js'
import { checkItems, type Intake, type Rejected } from '../intake.js'
import type { Ingested, ServerOptions } from '../options.js'
import { badRequest, Problem, tooLarge } from '../problem.js'

const mostItems = 5_000
/** Bytes of a body. */
const largestBody = 8 * 1024 * 1024

function itemsOf({ body }: FastifyRequest): readonly unknown[] {
  const items = Array.isArray(body) ? body : [body]
  if (items.length === 0 || items.length > mostItems) {
    throw badRequest(`${items.length} records`, `Send one record, or an array of 1 to ${mostItems}.`)
  }
  return items
}

const docs = {
  author: 'The author, as the source names them. A keyed hash is kept, never the name.',
  simulated: 'True when the time was moved for a demonstration.',
}

const answer = {
  type: 'object',
  properties: {
    accepted: { type: 'integer', description: 'Records that were taken.' },
    rejected: {
      type: 'array',
      description: 'Records that were not, by their place in the array.',
      items: {
        type: 'object',
        properties: {
          index: { type: 'integer' },
          reason: { type: 'string', enum: ['invalid', 'timestamp-out-of-range', 'too-large'] },
          detail: { type: 'string' },
        },
      },
    },
    ignored: { type: 'array', items: { type: 'string' }, description: 'Names of fields that are not kept.' },
  },
}

function schemaOf(what: string, avsc: string) {
  const record = jsonSchemaOf(avsc, docs)
  return {
    tags: ['ingest'],
    summary: `Takes ${what}, one or an array`,
    description:
      'Accepted records survive the death of the process. Of an array, records that cannot be taken are named with their ' +
      'index and do not hold up the others; a request of which nothing can be taken is refused.',
    body: { anyOf: [record, { type: 'array', minItems: 1, maxItems: mostItems, items: record }] },
    response: { 202: { description: 'What was taken, and what was not.', ...answer } },
  }
}

/** Nothing was taken. @throws Problem always */
function refuse(rejected: readonly Rejected[]): never {
  const [first] = rejected
  if (rejected.length === 1 && first?.reason === 'too-large') throw tooLarge(first.detail, 'Shorten the record.')
  const detail = rejected.map((one) => `${one.index}: ${one.detail}`).slice(0, 20)
  throw new Problem(
    422,
    'invalid-records',
    'No record was accepted',
    detail.join('\n'),
    'Mend what is named and send again.',
  )
}

/** Records come in over HTTP. */
export function ingestRoutes(app: FastifyInstance, options: ServerOptions): void {
  const { ingest, clock, intakeLimits, schemas } = options
  const limit = rateLimiter({ burst: 50, perSecond: 25 }, clock)

  function route<Value extends object>(
    topic: string,
    schema: string,
    intake: Intake<Value>,
    record: (values: readonly Value[]) => Ingested,
  ) {
    const avsc = schemas.get(schema)
    if (avsc === undefined) throw new Error(`there is no schema ${schema} in the folder schemas`)
    app.post(
      `/api/v1/${topic}`,
      {
        schema: schemaOf(topic, avsc),
        bodyLimit: largestBody,
        // The schema is for readers: the checks name each record and field, and let the good ones pass.
        validatorCompiler: () => () => true,
      },
      async (request, reply) => {
        limit(request)
        const { valid, rejected, ignored } = checkItems(itemsOf(request), intake, intakeLimits, clock())
        if (valid.length === 0) refuse(rejected)
        await ingest(record(valid))
        return reply.code(202).send({ accepted: valid.length, rejected, ignored })
      },
    )
  }

  const post = { validate: validatePost, time: 'createdAt' } as const
  const review = { validate: validateReview, time: 'createdAt' } as const
  const survey = { validate: validateSurvey, time: 'answeredAt' } as const
  const deletion = { validate: validateDeletion, time: 'deletedAt' } as const
  route('posts', 'pulso.Post', post, (values) => ({ topic: 'posts', values }))
  route('reviews', 'pulso.Review', review, (values) => ({ topic: 'reviews', values }))
  route('surveys', 'pulso.Survey', survey, (values) => ({ topic: 'surveys', values }))
  route('deletions', 'pulso.Deletion', deletion, (values) => ({ topic: 'deletions', values }))
}
