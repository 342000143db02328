import { timingSafeEqual } from 'node:crypto'
import type {} from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { Instance } from './instance.js'
import { type ControlMethod, controlCodec, controlMethods } from './running-instance.js'

/** Lets the commands of the same user work beside a running engine: each method of its instance, behind its token. */
export async function controlRoutes(
  server: FastifyInstance,
  { instance, token }: { readonly instance: Instance; readonly token: string },
): Promise<void> {
  const expected = Buffer.from(`Bearer ${token}`)
  server.addContentTypeParser(
    'application/msgpack',
    { parseAs: 'buffer', bodyLimit: 64 * 1024 * 1024 },
    (_, body, done) => done(null, body),
  )
  for (const method of controlMethods) {
    server.post(
      `/api/v1/control/${method}`,
      { schema: { hide: true }, bodyLimit: 64 * 1024 * 1024 },
      async (request, reply) => {
        const given = Buffer.from(request.headers.authorization ?? '')
        if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
          return reply.code(401).send({
            title: 'Unauthorized',
            status: 401,
            detail: 'the control interface takes the token of the data folder alone',
          })
        }
        try {
          const args: unknown = controlCodec.unpack(request.body as Buffer)
          const result = await invoke(instance, method, Array.isArray(args) ? args : [])
          return await reply
            .type('application/msgpack')
            .send(result === undefined ? Buffer.alloc(0) : controlCodec.pack(result))
        } catch (error) {
          return reply
            .code(400)
            .send({ title: 'Refused', status: 400, detail: error instanceof Error ? error.message : String(error) })
        }
      },
    )
  }
}

/** The wire is an edge: arguments are what the other side of `runningInstance` packed. */
function invoke(instance: Instance, method: ControlMethod, args: readonly unknown[]): Promise<unknown> {
  const target = instance[method] as (...args: readonly unknown[]) => Promise<unknown>
  return target.apply(instance, [...args])
}
