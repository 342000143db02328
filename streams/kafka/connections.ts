import connectionPoolBuilder, { type ConnectionPoolBuilder } from 'kafkajs/src/cluster/connectionPoolBuilder.js'
import type { Connection } from 'kafkajs/src/network/connection.js'
import { wholeAnswers } from './sockets.js'

type Options = Omit<Parameters<typeof connectionPoolBuilder>[0], 'socketFactory'>

/**
 * Makes the connections of brokers. Each connects once however many want it at once: in kafkajs itself each of them opens
 * a socket; the last one stays, and when the others end they take it with them. Each is given whole answers, which
 * kafkajs would copy behind what it has left of the one before.
 */
export function connections(options: Options): ConnectionPoolBuilder {
  const builder = connectionPoolBuilder({ ...options, socketFactory: wholeAnswers })
  return {
    build: async (at) => {
      const built = await builder.build(at)
      for (const connection of built.pool) {
        connectOnce(connection)
        takeWhole(connection)
      }
      return built
    },
  }
}

function connectOnce(connection: Connection): void {
  const connect = connection.connect.bind(connection)
  let connecting: Promise<boolean> | null = null
  connection.connect = () => {
    connecting ??= connect().finally(() => {
      connecting = null
    })
    return connecting
  }
}

function takeWhole(connection: Connection): void {
  const processData = connection.processData.bind(connection)
  connection.processData = (frame) => {
    if (connection.authHandlers !== null) processData(frame)
    else {
      const correlationId = frame.readInt32BE(4)
      connection.requestQueue.fulfillRequest({ size: frame.length - 4, correlationId, payload: frame.subarray(8) })
    }
  }
}
