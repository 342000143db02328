import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface Front {
  /** Address of the registry's API behind it. */
  readonly url: string
  close(): Promise<void>
}

/** Status that a request is refused with; null lets it through. */
export type Refuses = (asked: IncomingMessage) => number | null

/**
 * What stands before a registry where others are kept out: it speaks TLS, and lets through who may.
 * @param behind address of the registry's API
 */
export async function registryFront(behind: string, refuses: Refuses, tls?: ServerOptions): Promise<Front> {
  const handle = (asked: IncomingMessage, answer: ServerResponse) => {
    const status = refuses(asked)
    if (status !== null) {
      asked.resume()
      answer.writeHead(status, { 'content-type': 'text/html' }).end('<h1>not here</h1>')
      return
    }
    const { method, headers } = asked
    const passed = request(new URL(asked.url ?? '/', behind), { method, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    passed.on('error', () => answer.writeHead(502).end())
    asked.pipe(passed)
  }
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { pathname } = new URL(behind)
  return {
    url: `http${tls === undefined ? '' : 's'}://127.0.0.1:${port}${pathname}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
