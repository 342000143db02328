import { isHeardThroughout } from '../../schemas/known-past.js'
import { type AsOf, asOfParams, writtenBy } from '../../sinks/live/as-of.js'
import type { Range } from '../../sinks/live/view.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

interface Row {
  readonly source: string
  readonly mentions: number | string
  readonly first: number | string
  readonly last: number | string
  readonly gap: number | string
}

/**
 * The sources from which something came within a range, whatever it is about, each with whether it was heard from its
 * beginning to its end. A feed that was opened later, or that fell silent, is no rise and no drop.
 * @param sources those that are asked for; empty: all
 * @param slot milliseconds: silences are measured in whole ones
 */
export async function heardSources(
  store: Queries,
  sources: readonly string[],
  range: Range,
  slot: number,
  asOf: AsOf | undefined,
): Promise<ReadonlyMap<string, boolean>> {
  const rows = await store.query<Row>(
    `SELECT source, count() AS mentions, min(at) AS first, max(at) AS last,
       arrayMax(arrayDifference(arraySort(groupUniqArray(intDiv(at, {slot:Int64}))))) * {slot:Int64} AS gap
     FROM (SELECT toString(m.source) AS source, toUnixTimestamp64Milli(m.createdAt) AS at FROM mentions AS m
       WHERE m.createdAt >= fromUnixTimestamp64Milli({from:Int64}) AND m.createdAt < fromUnixTimestamp64Milli({until:Int64})
         AND m.sign > 0 AND (empty({sources:Array(String)}) OR has({sources:Array(String)}, toString(m.source)))${writtenBy(asOf)})
     GROUP BY source`,
    { params: { sources, slot, from: range.from, until: range.until, ...asOfParams(asOf) }, timeout },
  )
  return new Map(
    rows.map(({ source, mentions, first, last, gap }) => [
      source,
      isHeardThroughout(
        { mentions: Number(mentions), first: Number(first), last: Number(last), longestGap: Number(gap) + slot },
        range,
      ),
    ]),
  )
}
