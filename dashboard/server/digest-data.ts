import type { Board } from '../../schemas/board.js'
import { regions } from '../../schemas/regions.js'
import { asOfNow, asOfParams, writtenBy } from '../../sinks/live/as-of.js'
import { filterOf } from '../../sinks/live/filter.js'
import { comparedSources } from '../../sinks/live/heard-sources.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'
import { comparison } from './comparison.js'
import type { Digest } from './digest.js'
import { heardTerms } from './heard-terms.js'
import { insightsOf } from './insights/insights.js'
import { type Period, twoPeriods } from './period.js'
import { series, topTerms } from './queries.js'

/** Rows of a table. */
const rows = 10

/**
 * Gathers what a digest tells: of a board or of everything, of one region or of all. Whatever is written meanwhile, all
 * of it is counted of the mentions that were there when it was begun.
 */
export async function digestOf(
  store: Queries,
  {
    board,
    region,
    period: asked,
    now,
  }: { readonly board: Board | null; readonly region: string; readonly period: Period; readonly now: number },
): Promise<Digest> {
  const { from, until, asOf = await asOfNow(store) } = asked
  const period: Period = { ...asked, asOf }
  const filter = board === null ? null : filterOf(board)
  const sources = await comparedSources(store, { region, filter }, twoPeriods(period))
  const among = await heardTerms(store, { region, filter: sources.filter, withWords: false }, period)
  const beside = async (kind: string) => {
    const watched = (board?.terms ?? []).flatMap(({ term, kind: own }) => (own === kind ? [{ term, kind }] : []))
    const asked = { by: 'terms', region, term: null, filter, sources } as const
    if ((board?.terms.length ?? 0) > 0) return comparison(store, { ...asked, items: watched }, period)
    const items = await topTerms(store, { region, kinds: [kind], limit: rows, filter }, period)
    return comparison(store, { ...asked, items, among }, period)
  }
  const [dishes, brands, aspects, insights, points, [shown]] = await Promise.all([
    beside('dish'),
    beside('brand'),
    comparison(store, { by: 'aspects', region, items: [], term: null, filter, sources }, period),
    insightsOf(store, { region, filter, sources }, period),
    series(store, { term: '*', kind: 'all' }, region, period, filter),
    store.query<{ simulated: number | boolean }>(
      `SELECT max(m.simulated) AS simulated FROM mentions AS m
       WHERE m.createdAt >= fromUnixTimestamp64Milli({from:Int64}) AND m.createdAt < fromUnixTimestamp64Milli({until:Int64})${writtenBy(asOf)}`,
      { params: { from, until, ...asOfParams(asOf) } },
    ),
  ])
  return {
    ...{ from, until, all: aspects.all, points, insights, madeAt: now },
    ...{ dishes: dishes.items.slice(0, rows), brands: brands.items.slice(0, rows), aspects: aspects.items },
    board: board?.name ?? null,
    region: regions.find(({ code }) => code === region)?.name ?? null,
    simulated: Boolean(shown?.simulated ?? false),
  }
}
