import connectionPoolBuilder, { type ConnectionPoolBuilder } from 'kafkajs/src/cluster/connectionPoolBuilder.js'

/**
 * Makes the connections of brokers, each of which connects once however many want it at once. In kafkajs itself each of
 * them opens a socket; the last one stays, and when the others end they take it with them.
 */
export function connectingOnce(options: Parameters<typeof connectionPoolBuilder>[0]): ConnectionPoolBuilder {
  const builder = connectionPoolBuilder(options)
  return {
    build: async (at) => {
      const connections = await builder.build(at)
      for (const connection of connections.pool) {
        const connect = connection.connect.bind(connection)
        let connecting: Promise<boolean> | null = null
        connection.connect = () => {
          connecting ??= connect().finally(() => {
            connecting = null
          })
          return connecting
        }
      }
      return connections
    },
  }
}
