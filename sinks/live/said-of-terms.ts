import type { Queries } from '../../streams/engine/ports/analytics.js'
import { type AsOf, asOfParams, writtenBy } from './as-of.js'
import { type BoardFilter, filterParams, passesIn } from './filter.js'
import { mentionsWithin } from './mentions-within.js'
import { countedPlaces, type LeftOut } from './one-author.js'
import { amongParams, askedKeys } from './terms.js'
import { allKey, type Range, termKey } from './view.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

type Term = { readonly term: string; readonly kind: string }

/** A period, what it is held against, and what of them is counted. */
export interface HeldAgainst {
  readonly region: string
  readonly now: Range
  readonly before: Range
  readonly filter: BoardFilter | null
  readonly asOf?: AsOf
}

/** Condition over `mentions AS m`: what lies between the two periods counts in none. */
export const inEither =
  '(m.createdAt >= fromUnixTimestamp64Milli({middle:Int64}) OR m.createdAt < fromUnixTimestamp64Milli({beforeUntil:Int64}))'

/** Values for `inEither` and `mentionsWithin`. */
export const heldParams = ({ region, now, before }: HeldAgainst) => ({
  ...{ region, from: before.from, beforeUntil: before.until, middle: now.from, until: now.until },
})

/** The authors who may have moved one of the terms: places are keys of terms, and that of everything. */
export async function mostActiveOf(
  store: Queries,
  terms: readonly Term[],
  held: HeldAgainst,
): Promise<readonly LeftOut[]> {
  if (terms.length === 0) return []
  const sql = `SELECT arrayJoin(arrayConcat([{all:String}], ${askedKeys})) AS place,
         m.createdAt >= fromUnixTimestamp64Milli({middle:Int64}) AS isNow, m.sign AS sign, m.repostOf AS repostOf,
         m.sentiment AS sentiment, m.sure AS sure, m.author AS author
       FROM mentions AS m WHERE ${mentionsWithin} AND ${inEither}${writtenBy(held.asOf)} ${passesIn(held.filter)}`
  const params = { ...heldParams(held), ...filterParams(held.filter), ...asOfParams(held.asOf), ...amongParams(terms) }
  return (await countedPlaces(store, { sql, params: { ...params, all: allKey } }, timeout)).leftOut
}

/** What is left of a growth without each of the authors. */
export const growthWithout = (
  { term, kind, current, previous }: Term & { readonly current: number; readonly previous: number },
  [allCurrent, allPrevious]: readonly [number, number],
  leftOut: readonly LeftOut[],
) =>
  leftOut.map((left) => {
    const { now, before } = authorIn(termKey(kind, term), left)
    const all = authorIn(allKey, left)
    return [current - now, previous - before, allCurrent - all.now, allPrevious - all.before] as const
  })

/** Mentions of the author in a place. */
const authorIn = (place: string, { of }: LeftOut) => ({
  now: of.get(place)?.now.mentions ?? 0,
  before: of.get(place)?.before.mentions ?? 0,
})
