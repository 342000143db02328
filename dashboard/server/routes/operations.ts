import type { FastifyInstance } from 'fastify'
import { rateLimiter } from '../guard.js'
import type { ServerOptions } from '../options.js'
import { Problem } from '../problem.js'

/** Health, state, metrics, and scores of texts. */
export function operationRoutes(app: FastifyInstance, options: ServerOptions): void {
  const { hub, metrics, notReady, score, version, clock } = options

  app.get('/healthz', { schema: { tags: ['operations'], summary: 'The process answers' } }, async () => ({
    status: 'ok',
    version,
  }))

  app.get('/readyz', { schema: { tags: ['operations'], summary: 'The engine takes requests' } }, async (_, reply) => {
    const reasons = notReady()
    return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons })
  })

  app.get(
    '/metrics',
    { schema: { tags: ['operations'], summary: 'Metrics in Prometheus’ text format' } },
    async (_, reply) => reply.type(metrics.contentType).send(await metrics.expose()),
  )

  app.get('/api/v1/status', { schema: { tags: ['operations'], summary: 'State of the stream' } }, async () => ({
    ...hub.status,
    version,
  }))

  const limit = rateLimiter({ burst: 20, perSecond: 10 }, clock)
  app.post<{ Body: { readonly texts: readonly string[] } }>(
    '/api/v1/score',
    {
      bodyLimit: 1024 * 1024,
      schema: {
        tags: ['sentiment'],
        summary: 'Sentiment of texts',
        description:
          '`sure` is false when the confidence is below the threshold of the model: do not act on the label alone. `supported` is false when the text is in a language that the model was not made for, null when its words do not tell the language. `aspects` lists what the text speaks of, as in food or price, each with a sentiment of its own; it is missing when the model knows no aspects.',
        body: {
          type: 'object',
          required: ['texts'],
          properties: {
            texts: { type: 'array', minItems: 1, maxItems: 256, items: { type: 'string', maxLength: 20_000 } },
          },
        },
      },
    },
    async (request) => {
      limit(request)
      if (score === null) {
        throw new Problem(
          503,
          'sentiment-off',
          'Sentiment is switched off',
          'This engine was started without a sentiment model.',
          'Start it with PULSO_SENTIMENT=true.',
        )
      }
      return { results: await score(request.body.texts) }
    },
  )
}
