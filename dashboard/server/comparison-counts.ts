import { type Counts, noCounts } from '../../schemas/metrics.js'
import { asOfParams, writtenBy } from '../../sinks/live/as-of.js'
import { filterParams, passesIn } from '../../sinks/live/filter.js'
import { mentionsWithin } from '../../sinks/live/mentions-within.js'
import { countedPlaces, type LeftOut, type SaidRows } from '../../sinks/live/one-author.js'
import { heldParams, inEither } from '../../sinks/live/said-of-terms.js'
import { amongParams, askedKeys, labelOfAspect, mentionHoldsTerm, termParams } from '../../sinks/live/terms.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'
import type { Compared, ComparisonQuery } from './comparison.js'
import { beforeOf, type Period } from './period.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

type Counted = Counts & { readonly authors: number; readonly mentionAuthors: number }
export interface Figures {
  readonly now: Counted
  readonly before: Counted
}

const none = { ...noCounts, authors: 0, mentionAuthors: 0 }
export const noFigures: Figures = { now: none, before: none }

// A place is what is counted: everything, or one of the things that are compared, all that is said of it or, where one
// term is asked for, the part of it that names the term.
const wholes = 'w'
const parts = 'p'
const everything = 'all'
export const wholeOfAll = `${wholes}${everything}`
export const partOfAll = `${parts}${everything}`
/** @param key of a thing, as `keysOf` gives it */
export const wholeOf = (key: string): string => `${wholes}=${key}`
export const partOf = (key: string): string => `${parts}=${key}`

const keysOf: Readonly<Record<Compared, string>> = {
  terms: askedKeys,
  regions: "[ifNull(toString(m.region), '')]",
  sources: '[toString(m.source)]',
  aspects: 'arrayMap(one -> toString(one.1), m.aspects)',
}

/** The label that counts for a place: what is said of the aspect, else that of the mention. */
const labelsOf = (by: Compared): string =>
  by === 'aspects'
    ? `if(endsWith(place, '${everything}') AND length(place) = ${wholeOfAll.length}, CAST(m.sentiment, 'Nullable(String)'), ${labelOfAspect('substring(place, 3)')})`
    : 'm.sentiment'

/** A row for each mention and place that it counts in. */
function rowsOf({ by, region, items, filter, term }: ComparisonQuery, period: Period): SaidRows {
  const { asOf } = period
  const places = `arrayConcat(['${wholeOfAll}'], arrayMap(each -> concat('${wholes}=', each), keys),
         if({key:String} != '' AND ${mentionHoldsTerm}, arrayConcat(['${partOfAll}'], arrayMap(each -> concat('${parts}=', each), keys)), []))`
  return {
    sql: `SELECT ${keysOf[by]} AS keys, arrayJoin(${places}) AS place,
         m.createdAt >= fromUnixTimestamp64Milli({middle:Int64}) AS isNow, m.sign AS sign, m.repostOf AS repostOf,
         ${labelsOf(by)} AS sentiment, m.sure AS sure, m.author AS author
       FROM mentions AS m WHERE ${mentionsWithin} AND ${inEither}${writtenBy(asOf)} ${passesIn(filter)}`,
    params: {
      ...heldParams({ region, now: period, before: beforeOf(period), filter }),
      ...{ ...termParams(term), ...filterParams(filter), ...asOfParams(asOf) },
      ...amongParams(items),
    },
  }
}

export interface CountedPlaces {
  readonly places: ReadonlyMap<string, Figures>
  /** Authors without whom verdicts are looked at again. */
  readonly leftOut: readonly LeftOut[]
}

/** Counts of each place, in the period and in the one before. */
export async function counted(store: Queries, query: ComparisonQuery, period: Period): Promise<CountedPlaces> {
  const { counts, leftOut } = await countedPlaces(store, rowsOf(query, period), timeout)
  const places = new Map<string, Figures>()
  for (const { place, isNow, ...figures } of counts) {
    const known = places.get(place) ?? noFigures
    places.set(place, isNow ? { ...known, now: figures } : { ...known, before: figures })
  }
  return { places, leftOut }
}
