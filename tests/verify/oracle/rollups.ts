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

/** A row of a roll-up of aspects: the labels of its sums are what is said of the aspect. */
export interface AspectRollup extends Rollup {
  readonly aspect: string
}

const hour = 3_600_000
const minutely = { each: 'minute', length: 60_000, offset: 0 }
const hourly = { each: 'hour', length: hour, offset: 0 }
const daily = { each: 'day', length: 24 * hour, offset: 5 * hour }
type Grid = typeof daily

/** Roll-ups of mentions by minute, hour and day of Lima (UTC-5), by term, kind, region and start; lateness plays no part. */
export function rollups(changes: readonly Change[]): ReadonlyMap<string, ReadonlyMap<string, Rollup>> {
  const grids = [minutely, hourly, daily]
  return new Map(grids.map((grid) => [`trends_by_${grid.each}`, rowsOf(changes, grid)]))
}

/** Roll-ups of what is said of aspects by hour and day of Lima, by aspect, term, kind, region and start. */
export function aspectRollups(changes: readonly Change[]): ReadonlyMap<string, ReadonlyMap<string, AspectRollup>> {
  const ofAspects = new Map<string, Change[]>()
  for (const change of changes) {
    const { aspects, score } = change.mention
    for (const { aspect, label } of aspects) {
      if (score === null) throw new Error('a mention without a score has aspects')
      const about = ofAspects.get(aspect) ?? []
      ofAspects.set(aspect, about)
      about.push({ ...change, mention: { ...change.mention, score: { ...score, label } } })
    }
  }
  return new Map(
    [hourly, daily].map((grid) => [
      `aspects_by_${grid.each}`,
      new Map(
        [...ofAspects].flatMap(([aspect, about]) =>
          [...rowsOf(about, grid)].map(([key, row]) => [[aspect, key].join('\u001f'), { aspect, ...row }] as const),
        ),
      ),
    ]),
  )
}

function rowsOf(changes: readonly Change[], { length, offset }: Grid): ReadonlyMap<string, Rollup> {
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
  return rows
}
