import type { Connection } from 'kafkajs/src/network/connection.js'
import type { Protocol } from './protocol.js'
import { WireReader } from './reader.js'
import { WireWriter } from './writer.js'

/**
 * Sends a request over a connection of kafkajs, whose queue it goes through, and reads its answer. Record batches go to
 * the socket as they are: kafkajs itself would copy them three times.
 * @throws Error of kafkajs where there is no connection, it is lost, or no answer comes in time
 */
export async function exchange<Result>(
  connection: Connection,
  { api, write, read, requestTimeout }: Protocol<Result>,
): Promise<Result> {
  if (!connection.isAuthenticated()) await connection.authenticate()
  connection.failIfNotConnected()
  const correlationId = connection.nextCorrelationId()
  const body = new WireWriter()
  write(body)
  const head = new WireWriter().int16(api.key).int16(api.version).int32(correlationId).string(connection.clientId)
  if (api.flexible === true) head.noTags()
  const length = new WireWriter(4).int32(head.size() + body.size())
  const parts = [...length.parts(), ...head.parts(), ...body.parts()]
  const answer = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
    connection.requestQueue.push({
      entry: { apiKey: api.key, apiName: api.name, apiVersion: api.version, correlationId, resolve, reject },
      expectResponse: true,
      requestTimeout,
      sendRequest: () => {
        const { socket } = connection
        socket.cork()
        for (const part of parts) socket.write(part)
        socket.uncork()
      },
    })
  })
  const from = new WireReader(answer.payload)
  if (api.flexible === true) from.tags()
  const result = read(from)
  connection.requestQueue.maybeThrottle(result.clientSideThrottleTime ?? null)
  return result
}
