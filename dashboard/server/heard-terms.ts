import { type Change, changes, leastTested } from '../../schemas/growth.js'
import { metrics } from '../../schemas/metrics.js'
import { asOfParams, writtenBy } from '../../sinks/live/as-of.js'
import { type BoardFilter, filterParams, passesIn, watchedKeys } from '../../sinks/live/filter.js'
import { mentionsWithin } from '../../sinks/live/mentions-within.js'
import { heldParams, inEither } from '../../sinks/live/said-of-terms.js'
import { namedKeys } from '../../sinks/live/terms.js'
import { allKey, termKey } from '../../sinks/live/view.js'
import { emergingWords } from '../../sinks/live/word-cells.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'
import { beforeOf, type Period } from './period.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

/** A term with its mentions in a period and in the one before. */
export interface HeardTerm {
  readonly term: string
  readonly kind: string
  readonly current: number
  readonly previous: number
}

/**
 * All terms that there are enough mentions of to test them: they are the families in which the growth of those that are
 * shown is tested. Whoever chose terms by how much is said of them now and tested those alone would find that they rise.
 */
export interface HeardTerms {
  /** Of the vocabulary and hashtags: one family. */
  readonly known: readonly HeardTerm[]
  /** Every word of the texts: the family of emerging words, which any of them may have become. Empty where none has. */
  readonly words: readonly HeardTerm[]
  /** Words that are emerging in one of the periods. */
  readonly emerging: ReadonlySet<string>
  readonly allNow: number
  readonly allBefore: number
}

export interface HeardQuery {
  readonly region: string
  readonly filter: BoardFilter | null
  /** Whether emerging words are asked for. */
  readonly withWords: boolean
}

/**
 * Counts the terms of both periods from the mentions. Windows of emerging words are there only where many say them, so
 * that their sums say nothing of how much they are said.
 */
export async function heardTerms(
  store: Queries,
  { region, filter, withWords }: HeardQuery,
  period: Period,
): Promise<HeardTerms> {
  const { window, asOf } = period
  const before = beforeOf(period)
  const emerging = new Set(
    // of a board that watches terms none are looked for
    !withWords || (filter?.terms.length ?? 0) > 0
      ? []
      : (
          await store.query<{ readonly term: string }>(`SELECT DISTINCT term FROM (${emergingWords})`, {
            params: { window, region, wordsFrom: before.from, until: period.until },
            timeout,
          })
        ).map(({ term }) => term),
  )
  const watches = (filter?.terms.length ?? 0) > 0
  const params = {
    ...heldParams({ region, now: period, before, filter }),
    ...{ ...filterParams(filter), ...asOfParams(asOf), leastTested },
  }
  const counted = (keys: string, least: string) =>
    store.query<{ readonly key: string; readonly current: number | string; readonly previous: number | string }>(
      `SELECT key, sumIf(given, isNow) AS current, sumIf(given, NOT isNow) AS previous
       FROM (
         SELECT key, isNow, ${metrics.volume.overMentions} AS given FROM (
           SELECT arrayJoin(${keys}) AS key,
             m.createdAt >= fromUnixTimestamp64Milli({middle:Int64}) AS isNow, m.sign AS sign, m.repostOf AS repostOf
           FROM mentions AS m WHERE ${mentionsWithin} AND ${inEither}${writtenBy(asOf)} ${passesIn(filter)}
         ) GROUP BY key, isNow
       ) GROUP BY key HAVING ${least}`,
      { params, timeout },
    )
  const isTested = 'current + previous >= {leastTested:UInt32}'
  const [named, said] = await Promise.all([
    counted(`arrayConcat(['${allKey}'], ${watches ? watchedKeys : namedKeys})`, `key = '${allKey}' OR ${isTested}`),
    emerging.size === 0 ? [] : counted('m.words', isTested),
  ])
  const all = named.find(({ key }) => key === allKey)
  const heard = ({ key, current, previous }: (typeof named)[number], kind?: string): HeardTerm => {
    const [own = '', term = ''] = kind === undefined ? key.split('\u001f') : [kind, key]
    return { term, kind: own, current: Number(current), previous: Number(previous) }
  }
  return {
    known: named.filter(({ key }) => key !== allKey).map((row) => heard(row)),
    words: said.map((row) => heard(row, 'word')),
    ...{ emerging, allNow: Number(all?.current ?? 0), allBefore: Number(all?.previous ?? 0) },
  }
}

/** Terms that may be told: words only where they are emerging. */
export const tellable = ({ known, words, emerging }: HeardTerms): readonly HeardTerm[] => [
  ...known,
  ...words.filter(({ term }) => emerging.has(term)),
]

/** What each family says of its terms by the counts alone, by key; nobody is left out yet. */
export function changesOf({ known, words, allNow, allBefore }: HeardTerms): ReadonlyMap<string, Change> {
  return new Map(
    [known, words].flatMap((family) => {
      const found = changes(family.map(({ current, previous }) => [current, previous, allNow, allBefore]))
      return family.flatMap(({ term, kind }, at) => {
        const changed = found[at] ?? null
        return changed === null ? [] : [[termKey(kind, term), changed] as const]
      })
    }),
  )
}
