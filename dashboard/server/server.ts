import swagger from '@fastify/swagger'
import fastify, { type FastifyInstance } from 'fastify'
import { Server } from 'socket.io'
import { isRegion, regionNames } from '../../schemas/regions.js'
import { attachSocket } from '../../sinks/live/socket.js'
import { guard, isAllowedHost, isSameOrigin, rateLimiter } from './guard.js'
import type { ServerOptions } from './options.js'
import { badRequest, notFound, problemOf, sendProblem, unauthorized } from './problem.js'
import { boardRoutes } from './routes/boards.js'
import { compareRoutes } from './routes/compare.js'
import { emergingRoutes } from './routes/emerging.js'
import { engagementRoutes } from './routes/engagement.js'
import { ingestRoutes } from './routes/ingest.js'
import { insightRoutes } from './routes/insights.js'
import { openTrendRoutes } from './routes/open-trends.js'
import { operationRoutes } from './routes/operations.js'
import { postRoutes } from './routes/posts.js'
import { shiftRoutes } from './routes/shifts.js'
import { standingRoutes } from './routes/standing.js'
import { surveyRoutes } from './routes/surveys.js'
import { trendRoutes } from './routes/trends.js'

/** Bytes that a board may send in one message: a view is small. */
const largestMessage = 16 * 1024

/** What the page at /api/docs may do: its scripts are files of this server; some of its styles are set inline. */
const documentationPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Where the commands of the data folder's owner come in, with a token of their own: a replay goes as fast as it can. */
const ownersDoor = '/api/v1/control/'

/**
 * The HTTP server: board at `/`, API at `/api/v1` (described at `/api/docs`), live boards over socket.io at `/live`,
 * `/metrics`, `/healthz`, `/readyz`. It does not listen yet: `app.listen({ host, port })` does, `app.close()` ends it
 * with every connection.
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { metrics, clock, assetsDir, allowedHosts, authorize, onError, version } = options
  const app = fastify({ logger: false, bodyLimit: 64 * 1024, forceCloseConnections: true, trustProxy: false })

  // Bodies are JSON: a page of another origin can send plain text without being asked, JSON it cannot.
  app.removeContentTypeParser('text/plain')
  guard(app, allowedHosts)
  app.addHook('onRequest', async (request) => {
    if (!authorize(request.raw)) throw unauthorized()
  })
  const limit = rateLimiter({ burst: 200, perSecond: 50 }, clock)
  app.addHook('preHandler', async (request) => {
    if (request.url.startsWith('/api/v1/') && !request.url.startsWith(ownersDoor)) limit(request)
  })
  app.addHook('onResponse', async (request, reply) => {
    metrics.requestAnswered(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime)
  })
  app.setErrorHandler<Error>((error, request, reply) => {
    const problem = problemOf(error)
    // a store that is away, or a disk that is full, is told of by the engine, not by each request
    if (problem.status >= 500 && problem.status !== 503 && problem.status !== 507) onError(error, request)
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((request, reply) => sendProblem(reply, notFound(request)))

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Pulso',
        version,
        description: 'Trends, terms and posts; times are milliseconds since 1970, days are those of America/Lima.',
      },
    },
  })
  await app.register(async (scope) => {
    scope.addHook('preHandler', async ({ query }) => refuseUnknownRegion(query))
    trendRoutes(scope, options)
    boardRoutes(scope, options)
    compareRoutes(scope, options)
    insightRoutes(scope, options)
    surveyRoutes(scope, options)
    engagementRoutes(scope, options)
    shiftRoutes(scope, options)
    emergingRoutes(scope, options)
    postRoutes(scope, options)
    standingRoutes(scope, options)
    openTrendRoutes(scope, options)
    ingestRoutes(scope, options)
    operationRoutes(scope, options)
  })
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  if (assetsDir !== null) await servePages(app, assetsDir)
  serveLive(app, options)
  return app
}

/** @throws Problem where a request names a region that there is none of, with those that there are */
function refuseUnknownRegion(query: unknown): void {
  const region = typeof query === 'object' && query !== null && 'region' in query ? query.region : '*'
  if (typeof region !== 'string' || isRegion(region)) return
  throw badRequest(`region: "${region}" is no department`, `Use ${regionNames}.`)
}

/**
 * The pages: the board, whose files with a hash in their name browsers keep, and the description of the API. What
 * serves them is loaded here, so that an engine without pages does not carry it.
 */
async function servePages(app: FastifyInstance, root: string): Promise<void> {
  const [{ default: fastifyStatic }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/static'),
    import('@fastify/swagger-ui'),
  ])
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    theme: { title: 'Pulso · API' },
    staticCSP: documentationPolicy,
  })
  await app.register(fastifyStatic, {
    root,
    cacheControl: false,
    setHeaders(response, path) {
      const hashed = path.includes('/assets/')
      response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  // Browsers ask for it beside what names no icon: an answer of the API, the description of it.
  app.get('/favicon.ico', { schema: { hide: true } }, (_, reply) => reply.sendFile('pulso.svg'))
}

function serveLive(
  app: FastifyInstance,
  { hub, clock, allowedHosts, authorize }: Pick<ServerOptions, 'hub' | 'clock' | 'allowedHosts' | 'authorize'>,
): void {
  const io = new Server(app.server, {
    path: '/live',
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: largestMessage,
    allowRequest: (request, decide) => {
      const { host, origin } = request.headers
      decide(null, isAllowedHost(host, allowedHosts) && isSameOrigin(origin, host) && authorize(request))
    },
  })
  const stop = attachSocket(io, hub, clock)
  app.addHook('preClose', async () => {
    stop()
    await io.close()
  })
}
