import { forward } from '../../streams/engine/outcome.js'
import type { Processor } from '../../streams/engine/processor.js'
import { withValue } from '../../streams/engine/record.js'
import { days } from '../../streams/engine/time.js'
import { hourOfWeek, peru } from '../detection/calendar.js'
import { emptyCount, observeCount, type Tide, tideAt } from '../detection/count-detector.js'
import { countCodec } from '../detection/series-codec.js'
import { type IntervalRow, intervalSize } from './interval.js'
import { counted } from './measures.js'
import { isFeed, seriesOf, shardOf, shards, totalKey } from './series.js'
import { isForgotten, newlyHeard, type Reported, type Watched, watch, weightAt } from './watched.js'

/** A row on its way to the group that watches its series. Of everything all groups are told how much there was. */
export interface ShardRow {
  readonly shard: number
  readonly start: number
  /** Mentions of everything; null: another row tells. */
  readonly all: number | null
  /** Null: of another group. */
  readonly row: IntervalRow | null
}

/** An interval of an episode of a series. */
export interface SeriesReport extends Reported {
  readonly key: string
  /** Mentions of the series in the interval. */
  readonly mentions: number
  /** postIds of those that gained most in the interval. */
  readonly gained: readonly string[]
}

/** What a group has to say of one interval. */
export interface ShardReport {
  readonly start: number
  /** How many measures of how many series were judged, in all. */
  readonly tested: number
  /** Mentions of everything. */
  readonly all: number
  readonly reports: readonly SeriesReport[]
}

interface Pending {
  all: number
  readonly rows: IntervalRow[]
}

/** What is known of the series of a group. */
export interface Shard {
  /** What has come, by the start of its interval. */
  readonly pending: Map<number, Pending>
  readonly series: Map<string, Watched>
  /** What is known of everything, of which each group is told: the season that its series begin with. */
  everything?: Uint8Array
  /** Intervals since anything came. */
  empty: number
}

/** Series that a group watches at most: those talked of most. */
const mostSeries = 2_000
/** A feed that is silent for so many intervals has been told to be, or will not be: two weeks. */
const longestSilence = 1_344

/** The groups to which a row goes. */
export const toShards = (row: IntervalRow): readonly ShardRow[] =>
  row.key === totalKey
    ? shards.map((shard) => {
        return { shard, start: row.start, all: row.mentions, row: shard === shardOf(totalKey) ? row : null }
      })
    : [{ shard: shardOf(row.key), start: row.start, all: null, row }]

export const ofShard = ({ shard }: ShardRow): string => String(shard)

/**
 * Watches the series of a group, interval by interval. An interval is taken when its timer fires, right after its start
 * by the time of its rows, which are given when it is final: by then all rows of the interval are there. A series
 * without a row in an interval was not talked of: 0. Where nothing at all has been heard for longer than ever before, only
 * feeds are judged, which may have fallen silent; a dead feed is no drop of what it talked of.
 */
export const watchShard: Processor<Shard, ShardRow, ShardReport> = {
  name: 'watch',
  onRecord: (state, { value: { start, all, row } }) => {
    const shard: Shard = state ?? { pending: new Map(), series: new Map(), empty: 0 }
    const pending = shard.pending.get(start) ?? { all: 0, rows: [] }
    shard.pending.set(start, pending)
    if (all !== null) pending.all = all
    if (row !== null) pending.rows.push(row)
    return [shard, [], Math.min(...shard.pending.keys()) + 1]
  },
  onTimer: (state, timer) => {
    const shard: Shard = state ?? { pending: new Map(), series: new Map(), empty: 0 }
    const start = timer.timestamp - 1
    const pending = shard.pending.get(start)
    shard.pending.delete(start)
    shard.empty = pending === undefined ? shard.empty + 1 : 0
    const { report, isAwaited } = taken(shard, start, pending)
    const outcomes = report.tested === 0 && report.reports.length === 0 ? [] : [forward(withValue(timer, report))]
    const following = [...shard.pending.keys()]
    // Where nothing is awaited any more, the next row begins anew.
    if (isAwaited && shard.empty < longestSilence) following.push(start + intervalSize)
    return [shard, outcomes, following.length === 0 ? null : Math.min(...following) + 1]
  },
}

/** Takes an interval of all series of the group. What is known of them is changed in place. */
function taken(shard: Shard, start: number, pending: Pending | undefined): { report: ShardReport; isAwaited: boolean } {
  const { series: known } = shard
  const { tide, isHeard, isSilent } = tideOf(shard, start, pending?.all ?? 0)
  const rows = new Map((pending?.rows ?? []).map((row) => [row.key, row]))
  for (const key of rows.keys()) if (!known.has(key)) known.set(key, newlyHeard(start))
  let tested = 0
  let isAwaited = !isSilent && known.size > 0
  const reports: SeriesReport[] = []
  for (const [key, watched] of known) {
    const row = rows.get(key) ?? null
    if (row === null && watched.isWatched === 0) continue
    const series = seriesOf(key)
    const canBeSilent = isFeed(series)
    if (!isHeard && !canBeSilent) continue
    const verdict = watch(watched, series, start, row, pending?.all ?? 0, tide, intervalSize)
    tested += verdict.tested
    if (canBeSilent && !verdict.isSilent) isAwaited = true
    for (const reported of verdict.reported) {
      reports.push({ key, mentions: row?.mentions ?? 0, gained: row?.gained ?? [], ...reported })
    }
  }
  if (start % days(1) === 0 || known.size > mostSeries) forget(known, start)
  return { report: { start, tested, all: pending?.all ?? 0, reports }, isAwaited }
}

/**
 * What everything usually does at this time; then learns what it does. Heard is an interval in which nothing came as
 * well, as long as nothing came for no longer than ever before: then it is zero of all. Else the feed may be dead.
 */
function tideOf(shard: Shard, start: number, all: number): { tide: Tide; isHeard: boolean; isSilent: boolean } {
  const known = countCodec.decodeOrBegin(shard.everything)
  const isTold = known.level.sum > 0
  if (!isTold && all > 0) forgetSeasons(shard)
  const state = isTold ? known : emptyCount()
  const hour = hourOfWeek(start, peru)
  const factor = tideAt(state, start, hour)
  const { isSilent } = observeCount(state, start, all, { hour, factor: 1 }, true)
  shard.everything = countCodec.encode(state)
  return { tide: { hour, factor }, isHeard: state.silence.now <= state.silence.longest, isSilent }
}

/**
 * A group that was never told of anything knows nothing of when it comes, and of its series the season that is then told
 * of everything: counts are learned anew. So it was with groups below 0.
 */
function forgetSeasons({ series }: Shard): void {
  for (const { detectors } of series.values()) for (const measure of counted) detectors.delete(measure)
}

/** Forgets what is hardly talked of any more, and where there is too much of it what is talked of least. */
function forget(known: Shard['series'], start: number): void {
  for (const [key, watched] of known) {
    if (isForgotten(watched, start, intervalSize) && !isFeed(seriesOf(key))) known.delete(key)
  }
  if (known.size <= mostSeries) return
  const least = [...known]
    .filter(([key, { episodes }]) => episodes.size === 0 && !isFeed(seriesOf(key)))
    .map(([key, watched]) => [key, weightAt(watched, start, intervalSize)] as const)
    .sort(([one, weight], [other, more]) => weight - more || (one < other ? -1 : 1))
  for (const [key] of least.slice(0, known.size - mostSeries)) known.delete(key)
}
