import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A sign of life that the system takes away when the process dies. */
export interface Liveness {
  /** Path of the socket. */
  readonly socket: string
  end(): Promise<void>
}

/** A path of a socket has at most 104 bytes on macOS, 108 on Linux, its end included. */
const longestPath = 103

/**
 * Listens on a new socket in the folder; in the folder for temporary files when the path is too long, or the file system
 * has no sockets. Keeps no process alive.
 */
export async function listenForLife(dir: string): Promise<Liveness> {
  const name = `pulso-${randomUUID().slice(0, 8)}.sock`
  const inside = join(dir, name)
  if (Buffer.byteLength(inside) <= longestPath) {
    try {
      return await listen(inside)
    } catch {
      // Some network and shared file systems hold no sockets.
    }
  }
  return listen(join(tmpdir(), name))
}

/** Whether the process that made the socket is alive. */
export function someoneListens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', ({ code }: NodeJS.ErrnoException) => {
      // Any other answer (a full backlog, a foreign user) may come from a living owner.
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT')
    })
  })
}

function listen(socket: string): Promise<Liveness> {
  const server: Server = createServer((connection) => connection.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, () => {
      server.unref()
      resolve({
        socket,
        end: () =>
          new Promise((ended) => {
            server.close(() => {
              rmSync(socket, { force: true })
              ended()
            })
          }),
      })
    })
  })
}
