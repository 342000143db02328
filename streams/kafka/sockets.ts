import { connect, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls'
import { Frames } from './wire/frames.js'

/** Where to connect to, as kafkajs says it. */
export interface Connecting {
  readonly host: string
  readonly port: number
  readonly ssl: ConnectionOptions | null
  readonly onConnect: () => void
}

/** Milliseconds of silence after which the system asks whether the other side is still there. */
const keepAlive = 60_000

/**
 * Opens a socket to a broker whose `data` are whole answers, each read into memory of its own. What sockets of Node give
 * are chunks of 64 kB, which have to be put together: twice the memory, most of it to be collected at once.
 */
export function wholeAnswers({ host, port, ssl, onConnect }: Connecting): Socket {
  const frames = new Frames((frame) => socket.emit('data', frame))
  const onread = {
    buffer: () => frames.room(),
    callback: (bytes: number) => {
      try {
        frames.put(bytes)
        return true
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)))
        return false
      }
    },
  }
  // the types of Node do not know that sockets with TLS take it too
  const secured = { host, port, onread, ...(isIP(host) === 0 && { servername: host }), ...ssl }
  const socket: Socket = ssl === null ? connect({ host, port, onread }, onConnect) : connectSecurely(secured, onConnect)
  return socket.setKeepAlive(true, keepAlive)
}
