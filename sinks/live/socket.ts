import type { DefaultEventsMap, Server, Socket } from 'socket.io'
import type { LiveClient } from './feed.js'
import type { LiveHub } from './hub.js'
import type { LiveMessage } from './messages.js'
import { parseView } from './view.js'

/** Milliseconds between two refreshes of the boards: fast enough to look live, slow enough to conflate bursts. */
export const tickEvery = 250

/** Boards that one connection may watch at a time. */
const channelsOfClient = 4
/** Subscriptions and resyncs of one connection in ten seconds. */
const requestsInTenSeconds = 40

export type LiveReply =
  | { readonly kind: 'subscribed'; readonly message: LiveMessage }
  | { readonly kind: 'refused'; readonly reason: string }

type LiveSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, unknown>

/**
 * Binds the hub to socket.io. Events from a client: `subscribe` (view, reply), `unsubscribe` (channel), `resync`
 * (channel). Events to it: `message` (LiveMessage), to be acknowledged.
 * @returns How to stop the ticking.
 */
export function attachSocket(server: Server, hub: LiveHub, clock: () => number): () => void {
  server.on('connection', (socket: LiveSocket) => {
    const client = clientOf(socket)
    const channels = new Set<string>()
    const allowed = requestBudget(clock)
    let opening = 0

    socket.on('subscribe', async (view: unknown, reply: unknown) => {
      if (typeof reply !== 'function') return
      const answer = (value: LiveReply) => reply(value)
      if (!allowed()) return answer({ kind: 'refused', reason: 'too many requests: wait ten seconds' })
      if (channels.size + opening >= channelsOfClient) {
        return answer({ kind: 'refused', reason: `${channelsOfClient} boards at a time: unsubscribe one first` })
      }
      opening += 1
      try {
        const message = await hub.subscribe(parseView(view, await hub.usualSpan()), client)
        if (!socket.connected) return hub.leave(socket.id)
        channels.add(message.channel)
        answer({ kind: 'subscribed', message })
      } catch (error) {
        answer({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) })
      } finally {
        opening -= 1
      }
    })
    socket.on('unsubscribe', (channel: unknown) => {
      if (typeof channel !== 'string' || !channels.delete(channel)) return
      hub.leave(socket.id, channel)
    })
    socket.on('resync', (channel: unknown) => {
      if (typeof channel === 'string' && channels.has(channel) && allowed()) hub.resync(channel, socket.id)
    })
    socket.on('disconnect', () => hub.leave(socket.id))
  })
  const timer = setInterval(() => hub.tick(), tickEvery)
  timer.unref()
  return () => clearInterval(timer)
}

const clientOf = (socket: LiveSocket): LiveClient => ({
  id: socket.id,
  send(message, acknowledged) {
    socket.emit('message', message, acknowledged)
  },
  close(reason) {
    socket.emit('closing', reason)
    socket.disconnect(true)
  },
})

function requestBudget(clock: () => number): () => boolean {
  let from = 0
  let used = 0
  return () => {
    const now = clock()
    if (now - from >= 10_000) {
      from = now
      used = 0
    }
    used += 1
    return used <= requestsInTenSeconds
  }
}
