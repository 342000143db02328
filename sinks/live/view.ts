import type { TermKind } from '../../schemas/mention.js'
import { isRegion, regionNames } from '../../schemas/regions.js'
import type { TrendWindow } from '../../schemas/trend.js'
import { finalUntil, trendLayouts } from '../../schemas/trend-layouts.js'

/** Names of the time spans that a board can show. */
export type Span = '1h' | '6h' | '24h' | '7d' | '30d' | '52w'

/** What a board looks at. Two boards with equal views share one channel. */
export interface View {
  readonly span: Span
  /** Ubigeo of a department, or `*` for all regions. */
  readonly region: string
  /** Kinds of terms in the tables; empty means all. */
  readonly kinds: readonly TermKind[]
  /** The term whose series and posts are shown; null shows all mentions. */
  readonly term: { readonly term: string; readonly kind: TermKind } | null
  /** Identity of the board whose filter applies; null shows everything. */
  readonly board: string | null
}

/**
 * How a span is laid out: windows of `window`, `step` ms in each bar of the chart, `length` ms in all; `sparks` bars in
 * a spark line, each of whole windows.
 */
export interface Layout {
  readonly window: Exclude<TrendWindow, 'tenMinutes'>
  readonly step: number
  readonly length: number
  readonly sparks: number
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export const layouts: Readonly<Record<Span, Layout>> = {
  '1h': { window: 'minute', step: minute, length: hour, sparks: 20 },
  '6h': { window: 'minute', step: 5 * minute, length: 6 * hour, sparks: 24 },
  '24h': { window: 'hour', step: hour, length: day, sparks: 24 },
  '7d': { window: 'hour', step: 3 * hour, length: 7 * day, sparks: 28 },
  '30d': { window: 'day', step: day, length: 30 * day, sparks: 30 },
  '52w': { window: 'day', step: 7 * day, length: 364 * day, sparks: 26 },
}

export const spans = Object.keys(layouts) as readonly Span[]

export const termKinds: readonly TermKind[] = ['dish', 'ingredient', 'brand', 'place', 'hashtag', 'word']

/** Peru has been at UTC-5 without daylight saving since 1994: bars begin at whole hours and midnights of Lima. */
export const limaOffset = 5 * hour
/** 1970-01-05 was a Monday: bars of a week begin on Mondays. */
const mondayOffset = 4 * day

/** Start of the bar that holds the instant. */
export function barStart(time: number, step: number): number {
  const offset = limaOffset + (step % (7 * day) === 0 ? mondayOffset : 0)
  return Math.floor((time - offset) / step) * step + offset
}

/** An instant after every other: 2200-01-01, within the range of ClickHouse's DateTime64. */
export const endOfTime = 7_258_118_400_000

export interface Range {
  readonly from: number
  readonly until: number
}

/** The bars that a span shows when its newest instant is `anchor`: whole bars, the last one under way. */
export function rangeOf(span: Span, anchor: number): Range {
  const { step, length } = layouts[span]
  const until = barStart(anchor, step) + step
  return { from: until - length, until }
}

/**
 * What is compared of a span: its whole length, up to the end of the last window that is final at the watermark. What is
 * under way is no part of it, else a steady feed would fall at the beginning of every hour.
 */
export function wholeRange(span: Span, watermark: number): Range {
  const { window, length } = layouts[span]
  const until = finalUntil(watermark, trendLayouts[window])
  return { from: until - length, until }
}

/** What a range is held against: that of equal length before it. */
export const precedingOf = ({ from, until }: Range): Range => ({ from: from - (until - from), until: from })

const longestTerm = 200
export const longestBoardId = 64

/** The longest span, up to a week, whose preceding one is known too, so that every part of the board has something to say. */
export function usualSpan(beginning: number | null, anchor: number): Span {
  if (beginning === null) return '1h'
  const fits = (['7d', '24h', '6h'] as const).find((span) => {
    return beginning <= precedingOf(wholeRange(span, anchor)).from + layouts[span].step
  })
  return fits ?? '1h'
}

/**
 * Reads a view that came from outside; absent parts take the widest meaning.
 * @param usual Span of a view that names none.
 * @throws RangeError naming the part that is wrong and what it may be.
 */
export function parseView(input: unknown, usual: Span = '7d'): View {
  const given: Readonly<Record<string, unknown>> = typeof input === 'object' && input !== null ? { ...input } : {}
  const span = spans.find((name) => name === (given.span ?? usual))
  if (span === undefined) throw new RangeError(`span: one of ${spans.join(', ')}`)
  const region = given.region ?? '*'
  if (typeof region !== 'string' || !isRegion(region)) {
    throw new RangeError(`region: the ubigeo of a department: ${regionNames}`)
  }
  const kinds = given.kinds ?? []
  if (!Array.isArray(kinds) || kinds.length > termKinds.length) {
    throw new RangeError(`kinds: a list of ${termKinds.join(', ')}`)
  }
  const known = termKinds.filter((kind) => kinds.includes(kind))
  if (known.length !== new Set(kinds).size) throw new RangeError(`kinds: a list of ${termKinds.join(', ')}`)
  const board = given.board ?? null
  if (board !== null && (typeof board !== 'string' || board === '' || board.length > longestBoardId)) {
    throw new RangeError(`board: the identity of a board, 1 to ${longestBoardId} characters, or null`)
  }
  const term = parseTerm(given.term ?? null)
  return { span, region, kinds: known.length === termKinds.length ? [] : known, term, board }
}

function parseTerm(input: unknown): View['term'] {
  if (input === null) return null
  const given: Readonly<Record<string, unknown>> = typeof input === 'object' ? { ...input } : {}
  const kind = termKinds.find((name) => name === given.kind)
  const { term } = given
  if (kind === undefined || typeof term !== 'string' || term === '' || term.length > longestTerm) {
    throw new RangeError(
      `term: {"term": 1 to ${longestTerm} characters, "kind": one of ${termKinds.join(', ')}}, or null`,
    )
  }
  return { term, kind }
}

/** One text for equal views. */
export const viewKey = ({ span, region, kinds, term, board }: View): string =>
  JSON.stringify([span, region, kinds, term === null ? null : [term.kind, term.term], board])

/** One text for a kind and a term. */
export const termKey = (kind: string, term: string): string => `${kind}\u001f${term}`

/** The key of all mentions. */
export const allKey = termKey('all', '*')
