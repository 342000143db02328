import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { createLogger } from 'kafkajs/src/loggers/index.js'
import { connections } from './connections.js'

describe('a connection to a broker', () => {
  it('is made once, however many want it at once, and again when it was lost', async () => {
    let accepted = 0
    const server = createServer((socket) => {
      accepted += 1
      socket.resume()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const builder = connections({
      brokers: [`127.0.0.1:${port}`],
      ...{ ssl: null, sasl: null, clientId: 'many', maxInFlightRequests: null },
      ...{ requestTimeout: 1_000, enforceRequestTimeout: true, connectionTimeout: 5_000, reauthenticationThreshold: 0 },
      logger: createLogger({ level: 0, logCreator: () => () => undefined }),
    })
    const [connection] = (await builder.build({ host: '127.0.0.1', port })).pool
    if (connection === undefined) throw new Error('a broker has connections')

    await Promise.all(Array.from({ length: 20 }, () => connection.connect()))
    expect(accepted).toBe(1)
    await connection.disconnect()
    await Promise.all(Array.from({ length: 20 }, () => connection.connect()))
    expect(accepted).toBe(2)

    await connection.disconnect()
    server.close()
  })
})
