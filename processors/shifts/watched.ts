import { endCountShift, observeCount, type Tide } from '../detection/count-detector.js'
import { countCodec, shareCodec } from '../detection/series-codec.js'
import { endShareShift, isShareKnown, observeShare } from '../detection/share-detector.js'
import {
  begun,
  type Episode,
  isOffNow,
  isOfShift,
  isOver,
  isUsualNow,
  type Judged,
  lasting,
  type Quiet,
  stillQuiet,
  type Talk,
} from './episode.js'
import type { IntervalRow } from './interval.js'
import {
  type Counted,
  counted,
  familyOf,
  isShared,
  lawOf,
  type Shared,
  shared,
  shareOfRow,
  type Watchable,
} from './measures.js'
import { causesOfParts, learnParts, noParts, type UsualParts } from './parts.js'
import { pushedShare } from './pushed.js'
import { isFeed, type Series } from './series.js'

/** What is known of a series: plain data, the states of its detectors as bytes. */
export interface Watched {
  /** Mentions, which fade: who is talked of seldom is not watched. As of the interval `latest`. */
  weight: number
  latest: number
  /** 1 from when it is watched. */
  isWatched: 0 | 1
  detectors: Map<Watchable, Uint8Array>
  episodes: Map<Watchable, Episode>
  /** Empty: workers of the version before, beside which this one may work, look into it. */
  readonly resting: ReadonlyMap<Watchable, { readonly sign: 1 | -1; readonly until: number }>
  /** What the series is usually made of. */
  usual?: UsualParts
  /** Of a feed: since when nothing comes. None where something did, and in what was kept before it was known. */
  quiet?: Map<Counted, Quiet>
}

/** An interval of an episode, as it is reported. */
export interface Reported {
  readonly measure: Watchable
  readonly episode: Episode
  /** -log10 of how often the interval comes by chance. */
  readonly rarity: number
  readonly isOver: boolean
  /** What the episode is due to, as `parts.ts` finds it; of talk alone. */
  readonly causes?: readonly string[]
  /** How much of it is pushed, as `pushed.ts` says; null where too little was said, and of what is no talk. */
  readonly pushed?: number | null
  /** Of a share of voice: whether the mentions of the series moved with it. None in what was sent before it was known. */
  readonly isOfOwnCount?: boolean
}

/** What an interval of a series gave. */
export interface Verdict {
  /** How many measures could be judged. */
  readonly tested: number
  readonly reported: readonly Reported[]
  /** Whether the series has been silent for so long that nothing more is to be learned of its silence. */
  readonly isSilent: boolean
}

/** Half-life of the weight in intervals: two days. */
const weightHalfLife = 192
/** A series is watched from so many mentions on, and forgotten when next to none of them are left. */
const watchedFrom = 12
const forgottenBelow = 0.25
const noPost: Talk = { voices: 0, topAuthor: null, sample: [], parts: [] }
/** What an interval of a shift teaches of what a series is made of. */
const shiftWeight = 0.1
/**
 * A share of voice moves with its own count where that is as rare in its direction as once in a hundred intervals. What
 * others say more, or less, lets the share of a series move whose count does not: that is their shift.
 */
const ownRarity = 2

/** @param at start of the interval */
export const newlyHeard = (at: number): Watched => ({
  ...{ weight: 0, latest: at, isWatched: 0, detectors: new Map(), episodes: new Map(), resting: new Map() },
})

/** Mentions as they have faded until the interval. */
export const weightAt = ({ weight, latest }: Watched, at: number, size: number): number =>
  weight * 2 ** ((latest - at) / size / weightHalfLife)

export const isForgotten = (watched: Watched, at: number, size: number): boolean =>
  weightAt(watched, at, size) < forgottenBelow && watched.episodes.size === 0

/**
 * Takes in an interval of a series, in the order of time. What is known of the series is changed in place.
 * @param row what was heard of it; null: nothing
 * @param all mentions of everything in the interval
 * @param tide what everything does at this time
 * @param size of the interval in milliseconds
 */
export function watch(
  watched: Watched,
  series: Series,
  at: number,
  row: IntervalRow | null,
  all: number,
  tide: Tide,
  size: number,
): Verdict {
  watched.weight = weightAt(watched, at, size) + (row?.mentions ?? 0)
  watched.latest = at
  const isRoot = isFeed(series)
  if (watched.weight >= watchedFrom || isRoot) watched.isWatched = 1
  if (watched.isWatched === 0) return { tested: 0, reported: [], isSilent: false }
  const reported: Reported[] = []
  let tested = 0
  let isSilent = false
  let mentioned: Judged | null = null
  const take = (measure: Watchable, judged: Judged | null) => {
    if (judged === null) return
    const talk = talkOf(row, measure, judged)
    const report = followed(watched, measure, judged, talk, isRoot)
    if (report === null) return
    const isOfOwnCount = measure !== 'shareOfVoice' || isOfCount(report.episode, mentioned)
    reported.push({ ...report, isOfOwnCount })
  }
  for (const measure of counted) {
    const { judged, isJudged, silent } = judgeCount(watched, measure, at, row, tide, isRoot)
    if (isJudged) tested += 1
    if (measure === 'mentions') isSilent = silent
    if (measure === 'mentions') mentioned = judged
    if (isRoot) hearQuiet(watched, measure, judged)
    take(measure, judged)
  }
  for (const measure of shared) {
    // All is its own share, and so is all of the only source.
    if (measure === 'shareOfVoice' && isRoot) continue
    // Nothing that was heard is no share of it, but zero of all.
    const judgement = row === null && measure !== 'shareOfVoice' ? null : judgeShare(watched, measure, at, row, all)
    if (judgement?.isJudged ?? isKnown(watched, measure)) tested += 1
    take(measure, judgement?.judged ?? null)
  }
  watched.usual ??= noParts()
  const isOff = counted.some((measure) => watched.episodes.has(measure)) || watched.episodes.has('shareOfVoice')
  learnParts(watched.usual, row?.voices ?? 0, row?.parts ?? [], isOff ? shiftWeight : 1, row?.repeats ?? 0)
  return { tested, reported, isSilent }
}

const isOfCount = ({ sign }: Episode, mentioned: Judged | null): boolean =>
  mentioned !== null && (mentioned.direction === 'up' ? 1 : -1) === sign && mentioned.rarity >= ownRarity

function hearQuiet(watched: Watched, measure: Counted, judged: Judged): void {
  if (judged.observed > 0) {
    watched.quiet?.delete(measure)
    return
  }
  watched.quiet ??= new Map()
  watched.quiet.set(measure, stillQuiet(watched.quiet.get(measure), judged))
}

function judgeCount(
  { detectors }: Watched,
  measure: Counted,
  at: number,
  row: IntervalRow | null,
  tide: Tide,
  canBeSilent: boolean,
): { judged: Judged; isJudged: boolean; silent: boolean } {
  const state = countCodec.decodeOrBegin(detectors.get(measure))
  const observed = row?.[measure] ?? 0
  const detection = observeCount(state, at, observed, tide, canBeSilent)
  detectors.set(measure, countCodec.encode(state))
  const { baseline: expected, spread, rarity, shape, direction, isJudged, isSilent: silent } = detection
  return { judged: { at, observed, expected, weight: 1, spread, rarity, shape, direction }, isJudged, silent }
}

/** Whether a share of which there is no row now would be judged: what a board watches does not hang on the hour. */
const isKnown = ({ detectors }: Watched, measure: Shared): boolean =>
  isShareKnown(shareCodec.decodeOrBegin(detectors.get(measure)))

const noRow: Omit<IntervalRow, 'key' | 'start'> = {
  ...{ mentions: 0, voices: 0, authors: 0, topAuthor: null, parts: [], positive: 0, neutral: 0, negative: 0 },
  ...{ viewedInteractions: 0, viewedViews: 0, reachedInteractions: 0, reachedReach: 0, sample: [], gained: [] },
}

function judgeShare(
  { detectors }: Watched,
  measure: Shared,
  at: number,
  row: IntervalRow | null,
  all: number,
): { judged: Judged; isJudged: boolean } | null {
  const share = shareOfRow(measure, row ?? { ...noRow, key: '', start: at }, all)
  if (share === null) return null
  const state = shareCodec.decodeOrBegin(detectors.get(measure))
  const { successes, trials } = share
  const { usual, spread, rarity, shape, direction, isJudged } = observeShare(state, successes, trials, lawOf[measure])
  detectors.set(measure, shareCodec.encode(state))
  const expected = usual * trials
  return { judged: { at, observed: successes, expected, weight: trials, spread, rarity, shape, direction }, isJudged }
}

/**
 * Of a turn of sentiment the posts to which it turned. Who has most of a rate of engagement is whose posts have most of
 * the interactions that it counts, whoever says most.
 */
function talkOf(row: IntervalRow | null, measure: Watchable, { direction }: Judged): Talk {
  if (row === null) return noPost
  if (measure === 'engagementRateByViews') return gainedOf(row, row.viewedInteractions, row.topViewed)
  if (measure === 'engagementRateByReach') return gainedOf(row, row.reachedInteractions, row.topReached)
  if (measure !== 'netSentiment') return row
  const mood = direction === 'up' ? 1 : -1
  return { ...row, sample: row.sample.filter((post) => post[4] === mood) }
}

/** Talk in which each interaction is a voice. */
const gainedOf = (row: IntervalRow, interactions: number, top: IntervalRow['topViewed']): Talk => ({
  ...{ voices: Math.max(0, interactions), topAuthor: top ?? null, sample: row.sample, parts: [] },
})

function followed(watched: Watched, measure: Watchable, judged: Judged, talk: Talk, isRoot: boolean): Reported | null {
  const { episodes } = watched
  const before = episodes.get(measure)
  if (before === undefined) {
    const quiet = isShared(measure) ? undefined : watched.quiet?.get(measure)
    const episode = begun(judged, talk, isRoot && measure === 'mentions', quiet ?? null)
    if (episode === null) return null
    episodes.set(measure, episode)
    return reportOf(watched, measure, episode, judged, false)
  }
  const isQuiet = isRoot && saysNothing(measure, before)
  // what says something again was silent until now: what it says is no part of its silence, nor its end a drop
  const isHeardAgain = isQuiet && judged.observed > 0
  // what began as a drop to nothing is a silence from when it is none of chance, and is not over at hours when little comes
  if (isQuiet && judged.shape === 'silence') before.shape = 'silence'
  if (!isHeardAgain) lasting(before, judged, talk)
  const over = isHeardAgain || isOver(before)
  if (over) {
    episodes.delete(measure)
    endShift(watched, measure, before)
  }
  return reportOf(watched, measure, before, judged, over)
}

/** What is told of an episode is of the intervals up to the last that was off. */
function reportOf(watched: Watched, measure: Watchable, episode: Episode, judged: Judged, isAtEnd: boolean): Reported {
  const [causes, pushed] = [causesOf(watched, measure, episode), pushedOf(watched, measure, episode)]
  if (isOffNow(episode) && (episode.off === undefined || isOfShift(episode, judged))) {
    const { observed, expected, weight, voices, authors } = episode
    episode.off = { observed, expected, weight, voices, topAuthor: authors[0] ?? null, causes, pushed }
  }
  const told = episode.off ?? { causes, pushed }
  return {
    ...{ measure, episode: { ...episode }, rarity: judged.rarity, isOver: isAtEnd },
    ...{ causes: told.causes, pushed: told.pushed },
  }
}

/** Whether nothing at all was said since the episode began. */
export const saysNothing = (measure: Watchable, { sign, observed }: Episode): boolean =>
  sign < 0 && observed === 0 && familyOf[measure] === 'talk'

/** What spoke for the shift is not to speak for another. */
function endShift({ detectors }: Watched, measure: Watchable, episode: Episode): void {
  const { sign } = episode
  if (isShared(measure)) {
    const state = shareCodec.decodeOrBegin(detectors.get(measure))
    endShareShift(state, sign, isUsualNow(episode))
    detectors.set(measure, shareCodec.encode(state))
  } else {
    const state = countCodec.decodeOrBegin(detectors.get(measure))
    endCountShift(state, sign, isUsualNow(episode))
    detectors.set(measure, countCodec.encode(state))
  }
}

/** Of talk alone: what moods and reactions are due to is not in who spoke. */
function causesOf({ usual }: Watched, measure: Watchable, episode: Episode): readonly string[] {
  if (usual === undefined || familyOf[measure] !== 'talk') return []
  return causesOfParts(usual, episode.voices, usualVoicesOf(episode), episode.parts ?? [])
}

/** As many times more voices than usual as there are more of what was judged. */
const usualVoicesOf = ({ voices, observed, expected }: Episode): number =>
  observed > 0 ? voices * Math.min(1e3, expected / observed) : expected

function pushedOf({ usual }: Watched, measure: Watchable, episode: Episode): number | null {
  if (usual === undefined || familyOf[measure] !== 'talk' || episode.sign < 0) return null
  return pushedShare(usual, episode, usualVoicesOf(episode))
}
