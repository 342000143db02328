import type { Mention } from '../../schemas/mention.js'
import type { Trend } from '../../schemas/trend.js'
import { Cube } from './cube.js'
import { type BoardFilter, filterKey, passes, slotParams } from './filter.js'
import type { History } from './history.js'
import { endOfTime, type Layout, layouts, type Range, spans, termKey } from './view.js'

interface Entry {
  readonly cube: Cube
  readonly window: Layout['window']
  /** Of a board: it is counted by the store alone, anew when a mention that it counts was heard. */
  readonly filter: BoardFilter | null
  /** The earliest mention heard of late, and until when the store is asked for it; null when none was. */
  heard: { readonly from: number; readonly until: number } | null
  /** From which window on the store is asked for words anew, until when, and the next time; null when none may differ. */
  words: { readonly from: number; readonly until: number; readonly at: number } | null
  /** Whether there are any: else no mention changes how much one is said. */
  holdsWords: boolean
  /** Earliest window asked from the store so far. */
  from: number
  /** Resolved when the windows from `from` on are here. */
  loaded: Promise<void>
  /** When to ask the store again, and from which window on; null when nothing is missing. */
  due: { readonly at: number; readonly from: number } | null
  busy: boolean
  /** How long the last question took, in milliseconds. */
  took: number
}

export interface CubeLimits {
  /** Windows kept in memory for each region and kind of window; the rarest terms give way. */
  readonly cells: number
  /** Milliseconds after which what was written while a question was answered is asked once more. */
  readonly settle: number
}

/** A question is put again only after this many times as long as it took: the store has other work. */
const rest = 4
/** The newest windows, which may have changed while a question was under way. */
const newestWindows = 3
/** Milliseconds after which a mention that was heard is in the tables, if they are not behind. */
const written = 15_000
/** Milliseconds between two questions for words, whatever is said. */
const wordsEvery = 5_000

/**
 * The windows that boards watch, one cube for each region and kind of window, filled from the store when the first
 * board opens and kept up to date by the stream.
 */
export class Cubes {
  readonly #entries = new Map<string, Entry>()
  readonly #history: History
  readonly #clock: () => number
  readonly #limits: CubeLimits
  readonly #failed: (error: Error) => void
  #questions = 0

  constructor(history: History, clock: () => number, limits: CubeLimits, failed: (error: Error) => void) {
    this.#history = history
    this.#clock = clock
    this.#limits = limits
    this.#failed = failed
  }

  /**
   * Takes a result of a window. Of an emerging word it is one of those in which many say it: the store has them all, and
   * is asked for them.
   */
  onTrend(trend: Trend): void {
    const { term, kind, window, region, start } = trend
    if (kind !== 'word') {
      this.#entries.get(`${window} ${region} `)?.cube.put(trend)
      return
    }
    for (const entry of this.#entries.values()) {
      if (!countsWords(entry) || entry.cube.region !== region || (entry.window === 'day') !== (window === 'day'))
        continue
      const isKnown = entry.cube.series(termKey(kind, term)) !== undefined
      this.#askForWords(entry, isKnown ? start : entry.from)
    }
  }

  #askForWords(entry: Entry, since: number): void {
    const now = this.#clock()
    const at = entry.words?.at ?? now + this.#limits.settle
    entry.words = { from: Math.min(entry.words?.from ?? since, since), until: now + written, at }
  }

  /** Takes a change of the mentions: boards that count it ask the store, which is about to have it. */
  onMention(mention: Mention): void {
    const now = this.#clock()
    for (const entry of this.#entries.values()) {
      const { filter, cube, heard } = entry
      if (cube.region !== '*' && cube.region !== mention.region) continue
      if (entry.holdsWords) this.#askForWords(entry, mention.createdAt)
      if (filter === null || !passes(filter, mention)) continue
      const from = Math.min(heard?.from ?? mention.createdAt, mention.createdAt)
      entry.heard = { from, until: now + written }
      entry.due ??= { at: now + this.#limits.settle, from }
      if (entry.due.from > from) entry.due = { ...entry.due, from }
    }
  }

  /**
   * The cube and when its windows within the range are here. What is here already is not asked again.
   * A failed question is put anew by the next call.
   */
  watch(
    window: Layout['window'],
    region: string,
    range: Range,
    filter: BoardFilter | null,
  ): { readonly cube: Cube; readonly loaded: Promise<void> } {
    const key = `${window} ${region} ${filterKey(filter)}`
    const present = this.#entries.get(key)
    if (present !== undefined && present.from <= range.from) return present
    const cube = present?.cube ?? new Cube(window, region)
    const entry: Entry = {
      ...{ cube, window, filter, from: range.from, loaded: Promise.resolve() },
      ...{ heard: null, words: null, holdsWords: false, due: null, busy: false, took: 0 },
    }
    this.#entries.set(key, entry)
    entry.loaded = this.#load(entry, range.from).catch((error: unknown) => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
      throw error
    })
    const size = Math.min(
      ...Object.values(layouts).map((layout) => (layout.window === window ? layout.step : Infinity)),
    )
    entry.due = { at: this.#clock() + this.#limits.settle, from: range.until - newestWindows * size }
    return entry
  }

  /** The stream was not handed on in full: everything is asked again, soon and not too often. */
  reload(): void {
    for (const entry of this.#entries.values()) {
      const at = this.#clock() + Math.max(this.#limits.settle, rest * entry.took)
      entry.due = { at: entry.due === null ? at : Math.min(at, entry.due.at), from: entry.from }
    }
  }

  /** Asks the store what is due. */
  tick(): void {
    const now = this.#clock()
    for (const entry of this.#entries.values()) {
      const { due } = entry
      if (due === null || entry.busy || now < due.at) {
        this.#tickWords(entry, now)
        continue
      }
      entry.due = null
      this.#load(entry, due.from)
        .then(() => this.#askOnce(entry))
        .catch((error: unknown) => {
          entry.due = { at: this.#clock() + this.#limits.settle, from: due.from }
          this.#failed(error instanceof Error ? error : new Error(String(error)))
        })
    }
  }

  /** Asks the store for words of which there may be more by now. */
  #tickWords(entry: Entry, now: number): void {
    const { words, cube, window } = entry
    if (words === null || entry.busy || now < words.at) return
    entry.busy = true
    this.#questions += 1
    const question = this.#questions
    const again = () => Math.max(wordsEvery, rest * (this.#clock() - now))
    // what is heard meanwhile is asked for by the next question
    entry.words = null
    this.#history
      .words(window, cube.region, { from: windowStart(words.from, window), until: endOfTime, since: entry.from })
      .then((cells) => {
        for (const cell of cells) cube.put({ ...cell, revision: question })
        entry.holdsWords ||= cells.length > 0
        if (now < words.until) this.#keepWords(entry, words, again())
        else if (entry.words !== null) this.#keepWords(entry, entry.words, again())
      })
      .catch((error: unknown) => {
        this.#keepWords(entry, words, again())
        this.#failed(error instanceof Error ? error : new Error(String(error)))
      })
      .finally(() => {
        entry.busy = false
      })
  }

  #keepWords(entry: Entry, words: NonNullable<Entry['words']>, after: number): void {
    const from = Math.min(entry.words?.from ?? words.from, words.from)
    entry.words = { from, until: Math.max(entry.words?.until ?? 0, words.until), at: this.#clock() + after }
  }

  /** What was heard may not have been in the tables yet. */
  #askOnce(entry: Entry): void {
    const now = this.#clock()
    if (entry.heard === null) return
    if (now >= entry.heard.until) entry.heard = null
    else entry.due ??= { at: now + Math.max(this.#limits.settle, rest * entry.took), from: entry.heard.from }
  }

  /** Forgets cubes that nobody watches. */
  keep(watched: ReadonlySet<Cube>): void {
    for (const [key, { cube }] of this.#entries) if (!watched.has(cube)) this.#entries.delete(key)
  }

  /** Forgets windows that no board shows any more. @param anchorOf Newest instant of a span of this length. */
  prune(anchorOf: (length: number) => number): void {
    for (const { cube, window } of this.#entries.values()) {
      const longest = Math.max(...spans.map((span) => (layouts[span].window === window ? layouts[span].length : 0)))
      cube.prune(anchorOf(longest) - 3 * longest, this.#limits.cells)
    }
  }

  async #load(entry: Entry, from: number): Promise<void> {
    const { cube, window, filter } = entry
    this.#questions += 1
    const question = this.#questions
    const began = this.#clock()
    entry.busy = true
    try {
      const range = { from: windowStart(from, window), until: endOfTime }
      const cells = await this.#history.cells(window, cube.region, range, filter)
      // what the store counts by itself has no revisions: the later question has the newer answer
      for (const cell of cells) {
        cube.put(filter === null && cell.kind !== 'word' ? cell : { ...cell, revision: question })
        if (filter === null && cell.kind === 'word') entry.holdsWords = true
      }
    } finally {
      entry.busy = false
      entry.took = this.#clock() - began
    }
  }
}

/** Words are counted over all regions. */
const countsWords = ({ filter, cube }: Entry): boolean => filter === null && cube.region === '*'

/** Start of the window that holds the instant: a window is counted as a whole. */
function windowStart(at: number, window: Layout['window']): number {
  const { slotLength, slotOffset } = slotParams(window)
  return Math.floor((at - slotOffset) / slotLength) * slotLength + slotOffset
}
