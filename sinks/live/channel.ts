import type { Board } from '../../schemas/board.js'
import { renderBoard } from './board.js'
import type { Cube } from './cube.js'
import { type ChannelState, Feed, type FeedLimits, type LiveClient } from './feed.js'
import type { BoardFilter } from './filter.js'
import type { HeldSources } from './held-sources.js'
import type { LiveMessage } from './messages.js'
import type { LeftOut } from './one-author.js'
import { LatestPosts } from './posts.js'
import type { StreamStatus } from './status.js'
import { type Range, rangeOf, type View, wholeRange } from './view.js'

/** Posts that a board lists beside its tables. */
export const boardPosts = 30

/** Where a board ends: its newest instant, and up to where all is there. */
export interface Instants {
  readonly anchor: number
  readonly watermark: number
}

/** The range of a board, and what of it is compared with what precedes it. */
export interface Shown extends Range {
  readonly whole: Range
}

/** What a channel counts. */
export interface Watching {
  readonly cube: Cube
  /** What is counted of the word that the view is about, see `wordAlone`. */
  readonly ofWord: Cube | null
  readonly filter: BoardFilter | null
  /** The board of the view; null when it names none. */
  readonly board: Board | null
}

/**
 * One view that somebody watches: its state by key, its sequence number, and the feeds of its clients. The state
 * changes in `refresh` alone, so that everything between two refreshes reaches clients as one change for each key.
 */
export class Channel {
  readonly posts = new LatestPosts(boardPosts)
  #authors: ReadonlyMap<string, number> = new Map()
  #leftOut: readonly LeftOut[] = []
  #authorsVersion = -1
  #held: HeldSources | null = null
  #sequence = 0
  readonly #texts = new Map<string, string>()
  readonly #data = new Map<string, unknown>()
  readonly #feeds = new Map<string, Feed>()
  #seen: readonly unknown[] = []
  #about: Watching

  constructor(
    /** Names the channel on the wire. */
    readonly id: string,
    readonly view: View,
    about: Watching,
  ) {
    this.#about = about
  }

  get cube(): Cube {
    return this.#about.cube
  }

  get filter(): BoardFilter | null {
    return this.#about.filter
  }

  /** All that is asked of the store for the channel. */
  get cubes(): readonly Cube[] {
    const { cube, ofWord } = this.#about
    return [cube, ofWord, this.#held?.apart ?? null, this.#held?.apartOfWord ?? null].filter((one) => one !== null)
  }

  /** The board was edited: from the next refresh on its clients see what it counts now. */
  watch(about: Watching): void {
    this.#about = about
    this.#authors = new Map()
    this.#leftOut = []
    this.#authorsVersion = -1
    this.#held = null
    this.posts.clear()
  }

  /** What is held against the preceding span; null until that is asked. */
  get held(): HeldSources | null {
    return this.#held
  }

  /** Takes which sources were heard in both spans. */
  hears(held: HeldSources): void {
    this.#held = held
  }

  /** Ends the connections of all clients, who are told why. */
  closeAll(reason: string): void {
    for (const feed of this.#feeds.values()) feed.client.close(reason)
    this.#feeds.clear()
  }

  get clients(): number {
    return this.#feeds.size
  }

  /** The range that the board shows when its newest instant is the anchor, and what of it is compared. */
  range({ anchor, watermark }: Instants): Shown {
    const { span } = this.view
    return { ...rangeOf(span, anchor), whole: wholeRange(span, watermark) }
  }

  /** Terms that the board names at present, for what must be asked from the store. */
  get namedTerms(): readonly { readonly term: string; readonly kind: string }[] {
    const named = new Map<string, { readonly term: string; readonly kind: string }>()
    if (this.view.term !== null) named.set(`${this.view.term.kind} ${this.view.term.term}`, this.view.term)
    for (const value of this.#termsAt('top/')) named.set(`${value.kind} ${value.term}`, value)
    return [...named.values()]
  }

  /** Terms that the board says are rising. */
  get risenTerms(): readonly { readonly term: string; readonly kind: string }[] {
    return this.#termsAt('rising/')
  }

  #termsAt(prefix: string) {
    return [...this.#data].flatMap(([key, value]) => (key.startsWith(prefix) && isTerm(value) ? [value] : []))
  }

  /** Whether windows or posts changed since the distinct authors were last counted. */
  get authorsStale(): boolean {
    return this.#authorsVersion !== this.cube.version
  }

  /** Takes distinct authors by term key, and those who may move what rises, counted when the cube was at the given version. */
  countedAuthors(authors: ReadonlyMap<string, number>, leftOut: readonly LeftOut[], version: number): void {
    this.#authors = authors
    this.#leftOut = leftOut
    this.#authorsVersion = version
  }

  /** Whether anything of the stream reached the board since the last refresh. */
  isDirty(range: Shown, status: StreamStatus): boolean {
    const now = this.#inputs(range, status)
    return now.some((value, index) => value !== this.#seen[index])
  }

  /** Computes the board anew and offers what changed to every feed. */
  refresh(range: Shown, status: StreamStatus): void {
    this.#seen = this.#inputs(range, status)
    const { view, cube } = this
    const authors = this.#authors
    const leftOut = this.#leftOut
    const { board, ofWord } = this.#about
    const rendered = renderBoard({
      ...{ view, range, whole: range.whole, cube, ofWord, posts: this.posts.latest(), authors, leftOut },
      ...{ held: this.#held, status, board },
    })
    const changes = new Map<string, unknown>()
    for (const [key, value] of rendered) {
      const text = JSON.stringify(value)
      if (this.#texts.get(key) === text) continue
      this.#texts.set(key, text)
      this.#data.set(key, value)
      changes.set(key, value)
    }
    for (const key of this.#data.keys()) {
      if (rendered.has(key)) continue
      this.#texts.delete(key)
      this.#data.delete(key)
      changes.set(key, null)
    }
    if (changes.size === 0) return
    this.#sequence += 1
    for (const feed of this.#feeds.values()) feed.offer(changes)
  }

  /** Adds a client that is given the snapshot; deltas go on from there. */
  join(client: LiveClient, limits: FeedLimits, clock: () => number): LiveMessage {
    const { channel, sequence, data } = this.#state()
    this.#feeds.set(client.id, new Feed(client, this.#state, sequence, limits, clock))
    return { kind: 'snapshot', channel, sequence, data: Object.fromEntries(data) }
  }

  resync(clientId: string): void {
    this.#feeds.get(clientId)?.resync()
  }

  leave(clientId: string): void {
    this.#feeds.delete(clientId)
  }

  /** Closes clients that lag for too long. @returns how many. */
  closeStuck(): number {
    let closed = 0
    for (const [id, feed] of this.#feeds) {
      if (!feed.closeIfStuck()) continue
      this.#feeds.delete(id)
      closed += 1
    }
    return closed
  }

  readonly #state = (): ChannelState => ({ channel: this.id, sequence: this.#sequence, data: this.#data })

  #inputs(range: Shown, status: StreamStatus): readonly unknown[] {
    return [
      this.#about,
      this.posts.version,
      this.#authors,
      this.#held,
      range.from,
      range.until,
      range.whole.until,
      status,
      ...this.cubes.map(({ version }) => version),
    ]
  }
}

function isTerm(value: unknown): value is { readonly term: string; readonly kind: string } {
  return typeof value === 'object' && value !== null && 'term' in value && 'kind' in value
}
