import type { Aspect } from '../../schemas/mention.js'
import { overAuthors, overMentions } from '../../schemas/metrics.js'
import type { Cell, Queries } from '../../streams/engine/ports/analytics.js'
import { type AsOf, asOfParams, writtenBy } from './as-of.js'
import type { TrendCell } from './cube.js'
import { type BoardFilter, filteredCells, filterParams, passesIn, slotParams } from './filter.js'
import { hearings, storeBegins } from './heard-sources.js'
import type { History } from './history.js'
import { mentionsWithin } from './mentions-within.js'
import type { BoardPost } from './posts.js'
import { mostActiveOf } from './said-of-terms.js'
import { amongParams, askedKeys, mentionHoldsTerm, termParams } from './terms.js'
import { allKey, type Layout } from './view.js'
import { wordCells } from './word-cells.js'

/**
 * Rows of `pulso.trends` as they are now: the newest revision of each window that starts within the range. Of emerging
 * words there are windows only where many say them, whose sums say nothing of a range: see `wordCells`.
 */
const newestCells = `
  SELECT t.term AS term, t.kind AS kind, t.start AS start, max(t.end) AS end, max(t.revision) AS newestRevision,
    argMax((t.mentions, t.reposts, t.negative, t.neutral, t.positive, t.unsure, t.authors, t.isFinal), t.revision) AS newest,
    newest.1 AS mentions, newest.2 AS reposts, newest.3 AS negative, newest.4 AS neutral, newest.5 AS positive,
    newest.6 AS unsure, newest.7 AS authors, newest.8 AS isFinal
  FROM trends AS t
  WHERE t.window = {window:String} AND t.region = {region:String} AND t.kind != 'word'
    AND t.start >= fromUnixTimestamp64Milli({from:Int64}) AND t.start < fromUnixTimestamp64Milli({until:Int64})
  GROUP BY t.term, t.kind, t.start`

const columnsOfCells =
  'term, kind, start, end, newestRevision, isFinal, mentions, reposts, negative, neutral, positive, unsure, authors'

/** A post as the board shows it, from the changes of one post and revision. */
export const postColumns = `
  m.postId AS postId, m.revision AS revision, any(m.kind) AS kind, any(m.source) AS source, any(m.text) AS text,
  any(toUnixTimestamp64Milli(m.createdAt)) AS createdAtMillis, any(m.language) AS language, any(m.region) AS region,
  any(m.repostOf) AS repostOf, any(m.stars) AS stars, any(m.url) AS url, any(m.simulated) AS simulated,
  any(m.sentiment) AS label, any(m.confidence) AS confidence, any(m.sure) AS sure, any(m.model) AS model,
  any(arrayMap(one -> (toString(one.1), toString(one.2)), m.aspects)) AS aspectLabels`

export interface PostRow {
  readonly postId: string
  readonly revision: number
  readonly kind: BoardPost['kind']
  readonly source: string
  readonly text: string
  readonly createdAtMillis: number
  readonly language: string | null
  readonly region: string | null
  readonly repostOf: string | null
  readonly stars: number | null
  readonly url: string | null
  readonly simulated: boolean | number
  readonly label: NonNullable<BoardPost['sentiment']>['label'] | null
  readonly confidence: number | null
  readonly sure: boolean | number | null
  readonly model: string | null
  readonly aspectLabels: readonly (readonly [aspect: string, label: Aspect['label']])[]
}

export function postOfRow(row: PostRow): BoardPost {
  const { createdAtMillis, label, confidence, sure, model, simulated, aspectLabels, ...same } = row
  return {
    ...same,
    createdAt: createdAtMillis,
    simulated: Boolean(simulated),
    sentiment: label === null ? null : { label, confidence: confidence ?? 0, sure: Boolean(sure), model: model ?? '' },
    aspects: aspectLabels.map(([aspect, said]) => ({ aspect, label: said })),
  }
}

/** Leaves nothing out. */
const wholeBoard: BoardFilter = { terms: [], regions: [], sources: [] }

/**
 * The windows of a region, with the columns of `newestCells`: of everything, or of what a board counts.
 * @param asOf counts the mentions themselves, as far as they were written by then: emerging words are none of them
 */
export const cellsOf = (filter: BoardFilter | null, asOf?: AsOf): string =>
  filter === null && asOf === undefined
    ? [newestCells, wordCells].map((cells) => `SELECT ${columnsOfCells} FROM (${cells})`).join(' UNION ALL ')
    : filteredCells(`${mentionsWithin}${writtenBy(asOf)}`)

/** Values for `cellsOf`, beside `window`, `region`, `from` and `until`. */
export const cellParams = (
  window: Layout['window'],
  filter: BoardFilter | null,
  asOf?: AsOf,
): Readonly<Record<string, Cell>> => ({
  ...slotParams(window),
  ...filterParams(filter ?? (asOf === undefined ? null : wholeBoard)),
  ...asOfParams(asOf),
})

const cellColumns =
  'term, kind, toUnixTimestamp64Milli(start), newestRevision, mentions, reposts, negative, neutral, positive, unsure'
type Columns = readonly [
  term: readonly string[],
  kind: readonly TrendCell['kind'][],
  start: readonly (number | string)[],
  ...counts: (readonly number[])[],
]

/** Where there are no rows there are no columns either. */
function cellsOfColumns([terms = [], kinds = [], starts = [], ...counts]: Partial<Columns>): readonly TrendCell[] {
  const figure = (column: number, row: number) => counts[column]?.[row] ?? 0
  return terms.map((term, row) => ({
    term,
    kind: kinds[row] ?? 'all',
    start: Number(starts[row]),
    revision: figure(0, row),
    mentions: figure(1, row),
    reposts: figure(2, row),
    negative: figure(3, row),
    neutral: figure(4, row),
    positive: figure(5, row),
    unsure: figure(6, row),
  }))
}

/** The past, asked from the analytics store. */
export const storeHistory = (store: Queries): History => ({
  async beginning() {
    const [first] = await store.query<{ rows: number; start: number }>(
      `SELECT count() AS rows, toUnixTimestamp64Milli(min(t.start)) AS start FROM trends AS t
       WHERE t.window = 'minute' AND t.term = '*' AND t.kind = 'all'`,
    )
    return first === undefined || first.rows === 0 ? null : first.start
  },

  hearings: (sources, periods) => hearings(store, sources, periods),

  storeBegins: (periods) => storeBegins(store, periods),

  async cells(window, region, { from, until }, filter) {
    // By column: hundreds of thousands of windows are read several times faster than as objects.
    const bytes = await store.queryRaw(`SELECT ${cellColumns} FROM (${cellsOf(filter)})`, 'JSONCompactColumns', {
      params: { window, region, from, until, wordsFrom: from, ...cellParams(window, filter) },
    })
    return cellsOfColumns(JSON.parse(new TextDecoder().decode(bytes)))
  },

  async words(window, region, { from, until, since }) {
    const bytes = await store.queryRaw(`SELECT ${cellColumns} FROM (${wordCells})`, 'JSONCompactColumns', {
      params: { ...slotParams(window), window, region, from, until, wordsFrom: since },
    })
    return cellsOfColumns(JSON.parse(new TextDecoder().decode(bytes)))
  },

  async posts({ region, term }, { from, until }, limit, filter) {
    const rows = await store.query<PostRow>(
      `SELECT ${postColumns} FROM mentions AS m
       WHERE ${mentionsWithin} AND ${mentionHoldsTerm} ${passesIn(filter)}
       GROUP BY m.postId, m.revision HAVING sum(m.sign) > 0 ORDER BY createdAtMillis DESC, postId DESC LIMIT {limit:UInt32}`,
      { params: { region, from, until, limit, ...termParams(term), ...filterParams(filter) } },
    )
    return rows.map(postOfRow)
  },

  leftOut: (terms, held) => mostActiveOf(store, terms, held),

  async authors(region, { from, until, asOf }, terms, filter) {
    const rows = await store.query<{ key: string; authors: number }>(
      `SELECT byAuthor.key AS key, ${overAuthors.authors} AS authors FROM (
         SELECT arrayJoin(arrayConcat([{all:String}], ${askedKeys})) AS key, m.author AS author,
           ${overMentions.mentions} AS mentions, ${overMentions.reposts} AS reposts
         FROM mentions AS m WHERE ${mentionsWithin}${writtenBy(asOf)} ${passesIn(filter)} GROUP BY key, author
       ) AS byAuthor GROUP BY key`,
      {
        params: {
          ...{ region, from, until, all: allKey, ...amongParams(terms) },
          ...{ ...filterParams(filter), ...asOfParams(asOf) },
        },
      },
    )
    return new Map([[allKey, 0] as const, ...rows.map(({ key, authors }) => [key, authors] as const)])
  },
})
