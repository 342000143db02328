import { everything } from '../contribution.js'
import { intervalSize } from './interval.js'
import { type Family, familyOf } from './measures.js'
import { isFeed, regionKey, seriesOf, termKey, totalKey } from './series.js'
import type { SeriesReport } from './shard.js'
import { beyondWhole } from './whole.js'

/** What begins so many intervals after an event of everything is over is seen in the sums of that event: two hours. */
const seenAfter = 8

/** A report, and whether everything is off as well, of which it is a part. */
export interface Explained {
  readonly report: SeriesReport
  readonly isOfWhole: boolean
}

/**
 * Each report, as rare as what its series does beyond what it is a part of: everything, and of a term in a region the
 * term and the region, where those are off in the same measure and direction. What all do together is an event of the
 * whole, told or not yet, and not of each.
 */
export function explained(reports: readonly SeriesReport[]): readonly Explained[] {
  const known = new Map(reports.map((report) => [placeOf(report, report.key), report]))
  return reports.map((report) => {
    const { lately, sign } = report.episode
    const wholes = wholesOf(report.key).flatMap((key) => known.get(placeOf(report, key)) ?? [])
    const isOfWhole = wholes.some(({ key }) => key === totalKey)
    if (lately === undefined || lately === null) return { report, isOfWhole }
    const beyond = wholes.flatMap(({ episode }) =>
      episode.lately === undefined || episode.lately === null
        ? []
        : [beyondWhole(report.measure, sign, lately, episode.lately)],
    )
    return { report: { ...report, rarity: Math.min(report.rarity, ...beyond) }, isOfWhole }
  })
}

const placeOf = ({ measure, episode }: SeriesReport, key: string): string =>
  `${key}\u001f${measure}\u001f${episode.sign}`

/** Keys of what a series is a part of. */
function wholesOf(key: string): readonly string[] {
  const series = seriesOf(key)
  if (isFeed(series)) return []
  const { term, kind, region } = series
  return kind === 'all' || region === everything ? [totalKey] : [totalKey, regionKey(region), termKey(term, kind)]
}

/** An event of everything, or of a source, that was told and is over. */
export interface EndedFeed {
  readonly family: Family
  readonly sign: 1 | -1
  /** Start of the interval in which it was over. */
  readonly at: number
}

/** Whether the episode of a part began while such an event went on, or just after: its sums reach back into it. */
export const isOfEnded = (ended: readonly EndedFeed[], { key, measure, episode }: SeriesReport): boolean =>
  measure !== 'shareOfVoice' &&
  ended.some(
    ({ family, sign, at }) =>
      family === familyOf[measure] && sign === episode.sign && episode.start <= at + seenAfter * intervalSize,
  ) &&
  !isFeed(seriesOf(key))
