import { type Growth, growths } from '../../schemas/growth.js'
import type { SentimentLabel } from '../../schemas/mention.js'
import { metrics, shareOf } from '../../schemas/metrics.js'
import { type BoardFilter, filterParams, passesIn, wordAlone } from '../../sinks/live/filter.js'
import { comparedSources, type NotCompared } from '../../sinks/live/heard-sources.js'
import { mentionsWithin } from '../../sinks/live/mentions-within.js'
import type { LeftOut } from '../../sinks/live/one-author.js'
import type { BoardPost } from '../../sinks/live/posts.js'
import { growthWithout, mostActiveOf } from '../../sinks/live/said-of-terms.js'
import {
  cellParams,
  cellsOf,
  type PostRow,
  postColumns,
  postOfRow,
  storeHistory,
} from '../../sinks/live/store-history.js'
import { labelOfAspect, mentionHoldsTerm, termParams } from '../../sinks/live/terms.js'
import { termKey } from '../../sinks/live/view.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'
import { type HeardTerm, heardTerms } from './heard-terms.js'
import { beforeOf, type Period, twoPeriods } from './period.js'

/** Milliseconds after which a query of the API is given up. */
const timeout = 15_000

const figures = `${metrics.volume.overTrends} AS volume, ${metrics.reposts.overTrends} AS reposts,
  ${metrics.balance.overTrends} AS balance, ${metrics.positiveShare.overTrends} AS positiveShare,
  sum(negative) AS negativeMentions, sum(neutral) AS neutralMentions, sum(positive) AS positiveMentions`

export interface Figures {
  readonly volume: number
  readonly reposts: number
  readonly balance: number | null
  readonly positiveShare: number | null
  readonly negativeMentions: number
  readonly neutralMentions: number
  readonly positiveMentions: number
}

export interface SeriesPoint extends Figures {
  readonly start: number
  readonly end: number
  readonly isFinal: boolean
  /** Distinct authors within this window. */
  readonly authors: number
}

/** The windows of one term, oldest first. Windows in which nothing was said are left out. */
export async function series(
  store: Queries,
  term: { readonly term: string; readonly kind: string },
  region: string,
  { window, from, until, asOf }: Period,
  filter: BoardFilter | null = null,
): Promise<readonly SeriesPoint[]> {
  // A word has windows of its own only where many say it: it is counted as a board that watches it counts.
  const counted = wordAlone(term, filter) ?? filter
  const rows = await store.query<SeriesPoint>(
    `SELECT toUnixTimestamp64Milli(any(c.start)) AS start, toUnixTimestamp64Milli(any(c.end)) AS end,
       toBool(any(c.isFinal)) AS isFinal, any(c.authors) AS authors, ${figures}
     FROM (${cellsOf(counted, asOf)}) AS c WHERE c.term = {term:String} AND c.kind = {kind:String}
     GROUP BY c.start ORDER BY start`,
    {
      params: { ...term, region, window, from, until, wordsFrom: from, ...cellParams(window, counted, asOf) },
      timeout,
    },
  )
  return rows.map((row) => ({ ...row, isFinal: Boolean(row.isFinal) }))
}

export interface TermFigures extends Figures {
  readonly term: string
  readonly kind: string
  /** Distinct authors over the whole period. */
  readonly authors: number
  /** Share of all mentions of the region and period. */
  readonly share: number | null
}

export interface TermQuery {
  readonly region: string
  /** Empty: all kinds. */
  readonly kinds: readonly string[]
  readonly limit: number
  /** Of the board that is asked for; null counts everything. */
  readonly filter: BoardFilter | null
}

const kindFilter = "kind != 'all' AND (empty({kinds:Array(String)}) OR has({kinds:Array(String)}, kind))"

/** The terms with the most mentions. */
export async function topTerms(
  store: Queries,
  { region, kinds, limit, filter }: TermQuery,
  period: Period,
): Promise<readonly TermFigures[]> {
  const { window, from, until, asOf } = period
  const params = { region, window, from, until, wordsFrom: from, kinds, limit, ...cellParams(window, filter, asOf) }
  const [rows, all] = await Promise.all([
    store.query<Figures & { readonly term: string; readonly kind: string }>(
      `SELECT term, kind, ${figures} FROM (${cellsOf(filter, asOf)}) WHERE ${kindFilter}
       GROUP BY term, kind HAVING volume > 0 ORDER BY volume DESC, term LIMIT {limit:UInt32}`,
      { params, timeout },
    ),
    totalVolume(store, region, period, filter),
  ])
  const authors = await storeHistory(store).authors(region, period, rows, filter)
  return rows.map((row) => ({
    ...row,
    authors: authors.get(termKey(row.kind, row.term)) ?? 0,
    share: shareOf(row.volume, all),
  }))
}

export interface RisingFigures extends Growth {
  readonly term: string
  readonly kind: string
  readonly volume: number
  readonly previous: number
}

export interface Rising {
  readonly terms: readonly RisingFigures[]
  readonly notCompared: readonly NotCompared[]
  readonly storeBegins: number | null
}

/**
 * The terms that grew most against the preceding period of equal length, by the rule of `schemas/growth.ts`, tested
 * together with all that could have, of the sources that were heard in both; none where none was.
 */
export async function risingTerms(
  store: Queries,
  { region, kinds, limit, filter: asked }: TermQuery,
  period: Period,
): Promise<Rising> {
  const { from, until } = period
  const before = beforeOf(period)
  const sources = await comparedSources(store, { region, filter: asked }, twoPeriods(period))
  const { filter, isKnown, notCompared, storeBegins } = sources
  if (!isKnown) return { terms: [], notCompared, storeBegins }
  const isAsked = ({ kind }: { readonly kind: string }) => kinds.length === 0 || kinds.includes(kind)
  const heard = await heardTerms(store, { region, filter, withWords: isAsked({ kind: 'word' }) }, period)
  const { known, words, allNow, allBefore, emerging } = heard
  const isTold = (one: HeardTerm) =>
    isAsked(one) && (one.kind !== 'word' || emerging.has(one.term) || (filter?.terms.length ?? 0) > 0)
  const risen = (leftOut: readonly LeftOut[]) =>
    [known, words]
      .flatMap((family) => {
        const found = growths(family, allNow, allBefore, (at) => {
          const one = family[at]
          return one === undefined || !isTold(one) ? [] : growthWithout(one, [allNow, allBefore], leftOut)
        })
        return family.flatMap((one, at) => {
          const { current: volume, ...row } = one
          const grown = found[at] ?? null
          return grown === null || !isTold(one) ? [] : [{ ...row, volume, ...grown }]
        })
      })
      .sort((a, b) => b.atLeast - a.atLeast)
      .slice(0, limit)
  const leftOut = await mostActiveOf(store, risen([]), { region, now: { from, until }, before, filter })
  return { terms: risen(leftOut), notCompared, storeBegins }
}

async function totalVolume(
  store: Queries,
  region: string,
  { window, from, until, asOf }: Period,
  filter: BoardFilter | null,
): Promise<number> {
  const [row] = await store.query<{ volume: number }>(
    `SELECT ${metrics.volume.overTrends} AS volume FROM (${cellsOf(filter, asOf)}) WHERE term = '*' AND kind = 'all'`,
    { params: { region, window, from, until, wordsFrom: from, ...cellParams(window, filter, asOf) }, timeout },
  )
  return row?.volume ?? 0
}

/** Terms whose text contains what was typed, those with the most mentions first. */
export const findTerms = (
  store: Queries,
  text: string,
  { region, limit, filter }: Omit<TermQuery, 'kinds'>,
  { window, from, until }: Period,
): Promise<readonly { readonly term: string; readonly kind: string; readonly volume: number }[]> =>
  store.query(
    `SELECT term, kind, ${metrics.volume.overTrends} AS volume FROM (${cellsOf(filter)})
     WHERE kind != 'all' AND positionCaseInsensitiveUTF8(term, {text:String}) > 0
     GROUP BY term, kind ORDER BY volume DESC, term LIMIT {limit:UInt32}`,
    { params: { region, window, from, until, wordsFrom: from, text, limit, ...cellParams(window, filter) }, timeout },
  )

export interface PostQuery {
  readonly region: string
  readonly term: { readonly term: string; readonly kind: string } | null
  readonly sentiment: SentimentLabel | null
  /** Those that speak of it; the sentiment is then what they say of it. Null: all. */
  readonly aspect: string | null
  readonly from: number
  readonly until: number
  readonly limit: number
  /** The last post of the page before; null for the first page. */
  readonly after: { readonly createdAt: number; readonly postId: string } | null
  /** Of the board that is asked for; null counts everything. */
  readonly filter: BoardFilter | null
}

/** A page of the posts behind a number, newest first: those that are there now, in their newest revision. */
export async function postsBehind(store: Queries, query: PostQuery): Promise<readonly BoardPost[]> {
  const { region, term, sentiment, aspect, from, until, limit, after, filter } = query
  const rows = await store.query<PostRow>(
    `SELECT ${postColumns} FROM mentions AS m
     WHERE ${mentionsWithin}
       AND ${mentionHoldsTerm} ${passesIn(filter)}
       AND ({aspect:String} = '' OR ${labelOfAspect('{aspect:String}')} != '')
       AND ({sentiment:String} = '' OR (isNull(m.repostOf) AND
         if({aspect:String} = '', toString(m.sentiment), ${labelOfAspect('{aspect:String}')}) = {sentiment:String}))
       AND ({afterPost:String} = '' OR (m.createdAt, m.postId) < (fromUnixTimestamp64Milli({afterTime:Int64}), {afterPost:String}))
     GROUP BY m.postId, m.revision HAVING sum(m.sign) > 0
     ORDER BY createdAtMillis DESC, postId DESC LIMIT {limit:UInt32}`,
    {
      params: {
        ...{ region, from, until, limit, sentiment: sentiment ?? '', aspect: aspect ?? '', ...termParams(term) },
        ...filterParams(filter),
        ...{ afterTime: after?.createdAt ?? 0, afterPost: after?.postId ?? '' },
      },
      timeout,
    },
  )
  return rows.map(postOfRow)
}
