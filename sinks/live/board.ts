import type { Board } from '../../schemas/board.js'
import { type Growth, growths, leastTested } from '../../schemas/growth.js'
import type { TermKind } from '../../schemas/mention.js'
import { type Counts, noCounts, shareOf } from '../../schemas/metrics.js'
import type { Cube, TermSeries } from './cube.js'
import type { NotCompared } from './heard-sources.js'
import { type HeldSources, heldOf } from './held-sources.js'
import type { LeftOut } from './one-author.js'
import type { BoardPost } from './posts.js'
import { growthWithout } from './said-of-terms.js'
import type { StreamStatus } from './status.js'
import { allKey, layouts, precedingOf, type Range, termKey, termKinds, type View } from './view.js'

/** One bar of the chart. */
export type Bar = readonly [mentions: number, reposts: number, negative: number, neutral: number, positive: number]

export interface Frame extends Range {
  readonly view: View
  readonly step: number
}

/** Two ranges of equal length of which all is there: what is under way is in none of them. */
export interface Compared extends Range {
  readonly now: Counts
  readonly before: Counts
}

export interface Total extends Counts {
  /** Distinct authors over the whole range; null until they are counted. */
  readonly authors: number | null
  /**
   * What is final of the span, and the preceding one of equal length, of the sources that were heard in both; null where
   * none was.
   */
  readonly compared: Compared | null
  /** Sources that are left out of both. */
  readonly notCompared: readonly NotCompared[]
  /** Where nothing is compared since the store has no older mentions: the first that it has. */
  readonly storeBegins: number | null
}

export interface TopTerm extends Counts {
  readonly term: string
  readonly kind: TermKind
  readonly share: number | null
  readonly authors: number | null
  /** Mentions in each bar of the range. */
  readonly spark: readonly number[]
}

export interface RisingTerm extends Growth {
  readonly term: string
  readonly kind: TermKind
  /** In what is final of the span, see `Compared`. */
  readonly mentions: number
  readonly previous: number
  /** Mentions in each bar of the preceding span and of the span, as they are compared. */
  readonly spark: readonly number[]
}

/** What a board holds, by key; a delta replaces or removes single keys. */
export interface BoardEntries {
  frame: Frame
  total: Total
  status: StreamStatus
  /** The board whose filter applies; absent where the view names none. */
  board: Board
  [bar: `bar/${number}`]: Bar
  [top: `top/${number}`]: TopTerm
  [rising: `rising/${number}`]: RisingTerm
  [post: `post/${string}`]: BoardPost
}

export const topTerms = 20
export const risingTerms = 14

export interface BoardParts {
  readonly view: View
  readonly range: Range
  /** What of it is compared with the preceding span: see `wholeRange`. */
  readonly whole: Range
  readonly cube: Cube
  /** What is counted of the word that the view is about; null where the cube has the windows of its term. */
  readonly ofWord: Cube | null
  readonly posts: readonly BoardPost[]
  readonly authors: ReadonlyMap<string, number>
  /** Authors without whom what rises is looked at again. */
  readonly leftOut: readonly LeftOut[]
  /** What is held against the preceding span; null until that is known. */
  readonly held: HeldSources | null
  readonly status: StreamStatus
  /** The board whose filter applies to the cube; null when there is none. */
  readonly board: Board | null
}

interface Ranked {
  readonly series: TermSeries
  readonly kind: TermKind
  readonly current: Counts
}

/** Mentions of a term in what is compared. */
interface Heard extends Pick<Ranked, 'series' | 'kind'> {
  readonly current: number
  readonly previous: number
  /** False of kinds that the view leaves out: they are tested together with the others. */
  readonly isShown: boolean
}

/** Computes all that the view shows. Pure. */
export function renderBoard({
  view,
  range,
  whole,
  cube,
  ofWord,
  posts,
  authors,
  leftOut,
  held,
  status,
  board,
}: BoardParts): Map<string, unknown> {
  const { term } = view
  const { step, sparks } = layouts[view.span]
  const before = precedingOf(whole)
  const shown = (ofWord ?? cube).series(term === null ? allKey : termKey(term.kind, term.term))
  const all = cube.series(allKey)
  const allNow = all?.total(range) ?? noCounts
  // A source that was not heard in both spans has fewer mentions in one for that reason alone: it is in neither.
  const apart = held?.apart ?? null
  const comparable = held?.isKnown ?? false
  const apartOf = (series: TermSeries) => (series === shown ? (held?.apartOfWord ?? apart) : apart)
  const heldIn = (series: TermSeries | undefined, range: Range): Counts => {
    if (series === undefined) return noCounts
    const less = apartOf(series)
    return less === null ? series.total(range) : heldOf(series, less, range)
  }
  const saidApart = [whole, before].some((range) => (apart?.series(allKey)?.total(range).mentions ?? 0) > 0)

  const entries = new Map<string, unknown>()
  const put = <Key extends keyof BoardEntries>(key: Key, value: BoardEntries[Key]) => entries.set(key, value)

  put('frame', { view, step, ...range })
  put('status', status)
  if (board !== null) put('board', board)
  put('total', {
    ...(shown?.total(range) ?? noCounts),
    authors: authors.get(term === null ? allKey : termKey(term.kind, term.term)) ?? null,
    compared: comparable ? { ...whole, now: heldIn(shown, whole), before: heldIn(shown, before) } : null,
    notCompared: !comparable || saidApart ? (held?.notCompared ?? []) : [],
    storeBegins: held?.storeBegins ?? null,
  })
  shown?.bars(range, step).forEach((bar, index) => {
    if (bar.mentions + bar.reposts === 0) return
    put(`bar/${range.from + index * step}`, [bar.mentions, bar.reposts, bar.negative, bar.neutral, bar.positive])
  })

  const { top, heard } = chosenTerms(
    cube,
    view,
    range,
    comparable ? heldIn : null,
    whole,
    (board?.terms.length ?? 0) > 0,
  )
  const risen = risenOf(heard, heldIn(all, whole).mentions, heldIn(all, before).mentions, leftOut)
  const rows: readonly Named[] = top.map(({ series, kind, current }) => ({ term: series.term, kind, current, series }))
  ;[...rows, ...unheard(board, rows, view)].forEach(({ term: name, kind, current, series }, index) => {
    put(`top/${index}`, {
      ...current,
      term: name,
      kind,
      share: shareOf(current.mentions, allNow.mentions),
      authors: series === undefined ? 0 : (authors.get(termKey(kind, name)) ?? null),
      spark: series === undefined ? new Array<number>(sparks).fill(0) : spark(series, range, sparks),
    })
  })
  risen.forEach(({ series, kind, current, previous, grown }, index) => {
    put(`rising/${index}`, {
      ...grown,
      term: series.term,
      kind,
      mentions: current,
      previous,
      spark: spark(series, { from: before.from, until: whole.until }, sparks),
    })
  })
  for (const post of posts) put(`post/${post.postId}`, post)
  return entries
}

interface Named {
  readonly term: string
  readonly kind: TermKind
  readonly current: Counts
  readonly series: TermSeries | undefined
}

/** Terms that a board watches and nobody named: that, too, is worth to be seen. */
function unheard(board: Board | null, heard: readonly Named[], { kinds }: View): readonly Named[] {
  return (board?.terms ?? []).flatMap(({ term, kind: asked }): Named[] => {
    const kind = termKinds.find((each) => each === asked)
    if (kind === undefined || (kinds.length > 0 && !kinds.includes(kind))) return []
    if (heard.some((one) => one.term === term && one.kind === kind)) return []
    return [{ term, kind, current: noCounts, series: undefined }]
  })
}

/**
 * Finds the terms to show in one walk over all of them, of which there may be tens of thousands.
 * @param held counts what is held against the span before; null where nothing is
 * @param whole what is compared with what precedes it
 * @param watches whether the cube holds terms that a board watches: their windows are all there
 */
function chosenTerms(
  cube: Cube,
  { kinds }: View,
  range: Range,
  held: ((series: TermSeries, range: Range) => Counts) | null,
  whole: Range,
  watches: boolean,
) {
  const top: Ranked[] = []
  const heard: Heard[] = []
  for (const series of cube.terms) {
    const { kind } = series
    if (kind === 'all') continue
    const isShown = kinds.length === 0 || kinds.includes(kind)
    if (isShown) {
      const current = series.total(range)
      if (current.mentions > 0) insertRanked(top, { series, kind, current })
    }
    // An emerging word is tested among all words that are said, which are not here.
    if (held === null || (kind === 'word' && !watches)) continue
    const { mentions } = held(series, whole)
    const previous = held(series, precedingOf(whole)).mentions
    if (mentions + previous >= leastTested) heard.push({ series, kind, isShown, current: mentions, previous })
  }
  return { top, heard }
}

function risenOf(heard: readonly Heard[], allNow: number, allBefore: number, leftOut: readonly LeftOut[]) {
  const found = growths(heard, allNow, allBefore, (at) => {
    const one = heard[at]
    return one === undefined ? [] : growthWithout({ ...one, term: one.series.term }, [allNow, allBefore], leftOut)
  })
  return heard
    .flatMap((one, at) => {
      const grown = found[at] ?? null
      return grown === null || !one.isShown ? [] : [{ ...one, grown }]
    })
    .sort((a, b) => b.grown.atLeast - a.grown.atLeast)
    .slice(0, risingTerms)
}

const goesBefore = (a: Ranked, b: Ranked): boolean =>
  a.current.mentions > b.current.mentions ||
  (a.current.mentions === b.current.mentions && a.series.term < b.series.term)

/** Keeps the list in order and no longer than `topTerms`. */
function insertRanked(top: Ranked[], ranked: Ranked): void {
  const last = top.at(-1)
  if (top.length === topTerms && last !== undefined && !goesBefore(ranked, last)) return
  const place = top.findIndex((one) => goesBefore(ranked, one))
  top.splice(place === -1 ? top.length : place, 0, ranked)
  if (top.length > topTerms) top.pop()
}

const spark = (series: TermSeries, range: Range, bars: number): readonly number[] =>
  series.bars(range, (range.until - range.from) / bars).map(({ mentions }) => mentions)
