import type { Change } from './changes.js'
import { count, noSums, type Sums } from './windows.js'

/** A row of a roll-up. */
export interface Rollup {
  readonly term: string
  readonly kind: string
  readonly region: string
  readonly start: number
  readonly sums: Sums
}

const hour = 3_600_000

/** Roll-ups of mentions by minute, hour and day of Lima (UTC-5), by term, kind, region and start; lateness plays no part. */
export function rollups(changes: readonly Change[]): ReadonlyMap<string, ReadonlyMap<string, Rollup>> {
  const grids = [
    { table: 'trends_by_minute', length: 60_000, offset: 0 },
    { table: 'trends_by_hour', length: hour, offset: 0 },
    { table: 'trends_by_day', length: 24 * hour, offset: 5 * hour },
  ]
  return new Map(
    grids.map(({ table, length, offset }) => {
      const rows = new Map<string, Rollup>()
      for (const change of changes) {
        const { createdAt, region, terms } = change.mention
        const start = Math.floor((createdAt - offset) / length) * length + offset
        const regions = region === null ? ['*'] : ['*', region]
        for (const { term, kind } of [{ term: '*', kind: 'all' }, ...terms]) {
          for (const each of regions) {
            const key = [term, kind, each, start].join('\u001f')
            let row = rows.get(key)
            if (row === undefined) {
              row = { term, kind, region: each, start, sums: noSums() }
              rows.set(key, row)
            }
            count(row.sums, change)
          }
        }
      }
      return [table, rows]
    }),
  )
}
