import type { Board } from '../../schemas/board.js'
import type { Mention } from '../../schemas/mention.js'
import { metrics, overMentions } from '../../schemas/metrics.js'
import type { Cell } from '../../streams/engine/ports/analytics.js'
import { holdsTerm, keysAmong, namedKeys, wordsOf } from './terms.js'
import { type layouts, limaOffset, termKey } from './view.js'

/**
 * What a board counts: mentions that name one of the terms, in one of the regions, from one of the sources; an empty list
 * leaves nothing out. Windows of trends know no sources and count no unions, so that such a board is counted from the
 * mentions themselves.
 */
export type BoardFilter = Pick<Board, 'terms' | 'regions' | 'sources'>

/** The filter of a board; null when it leaves nothing out. */
export function filterOf({ terms, regions, sources }: BoardFilter): BoardFilter | null {
  return terms.length + regions.length + sources.length === 0 ? null : { terms, regions, sources }
}

/**
 * What a board counts that watches the word alone: windows of words are there only where many say them, over all regions.
 * Null of other terms, and where terms are watched already.
 */
export const wordAlone = (
  term: { readonly term: string; readonly kind: string } | null,
  filter: BoardFilter | null,
): BoardFilter | null =>
  term?.kind !== 'word' || (filter?.terms.length ?? 0) > 0
    ? null
    : { regions: [], sources: [], ...filter, terms: [{ term: term.term, kind: 'word' }] }

/** One text for equal filters. */
export const filterKey = (filter: BoardFilter | null): string =>
  filter === null
    ? ''
    : JSON.stringify([filter.terms.map(({ term, kind }) => [kind, term]), filter.regions, filter.sources])

/** Whether the board counts the mention. */
export function passes(
  filter: BoardFilter | null,
  mention: Pick<Mention, 'region' | 'source' | 'text' | 'terms'>,
): boolean {
  if (filter === null) return true
  const { terms, regions, sources } = filter
  return (
    (regions.length === 0 || (mention.region !== null && regions.includes(mention.region))) &&
    (sources.length === 0 || sources.includes(mention.source)) &&
    (terms.length === 0 || terms.some((watched) => holds(watched, mention)))
  )
}

function holds({ term, kind }: Board['terms'][number], mention: Pick<Mention, 'text' | 'terms'>): boolean {
  if (kind === null) return mention.terms.some((one) => one.term === term) || wordsOf(mention.text).has(term)
  const known = mention.terms.find((one) => one.term === term && one.kind === kind)
  return known !== undefined || (kind === 'word' && holdsTerm({ term, kind }, mention))
}

/** ClickHouse expression over `pulso.mentions AS m`, with `filterParams`: the keys of the terms that a board watches. */
export const watchedKeys = keysAmong(
  (key) => `(${key} IN {watchedKeys:Array(String)} OR splitByChar('\\x1f', ${key})[2] IN {watchedNames:Array(String)})`,
  '{watchedWords:Array(String)}',
)

/** Condition over `pulso.mentions AS m`, with `filterParams`. The same as `passes`. */
const condition = `
  AND (empty({boardRegions:Array(String)}) OR has({boardRegions:Array(String)}, ifNull(m.region, '')))
  AND (empty({boardSources:Array(String)}) OR has({boardSources:Array(String)}, toString(m.source)))
  AND (NOT {watches:Bool} OR notEmpty(${watchedKeys}))`

/** Condition over `pulso.mentions AS m` to be put behind another; nothing where there is no filter. */
export const passesIn = (filter: BoardFilter | null): string => (filter === null ? '' : condition)

/** Values for `passesIn` and `filteredCells`. */
export function filterParams(filter: BoardFilter | null): Readonly<Record<string, Cell>> {
  if (filter === null) return {}
  const { terms, regions, sources } = filter
  return {
    watches: terms.length > 0,
    watchedKeys: terms.flatMap(({ term, kind }) => (kind === null ? [] : [termKey(kind, term)])),
    watchedNames: terms.flatMap(({ term, kind }) => (kind === null ? [term] : [])),
    watchedWords: terms.flatMap(({ term, kind }) => (kind === null || kind === 'word' ? [term] : [])),
    boardRegions: regions,
    boardSources: sources,
  }
}

const lengths = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
type WindowName = (typeof layouts)[keyof typeof layouts]['window']

/** Values of `slotLength` and `slotOffset` for `filteredCells`: days are those of Lima. */
export const slotParams = (window: WindowName) => ({
  slotLength: lengths[window],
  slotOffset: window === 'day' ? limaOffset : 0,
})

const original: Readonly<Record<string, string>> = { ...overMentions, authors: metrics.authors.overMentions }
/** Columns of windows that are counted from the mentions. */
export const figuresOfCells = Object.entries(original)
  .map(([name, sql]) => `${sql} AS ${name}`)
  .join(', ')

/**
 * Windows of what a board counts, with the columns of `newestCells`: of everything it counts (`*`), and of each term that
 * it watches, or of every term of the vocabulary and hashtag where it watches none.
 * @param within Condition over `pulso.mentions AS m`
 */
export const filteredCells = (within: string): string => `
  SELECT splitByChar('\\x1f', key)[2] AS term, splitByChar('\\x1f', key)[1] AS kind,
    fromUnixTimestamp64Milli(slot, 'UTC') AS start, fromUnixTimestamp64Milli(slot + {slotLength:Int64}, 'UTC') AS end,
    0 AS newestRevision, false AS isFinal, ${figuresOfCells}
  FROM (
    SELECT intDiv(toUnixTimestamp64Milli(m.createdAt) - {slotOffset:Int64}, {slotLength:Int64}) * {slotLength:Int64}
        + {slotOffset:Int64} AS slot,
      arrayJoin(arrayConcat(['all\\x1f*'], if({watches:Bool}, ${watchedKeys}, ${namedKeys}))) AS key,
      m.sign AS sign, m.repostOf AS repostOf, m.sentiment AS sentiment, m.sure AS sure, m.author AS author
    FROM mentions AS m WHERE ${within} ${condition}
  ) GROUP BY key, slot`
