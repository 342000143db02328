import type { Trend } from '../../schemas/trend.js'
import type { LiveClient } from '../../sinks/live/feed.js'
import type { History } from '../../sinks/live/history.js'
import { type HubLimits, LiveHub } from '../../sinks/live/hub.js'
import { type LiveMessage, Replica } from '../../sinks/live/messages.js'
import { aTrend } from './trends.js'

/** An early result of an hour, of all mentions unless said otherwise. */
export const anHour = (fields: Partial<Trend> = {}): Trend =>
  aTrend({
    ...{ term: '*', kind: 'all', window: 'hour', start: 1_600_002_000_000, end: 1_600_005_600_000, isFinal: false },
    ...{ mentions: 1, reposts: 0, negative: 0, neutral: 1, positive: 0, unsure: 0, authors: 1 },
    ...fields,
  })

export const noHistory: History = {
  beginning: async () => null,
  storeBegins: async () => null,
  hearings: async () => new Map([['posts', { kind: 'heard' }]]),
  cells: async () => [],
  words: async () => [],
  posts: async () => [],
  authors: async () => new Map(),
  leftOut: async () => [],
}

/** A clock that is moved by hand, and a hub that goes by it. */
export function aHub({ history = noHistory, limits }: { history?: History; limits?: Partial<HubLimits> } = {}) {
  const time = { now: 1_600_003_000_000 }
  const seen = { closed: 0, clients: 0, channels: 0, errors: [] as Error[] }
  const hub = new LiveHub({
    history,
    clock: () => time.now,
    observer: {
      clients: (count) => {
        seen.clients = count
      },
      channels: (count) => {
        seen.channels = count
      },
      closed: () => {
        seen.closed += 1
      },
      failed: (error) => {
        seen.errors.push(error)
      },
    },
    ...(limits === undefined ? {} : { limits }),
  })
  return { hub, time, seen }
}

/** A board: it keeps a copy, and the test decides when messages arrive and whether they are lost. */
export class TestClient implements LiveClient {
  readonly replica = new Replica()
  readonly inbox: { readonly message: LiveMessage; readonly acknowledged: () => void }[] = []
  closed: string | null = null
  received = 0

  constructor(readonly id: string) {}

  send(message: LiveMessage, acknowledged: () => void): void {
    this.inbox.push({ message, acknowledged })
  }

  close(reason: string): void {
    this.closed = reason
  }

  /** Takes the next message; @returns whether the copy had a gap. */
  receive({ lost = false } = {}): boolean {
    const next = this.inbox.shift()
    if (next === undefined) return false
    this.received += 1
    const gap = !lost && this.replica.apply(next.message) === 'gap'
    next.acknowledged()
    return gap
  }
}
