import type { Board } from '../../schemas/board.js'
import type { Mention } from '../../schemas/mention.js'
import type { Trend } from '../../schemas/trend.js'
import { Channel, type Instants, type Watching } from './channel.js'
import { type CubeLimits, Cubes } from './cubes.js'
import type { FeedLimits, LiveClient } from './feed.js'
import { type BoardFilter, filterOf, wordAlone } from './filter.js'
import { HeldSourcesOf } from './held-sources.js'
import type { History } from './history.js'
import type { LiveMessage } from './messages.js'
import { anchorOf, watermarkOf } from './newest.js'
import { boardPost, showsMention } from './posts.js'
import { initialStatus, type StreamStatus } from './status.js'
import {
  endOfTime,
  type Layout,
  layouts,
  precedingOf,
  type Range,
  rangeOf,
  type Span,
  usualSpan,
  type View,
  viewKey,
  wholeRange,
} from './view.js'

export interface HubLimits extends FeedLimits, CubeLimits {
  /** Different views watched at a time. */
  readonly channels: number
  /** Milliseconds for which a channel without clients is kept, for those who come back. */
  readonly linger: number
  /** Least milliseconds between two questions for distinct authors. */
  readonly authorsEvery: number
}

export const hubLimits: HubLimits = {
  patience: 20_000,
  pendingKeys: 1_000,
  channels: 200,
  cells: 400_000,
  linger: 30_000,
  settle: 2_000,
  authorsEvery: 10_000,
}

export interface HubObserver {
  clients(count: number): void
  channels(count: number): void
  /** A client was closed because it lagged. */
  closed(): void
  failed(error: Error): void
}

export interface HubDependencies {
  readonly history: History
  /** Processing time in milliseconds since the epoch. */
  readonly clock: () => number
  readonly observer: HubObserver
  readonly limits?: Partial<HubLimits>
}

interface Watched {
  readonly channel: Channel
  /** Resolved once the past is there. */
  readonly opened: Promise<void>
  opening: boolean
  /** A board that takes long to compute is computed less often. */
  refreshAt: number
  emptySince: number | null
  /** When the posts are to be asked from the store again; null when none are missing. */
  postsAt: number | null
  authorsAt: number
  /** When it was asked which sources are compared. */
  heardAt: number
  busy: boolean
}

/** A board rests this many times as long as it took: it never takes more than a twentieth of a core. */
const refreshRest = 20
/** How often windows that no board shows any more are forgotten. */
const pruneEvery = 60_000

/**
 * Live boards. The hub owns channels (one a view), cubes (windows in memory, one for each watched region and kind of
 * window) and feeds (one a client); it is fed by the tail of the topics and moved by `tick`. What nobody watches costs
 * nothing: cubes are filled from the store when the first board opens.
 */
export class LiveHub {
  readonly #history: History
  readonly #clock: () => number
  readonly #observer: HubObserver
  readonly #limits: HubLimits
  readonly #channels = new Map<string, Watched>()
  readonly #cubes: Cubes
  readonly #heldSources: HeldSourcesOf
  readonly #boards = new Map<string, Board>()
  #status: StreamStatus = initialStatus
  #nextChannel = 1
  #prunedAt = 0

  constructor({ history, clock, observer, limits }: HubDependencies) {
    this.#history = history
    this.#clock = clock
    this.#observer = observer
    this.#limits = { ...hubLimits, ...limits }
    this.#cubes = new Cubes(history, clock, this.#limits, observer.failed)
    this.#heldSources = new HeldSourcesOf(history, this.#cubes, clock)
  }

  get status(): StreamStatus {
    return this.#status
  }

  /** Takes a result of a window, early or final, in any order. */
  onTrend(trend: Trend): void {
    this.#cubes.onTrend(trend)
  }

  /** Takes a change of the mentions: one more, or one taken back. */
  onMention(mention: Mention): void {
    for (const watched of this.#channels.values()) {
      const { channel } = watched
      if (mention.sign > 0) {
        if (showsMention(channel.view, channel.filter, mention)) channel.posts.add(boardPost(mention))
      } else if (channel.posts.remove(mention.postId, mention.revision)) {
        watched.postsAt ??= this.#clock() + this.#limits.settle
      }
    }
    this.#cubes.onMention(mention)
    this.#sawEvent(mention.createdAt)
  }

  /** Takes a board as it stands, or that it is gone: whoever watches it sees the change, or is told. */
  onBoard(boardId: string, board: Board | null): void {
    const before = this.#boards.get(boardId)
    if (board === null) this.#boards.delete(boardId)
    else this.#boards.set(boardId, board)
    for (const [key, watched] of this.#channels) {
      if (watched.channel.view.board !== boardId || board?.revision === before?.revision) continue
      if (board === null) {
        watched.channel.closeAll(`the board "${before?.name ?? boardId}" was deleted`)
        this.#close(key)
      } else this.#watchAnew(key, watched)
    }
  }

  /** Takes the state of the stream. When a backfill ends, boards are compared with the store once more. */
  onStatus(status: StreamStatus): void {
    const backfilled = this.#status.phase === 'backfilling' && status.phase !== 'backfilling'
    const lastEventAt = Math.max(status.lastEventAt ?? -1, this.#status.lastEventAt ?? -1)
    this.#status = { ...status, lastEventAt: lastEventAt < 0 ? null : lastEventAt }
    if (backfilled) this.reload()
  }

  /** More came than was handed on: boards are compared with the store once what was written has settled there. */
  reload(): void {
    const at = this.#clock() + this.#limits.settle
    this.#cubes.reload()
    for (const watched of this.#channels.values()) watched.postsAt ??= at
  }

  /**
   * Gives the snapshot of a view and sends its deltas to the client from then on, until it leaves.
   * @throws Error when too many different views are watched, or the store cannot be asked.
   */
  async subscribe(view: View, client: LiveClient): Promise<LiveMessage> {
    const watched = this.#watch(view)
    await watched.opened
    watched.emptySince = null
    this.#refresh(watched.channel)
    const message = watched.channel.join(client, this.#limits, this.#clock)
    this.#countClients()
    return message
  }

  /** The client missed a message of the channel: it gets the whole state. */
  resync(channelId: string, clientId: string): void {
    for (const { channel } of this.#channels.values()) if (channel.id === channelId) channel.resync(clientId)
  }

  /** The client watches no more: one channel, or all of them. */
  leave(clientId: string, channelId?: string): void {
    for (const watched of this.#channels.values()) {
      const { channel } = watched
      if (channelId !== undefined && channel.id !== channelId) continue
      channel.leave(clientId)
      if (channel.clients === 0) watched.emptySince ??= this.#clock()
    }
    this.#countClients()
  }

  /** Sends what changed, closes who lags, asks the store for what is missing, forgets what nobody watches. */
  tick(): void {
    const now = this.#clock()
    this.#cubes.tick()
    for (const [key, watched] of this.#channels) {
      const { channel } = watched
      const stuck = channel.closeStuck()
      for (let closed = 0; closed < stuck; closed += 1) this.#observer.closed()
      if (watched.opening) continue
      if (channel.clients === 0) {
        watched.emptySince ??= now
        if (now - watched.emptySince >= this.#limits.linger) this.#close(key)
        continue
      }
      if (now >= watched.refreshAt) {
        const began = this.#clock()
        this.#refresh(channel)
        const ended = this.#clock()
        watched.refreshAt = ended + refreshRest * (ended - began)
      }
      this.#askStore(watched, now)
    }
    if (now - this.#prunedAt >= pruneEvery) this.#prune(now)
  }

  /** The span of a board that names none: it depends on how much past is known. */
  async usualSpan(): Promise<Span> {
    const beginning = await this.#history.beginning()
    return usualSpan(beginning, anchorOf(this.#status, layouts['7d'].length, this.#clock()))
  }

  /** The range that a board of the span shows at present, and the kind of windows it is made of. */
  periodOf(span: Span): Range & { readonly window: Layout['window'] } {
    const { window, length } = layouts[span]
    return { window, ...rangeOf(span, anchorOf(this.#status, length, this.#clock())) }
  }

  /** Up to where all of a span is there: what is compared ends with the last window that is final then. */
  watermark(span: Span): number {
    return watermarkOf(this.#status, layouts[span].length, this.#clock())
  }

  #sawEvent(at: number): void {
    if (at > (this.#status.lastEventAt ?? -1)) this.#status = { ...this.#status, lastEventAt: at }
  }

  #instants({ span }: View, now: number): Instants {
    const { length } = layouts[span]
    return { anchor: anchorOf(this.#status, length, now), watermark: watermarkOf(this.#status, length, now) }
  }

  #refresh(channel: Channel): void {
    const range = channel.range(this.#instants(channel.view, this.#clock()))
    if (channel.isDirty(range, this.#status)) channel.refresh(range, this.#status)
  }

  #watch(view: View): Watched {
    const key = viewKey(view)
    const present = this.#channels.get(key)
    if (present !== undefined) return present
    if (this.#channels.size >= this.#limits.channels) {
      throw new Error(
        `${this.#limits.channels} different views are watched already: close a board, or choose a view that others watch`,
      )
    }
    const { about, loaded } = this.#about(view)
    const channel = new Channel(`board-${this.#nextChannel}`, view, about)
    this.#nextChannel += 1
    const opened = Promise.all([loaded, this.#loadPosts(channel), this.#hear(channel)])
      .then(() => {
        watched.opening = false
      })
      .catch((error: unknown) => {
        this.#close(key)
        throw error
      })
    const postsAt = this.#clock() + this.#limits.settle
    const watched: Watched = {
      ...{ channel, opened, opening: true, busy: false },
      ...{ refreshAt: 0, emptySince: null, postsAt, authorsAt: 0, heardAt: this.#clock() },
    }
    this.#channels.set(key, watched)
    this.#observer.channels(this.#channels.size)
    return watched
  }

  /** What a view counts, and when its windows are here. @throws Error when it names a board that there is none of */
  #about(view: View): { readonly about: Watching; readonly loaded: Promise<unknown> } {
    const board = view.board === null ? null : (this.#boards.get(view.board) ?? null)
    if (view.board !== null && board === null) {
      throw new Error(`there is no board "${view.board}": it was deleted, or never made`)
    }
    const filter: BoardFilter | null = board === null ? null : filterOf(board)
    const { window } = layouts[view.span]
    const watch = (of: BoardFilter | null) => this.#cubes.watch(window, view.region, this.#wanted(view), of)
    const [all, word] = [watch(filter), wordAlone(view.term, filter)]
    const ofWord = word === null ? null : watch(word)
    const loaded = Promise.all([all.loaded, ofWord?.loaded])
    return { about: { cube: all.cube, ofWord: ofWord?.cube ?? null, filter, board }, loaded }
  }

  /** What a view shows, and what that is compared with. */
  #wanted(view: View): Range {
    const { anchor, watermark } = this.#instants(view, this.#clock())
    const { from } = precedingOf(wholeRange(view.span, watermark))
    return { from, until: rangeOf(view.span, anchor).until }
  }

  /** Asks which sources are compared. */
  async #hear(channel: Channel): Promise<void> {
    const { view, filter } = channel
    const { whole } = channel.range(this.#instants(view, this.#clock()))
    const held = await this.#heldSources.of(view, filter, whole, this.#wanted(view))
    if (filter === channel.filter) channel.hears(held)
    this.#keepWatched()
  }

  /** The board of the channel was edited. */
  #watchAnew(key: string, watched: Watched): void {
    const { channel } = watched
    const { about, loaded } = this.#about(channel.view)
    channel.watch(about)
    this.#keepWatched()
    watched.opening = true
    Promise.all([loaded, this.#loadPosts(channel), this.#hear(channel)])
      .catch((error: unknown) => {
        channel.closeAll('the board could not be read anew')
        this.#close(key)
        this.#observer.failed(error instanceof Error ? error : new Error(String(error)))
      })
      .finally(() => {
        watched.opening = false
      })
  }

  async #loadPosts(channel: Channel): Promise<void> {
    const { view, posts, filter } = channel
    const always = { from: 0, until: endOfTime }
    const found = await this.#history.posts(view, always, 2 * posts.most, filter)
    // the board may have been edited meanwhile: these are no longer its posts
    if (filter === channel.filter) for (const post of found) posts.add(post)
  }

  #askStore(watched: Watched, now: number): void {
    if (watched.busy) return
    const { channel } = watched
    const due: (() => Promise<void>)[] = []
    if (watched.postsAt !== null && now >= watched.postsAt) {
      watched.postsAt = null
      due.push(() => this.#loadPosts(channel))
    }
    if (now - watched.authorsAt >= this.#limits.authorsEvery && channel.authorsStale) {
      watched.authorsAt = now
      due.push(() => this.#countAuthors(channel, now))
    }
    if (this.#heldSources.isDue(watched.heardAt)) {
      watched.heardAt = now
      due.push(() => this.#hear(channel))
    }
    if (due.length === 0) return
    watched.busy = true
    Promise.all(due.map((ask) => ask()))
      .catch((error: unknown) => {
        watched.postsAt = this.#clock() + this.#limits.settle
        this.#observer.failed(error instanceof Error ? error : new Error(String(error)))
      })
      .finally(() => {
        watched.busy = false
      })
  }

  async #countAuthors(channel: Channel, now: number): Promise<void> {
    const { view, cube, namedTerms, risenTerms, filter } = channel
    const { version } = cube
    const range = channel.range(this.#instants(view, now))
    const { whole } = range
    const held = { region: view.region, now: whole, before: precedingOf(whole), filter: channel.held?.filter ?? filter }
    const [authors, leftOut] = await Promise.all([
      this.#history.authors(view.region, range, namedTerms, filter),
      this.#history.leftOut(risenTerms, held),
    ])
    if (cube === channel.cube) channel.countedAuthors(authors, leftOut, version)
  }

  #close(key: string): void {
    this.#channels.delete(key)
    this.#keepWatched()
    this.#observer.channels(this.#channels.size)
  }

  #keepWatched(): void {
    this.#cubes.keep(new Set([...this.#channels.values()].flatMap(({ channel }) => channel.cubes)))
  }

  #prune(now: number): void {
    this.#prunedAt = now
    this.#heldSources.prune()
    this.#cubes.prune((length) => anchorOf(this.#status, length, now))
  }

  #countClients(): void {
    let clients = 0
    for (const { channel } of this.#channels.values()) clients += channel.clients
    this.#observer.clients(clients)
  }
}
