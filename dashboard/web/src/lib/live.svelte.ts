import { io } from 'socket.io-client'
import type { Board as WatchedBoard } from '../../../../schemas/board.js'
import type { Bar, BoardEntries, Frame, RisingTerm, TopTerm, Total } from '../../../../sinks/live/board.js'
import { type LiveMessage, Replica } from '../../../../sinks/live/messages.js'
import type { BoardPost } from '../../../../sinks/live/posts.js'
import type { LiveReply } from '../../../../sinks/live/socket.js'
import type { StreamStatus } from '../../../../sinks/live/status.js'
import type { ChosenView } from './view.svelte.js'

export interface ChartBar {
  readonly start: number
  readonly bar: Bar
}

/** All that a board shows, put together from the entries of its channel. */
export interface Board {
  readonly frame: Frame
  readonly total: Total
  readonly status: StreamStatus
  /** The board whose filter applies; null shows everything. */
  readonly watched: WatchedBoard | null
  readonly bars: readonly ChartBar[]
  readonly top: readonly TopTerm[]
  readonly rising: readonly RisingTerm[]
  readonly posts: readonly BoardPost[]
}

const silent: Bar = [0, 0, 0, 0, 0]

/** The server's own hub wrote the entries: their types are those of `BoardEntries`, by key. */
function boardOf(data: ReadonlyMap<string, unknown>): Board | null {
  const entry = <Key extends keyof BoardEntries>(key: Key) => data.get(key) as BoardEntries[Key] | undefined
  const [frame, total, status] = [entry('frame'), entry('total'), entry('status')]
  if (frame === undefined || total === undefined || status === undefined) return null
  const bars: ChartBar[] = []
  for (let start = frame.from; start < frame.until; start += frame.step) {
    bars.push({ start, bar: entry(`bar/${start}`) ?? silent })
  }
  const top: TopTerm[] = []
  for (let rank = 0, term = entry('top/0'); term !== undefined; term = entry(`top/${++rank}`)) top.push(term)
  const rising: RisingTerm[] = []
  for (let rank = 0, term = entry('rising/0'); term !== undefined; term = entry(`rising/${++rank}`)) rising.push(term)
  const posts = [...data].filter(([key]) => key.startsWith('post/')).map(([, post]) => post as BoardPost)
  posts.sort((a, b) => b.createdAt - a.createdAt || (a.postId > b.postId ? -1 : 1))
  return { frame, total, status, watched: entry('board') ?? null, bars, top, rising, posts }
}

/** The connection to the hub: watches one view at a time and keeps a copy of its board. */
export class LiveBoard {
  connection = $state<'connecting' | 'open' | 'lost'>('connecting')
  /** Why the hub refused the view; null when it did not. */
  refused = $state<string | null>(null)
  /** The last board received; stays while the next view opens or the connection is lost. */
  board = $state.raw<Board | null>(null)
  /** True from the choice of a view until its board is here. */
  opening = $state(true)

  readonly #socket = io({ path: '/live', transports: ['websocket', 'polling'], tryAllTransports: true })
  #view: Omit<ChosenView, 'page'> | null = null
  #channel: string | null = null
  #replica = new Replica()
  /** Replies to earlier choices are told from the reply to this one. */
  #choice = 0

  constructor() {
    this.#socket.on('connect', () => {
      this.connection = 'open'
      this.#channel = null
      this.#subscribe()
    })
    this.#socket.on('disconnect', (reason) => {
      this.connection = 'lost'
      // A server that closes the connection itself (a client that lagged) expects it back; socket.io waits to be told.
      if (reason === 'io server disconnect') this.#socket.connect()
    })
    this.#socket.on('connect_error', () => {
      this.connection = 'lost'
    })
    this.#socket.on('message', (message: LiveMessage, acknowledge: () => void) => {
      acknowledge()
      this.#receive(message)
    })
  }

  /** Shows another view. */
  watch({ page: _, ...view }: ChosenView): void {
    if (this.#view !== null && JSON.stringify(view) === JSON.stringify(this.#view)) return
    this.#view = view
    if (this.#socket.connected) this.#subscribe()
  }

  /** Asks again for the view that was refused. */
  retry(): void {
    this.#subscribe()
  }

  #subscribe(): void {
    if (this.#view === null) return
    this.#choice += 1
    const choice = this.#choice
    this.opening = true
    if (this.#channel !== null) this.#socket.emit('unsubscribe', this.#channel)
    this.#channel = null
    this.#socket.emit('subscribe', { ...this.#view, span: this.#view.span ?? undefined }, (reply: LiveReply) => {
      if (reply.kind === 'subscribed' && choice !== this.#choice) {
        this.#socket.emit('unsubscribe', reply.message.channel)
        return
      }
      if (choice !== this.#choice) return
      this.opening = false
      this.refused = reply.kind === 'refused' ? reply.reason : null
      if (reply.kind === 'refused') return
      this.#channel = reply.message.channel
      this.#replica = new Replica()
      this.#receive(reply.message)
    })
  }

  #receive(message: LiveMessage): void {
    if (message.channel !== this.#channel) return
    if (this.#replica.apply(message) === 'gap') this.#socket.emit('resync', message.channel)
    else this.board = boardOf(this.#replica.data)
  }
}
