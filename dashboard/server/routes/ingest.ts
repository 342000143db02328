import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Validation, validateDeletion, validatePost, validateReview } from '../../../schemas/validate.js'
import { rateLimiter } from '../guard.js'
import type { Ingested, ServerOptions } from '../options.js'
import { badRequest, Problem } from '../problem.js'

const mostItems = 5_000
/** Bytes of a body. */
const largestBody = 8 * 1024 * 1024

interface Checked<Value> {
  readonly valid: readonly Value[]
  readonly rejected: readonly { readonly index: number; readonly detail: string }[]
  /** Names of fields that are not kept. */
  readonly ignored: readonly string[]
}

function check<Value>(items: readonly unknown[], validate: (item: unknown) => Validation<Value>): Checked<Value> {
  const valid: Value[] = []
  const rejected: { readonly index: number; readonly detail: string }[] = []
  const ignored = new Set<string>()
  items.forEach((item, index) => {
    const validation = validate(item)
    if (validation.kind === 'invalid') rejected.push({ index, detail: validation.detail })
    else {
      valid.push(validation.value)
      for (const name of validation.ignored) ignored.add(name)
    }
  })
  return { valid, rejected, ignored: [...ignored].sort() }
}

function itemsOf({ body }: FastifyRequest): readonly unknown[] {
  const items = Array.isArray(body) ? body : [body]
  if (items.length === 0 || items.length > mostItems) {
    throw badRequest(`${items.length} records`, `Send one record, or an array of 1 to ${mostItems}.`)
  }
  return items
}

const schemaOf = (what: string, avro: string) => ({
  tags: ['ingest'],
  summary: `Takes ${what}, one or an array`,
  description:
    `Fields as in schemas/${avro}.avsc; times as ISO 8601 with zone or milliseconds since 1970. Accepted records ` +
    'survive the death of the process. Records that are not well-formed are named with their index and do not hold up the others.',
})

/** Records come in over HTTP. */
export function ingestRoutes(app: FastifyInstance, { ingest, clock }: ServerOptions): void {
  const limit = rateLimiter({ burst: 50, perSecond: 25 }, clock)

  function route<Value>(
    path: string,
    schema: ReturnType<typeof schemaOf>,
    validate: (item: unknown) => Validation<Value>,
    record: (values: readonly Value[]) => Ingested,
  ) {
    app.post(path, { schema, bodyLimit: largestBody }, async (request, reply) => {
      limit(request)
      const { valid, rejected, ignored } = check(itemsOf(request), validate)
      if (valid.length > 0) await ingest(record(valid))
      else {
        const detail = rejected.map((one) => `${one.index}: ${one.detail}`).slice(0, 20)
        throw new Problem(
          422,
          'invalid-records',
          'No record was accepted',
          detail.join('\n'),
          'Mend the fields named and send again.',
        )
      }
      return reply.code(202).send({ accepted: valid.length, rejected, ignored })
    })
  }

  route('/api/v1/posts', schemaOf('posts', 'post'), validatePost, (values) => ({ topic: 'posts', values }))
  route('/api/v1/reviews', schemaOf('reviews', 'review'), validateReview, (values) => ({ topic: 'reviews', values }))
  route('/api/v1/deletions', schemaOf('deletions', 'deletion'), validateDeletion, (values) => ({
    topic: 'deletions',
    values,
  }))
}
