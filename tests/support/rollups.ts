import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import type { RollupRow, RollupSize } from './rollup-oracle.js'

const byKey = (left: RollupRow, right: RollupRow): number => {
  const [a, b] = [left, right].map(({ term, kind, region, start }) => JSON.stringify([term, kind, region, start]))
  return (a ?? '') < (b ?? '') ? -1 : 1
}

/** In an order of their own, to be compared. */
export const sorted = (rows: readonly RollupRow[]): RollupRow[] => [...rows].sort(byKey)

/** What the view of a roll-up gives, sorted. */
export async function readRollup(store: AnalyticsStore, size: RollupSize): Promise<RollupRow[]> {
  const rows = await store.query<RollupRow>(
    `SELECT * REPLACE (toUnixTimestamp64Milli(start) AS start) FROM trends_by_${size}_view`,
  )
  return sorted(rows)
}
