import type { LiveMessage } from './messages.js'

/** Someone who watches a channel. */
export interface LiveClient {
  readonly id: string
  /** Sends; `acknowledged` is called when the client has it. Never throws, never waits. */
  send(message: LiveMessage, acknowledged: () => void): void
  /** Ends the connection; the client is told why and may come back. */
  close(reason: string): void
}

export interface FeedLimits {
  /** Milliseconds after which a client that does not acknowledge is closed. */
  readonly patience: number
  /** Keys that wait for a client; beyond it a snapshot takes their place. */
  readonly pendingKeys: number
}

/** What a channel holds at a sequence number. */
export interface ChannelState {
  readonly channel: string
  readonly sequence: number
  readonly data: ReadonlyMap<string, unknown>
}

/**
 * The way from a channel to one client. At most one message is under way; what changes meanwhile waits with its newest
 * value for each key. A slow client thus gets fewer and larger deltas, holds up nobody, and costs bounded memory
 * (invariant 7).
 */
export class Feed {
  readonly #client: LiveClient
  readonly #state: () => ChannelState
  readonly #limits: FeedLimits
  readonly #clock: () => number
  #sent: number
  #underWaySince: number | null = null
  #pending = new Map<string, unknown>()
  #snapshotDue = false

  /** @param sequence What the client holds already. */
  constructor(
    client: LiveClient,
    state: () => ChannelState,
    sequence: number,
    limits: FeedLimits,
    clock: () => number,
  ) {
    this.#client = client
    this.#state = state
    this.#sent = sequence
    this.#limits = limits
    this.#clock = clock
  }

  get client(): LiveClient {
    return this.#client
  }

  /** Keys that wait for the client. */
  get waiting(): number {
    return this.#pending.size
  }

  /** Takes the changes that led to the channel's present sequence number. */
  offer(changes: ReadonlyMap<string, unknown>): void {
    if (!this.#snapshotDue) {
      for (const [key, value] of changes) this.#pending.set(key, value)
      if (this.#pending.size > this.#limits.pendingKeys) this.#dueSnapshot()
    }
    this.#sendNext()
  }

  /** The client missed something: it gets the whole state next. */
  resync(): void {
    this.#dueSnapshot()
    this.#sendNext()
  }

  /** Closes a client that has not acknowledged for too long. @returns whether it did. */
  closeIfStuck(): boolean {
    if (this.#underWaySince === null || this.#clock() - this.#underWaySince < this.#limits.patience) return false
    this.#client.close('too slow: no acknowledgement')
    return true
  }

  #dueSnapshot(): void {
    this.#pending = new Map()
    this.#snapshotDue = true
  }

  #sendNext(): void {
    if (this.#underWaySince !== null) return
    const message = this.#next()
    if (message === null) return
    this.#underWaySince = this.#clock()
    this.#client.send(message, () => {
      this.#underWaySince = null
      this.#sendNext()
    })
  }

  #next(): LiveMessage | null {
    const { channel, sequence, data } = this.#state()
    if (this.#snapshotDue) {
      this.#snapshotDue = false
      this.#sent = sequence
      return { kind: 'snapshot', channel, sequence, data: Object.fromEntries(data) }
    }
    if (this.#pending.size === 0) return null
    const message: LiveMessage = { kind: 'delta', channel, from: this.#sent, to: sequence, changes: [...this.#pending] }
    this.#pending = new Map()
    this.#sent = sequence
    return message
  }
}
