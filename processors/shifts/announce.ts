import { rejectedUpTo } from '../../schemas/benjamini-hochberg.js'
import { severityOf as severityOfEffect, effectOf as sizeOfEffect } from '../../schemas/metrics/shifts.js'
import type { Shift, ShiftKind, ShiftSeverity } from '../../schemas/shift.js'
import { hashOf } from '../../streams/engine/frequent/linear-hash.js'
import { forward } from '../../streams/engine/outcome.js'
import type { Processor } from '../../streams/engine/processor.js'
import { withValue } from '../../streams/engine/record.js'
import { deviationOf, isOffNow, levelAfter, type Off } from './episode.js'
import { type EndedFeed, explained, isOfEnded } from './explained.js'
import { intervalSize } from './interval.js'
import { familyOf, readingOf, type Watchable } from './measures.js'
import { isFeed, isPart, seriesOf, totalKey } from './series.js'
import type { SeriesReport, ShardReport } from './shard.js'
import { saysNothing } from './watched.js'

/** A shift that was told and is not over. */
interface Told {
  readonly key: string
  readonly measure: Watchable
  readonly sign: 1 | -1
  revision: number
  kind: ShiftKind
  severity: ShiftSeverity
  /** Start of the interval in which it was told last. */
  at: number
}

/** What was told, and what is to come: plain data. */
export interface Announcing {
  readonly pending: Map<number, ShardReport[]>
  /** By the identity of the episode. */
  readonly told: Map<string, Told>
  /** Episodes of whose event another measure was told. */
  readonly muted: Set<string>
  /** Until when an event that was told and is over is not told again. */
  resting?: Map<string, number>
  /** Episodes that went as everything did while that was told. */
  explained?: Set<string>
  /** Events of everything, or of a source, that were told and ended within half a day. */
  ended?: readonly EndedFeed[]
}

/**
 * Of the shifts that are opened in one interval, the share that may be due to chance. So small because there are 672
 * intervals in a week: at most 5.4 of them open a false shift where there is nothing to find; it comes to far fewer, since
 * a shift is what two intervals show (`npm run bench -- shifts`).
 */
export const falseDiscoveries = 0.008
/** A shift that lasts is told again after so many intervals: an hour. */
const toldEvery = 4
/** How long an event that is over rests, in intervals: half a day. */
const restAfter = 48
const mostEvidence = 5
const mostCauses = 5
const method = 'pulso-shifts@6'

/** All reports meet. */
export const together = (): string => 'all'

/**
 * Decides which episodes are told, opens them under one identity, and tells them until they are over. Of all that was
 * judged in an interval those are opened that the procedure of Benjamini and Hochberg rejects; an episode that is not may
 * be opened in a later interval of it.
 */
export const announce: Processor<Announcing, ShardReport, Shift> = {
  name: 'announce',
  onRecord: (state, { value }) => {
    const announcing: Announcing = state ?? { pending: new Map(), told: new Map(), muted: new Set() }
    const reports = announcing.pending.get(value.start)
    if (reports === undefined) announcing.pending.set(value.start, [value])
    else reports.push(value)
    return [announcing, [], Math.min(...announcing.pending.keys()) + 2]
  },
  onTimer: (state, timer) => {
    if (state === undefined) return [undefined, []]
    const start = timer.timestamp - 2
    const given = state.pending.get(start) ?? []
    state.pending.delete(start)
    const shifts = announced(state, start, given)
    const record = { ...timer, timestamp: start + intervalSize - 1 }
    const streamTime = Math.max(timer.streamTime, record.timestamp)
    const outcomes = shifts.map((shift) => forward({ ...withValue(record, shift), streamTime }))
    const next = [...state.pending.keys()]
    return [state, outcomes, next.length === 0 ? null : Math.min(...next) + 2]
  },
}

export const shiftRecordKey = ({ shiftId }: Shift): string => shiftId

const identityOf = ({ key, measure, episode }: SeriesReport): string => `${key}\u001f${measure}\u001f${episode.start}`

/** The identity of a shift: 64 bits of what makes it, as text. */
function shiftIdOf(identity: string): string {
  const half = (text: string) => (hashOf(text) >>> 0).toString(16).padStart(8, '0')
  return half(identity) + half(`${identity}\u001f`)
}

function announced(state: Announcing, start: number, given: readonly ShardReport[]): readonly Shift[] {
  const resting = new Map([...(state.resting ?? [])].filter(([, until]) => until > start))
  state.resting = resting
  const ofWhole = new Set(state.explained)
  state.explained = ofWhole
  state.ended = (state.ended ?? []).filter(({ at }) => at + restAfter * intervalSize > start)
  const tested = given.reduce((sum, report) => sum + report.tested, 0)
  const sorted = explained(given.flatMap((report) => report.reports)).toSorted(
    ({ report: one }, { report: other }) => other.rarity - one.rarity || (identityOf(one) < identityOf(other) ? -1 : 1),
  )
  const reports = sorted.map(({ report }) => report)
  // what is told, or a part of it, is no discovery of this interval
  const found = reports.filter((report) => isNew(state, report, start, reports)).map(probabilityOf)
  const limit = Math.max(rejectedUpTo(found, tested, falseDiscoveries), falseDiscoveries / Math.max(1, tested))
  const shifts: Shift[] = []
  for (const { report, isOfWhole } of sorted) {
    const identity = identityOf(report)
    const told = state.told.get(identity)
    if (told !== undefined) {
      if (isDue(report, told, start)) shifts.push(shiftOf(report, identity, told, start, reports))
      if (report.isOver) {
        state.told.delete(identity)
        if (told.kind !== 'silence') rest(state, report, start)
      }
      continue
    }
    const isFound = probabilityOf(report) <= limit
    if (isOfWhole ? !isFound && isOfToldFeed(state, report) : isOfEnded(state.ended, report)) ofWhole.add(identity)
    const isMuted =
      (ofWhole.has(identity) && !isOfWhole) ||
      state.muted.has(identity) ||
      isOfKnownEvent(state, report, start, reports)
    // what goes on when the event is over was a part of it
    if (isMuted && (isFound || isOfTold(state, report))) state.muted.add(identity)
    if (report.isOver) {
      state.muted.delete(identity)
      if (ofWhole.delete(identity)) resting.set(eventOf(report), start + restAfter * intervalSize)
    }
    if (!isFound || isMuted || !isGoingOn(report)) continue
    const { key, measure, episode } = report
    const opened: Told = {
      key,
      measure,
      sign: episode.sign,
      revision: 0,
      kind: kindOf(report),
      severity: 'low',
      at: start,
    }
    state.told.set(identity, opened)
    shifts.push(shiftOf(report, identity, opened, start, reports))
  }
  return shifts
}

/** An event that was told is over. */
function rest(state: Announcing, report: SeriesReport, start: number): void {
  const { key, measure, episode } = report
  state.resting?.set(eventOf(report), start + restAfter * intervalSize)
  if (!isFeed(seriesOf(key))) return
  state.ended = [...(state.ended ?? []), { family: familyOf[measure], sign: episode.sign, at: start }]
}

/** Whether everything, or a source in its place, has been told of in that direction, and it is not over. */
const isOfToldFeed = ({ told }: Announcing, { measure, episode }: SeriesReport): boolean =>
  [...told.values()].some(
    (each) => isFeed(seriesOf(each.key)) && each.sign === episode.sign && familyOf[each.measure] === familyOf[measure],
  )

const probabilityOf = ({ rarity }: SeriesReport): number => 10 ** -rarity

/** What is over already, or seems to be, is not opened any more; nor a share that moved as others did, its own count not. */
const isGoingOn = ({ isOver, episode, isOfOwnCount = true }: SeriesReport): boolean =>
  !isOver && isOffNow(episode) && isOfOwnCount

const isNew = (state: Announcing, report: SeriesReport, start: number, reports: readonly SeriesReport[]): boolean => {
  const identity = identityOf(report)
  if (!isGoingOn(report) || state.told.has(identity) || state.muted.has(identity)) return false
  return !isOfKnownEvent(state, report, start, reports)
}

/** Measures of one family of a series that go in one direction show one event. */
const eventOf = ({ key, measure, episode }: SeriesReport): string =>
  `${key}\u001f${familyOf[measure]}\u001f${episode.sign}`

/** Whether something is to be told of a shift that is known: it is over, of another kind, more severe, or told long ago. */
const isDue = (report: SeriesReport, { kind, severity, at }: Told, start: number): boolean =>
  report.isOver ||
  kindOf(report) !== kind ||
  rank[severityOf(report)] > rank[severity] ||
  start >= at + toldEvery * intervalSize

/**
 * Whether what the report tells was told already, or is a part of what is told elsewhere: by another measure of the same
 * family, now or within half a day, for everything by one of the sources or the other way round, for a term in a region by
 * either, or by the silence of a feed, which explains what is missing everywhere.
 */
function isOfKnownEvent(
  state: Announcing,
  report: SeriesReport,
  start: number,
  reports: readonly SeriesReport[],
): boolean {
  const { key, measure, episode } = report
  const series = seriesOf(key)
  const isOfFeed = isFeed(series)
  for (const { key: toldKey, measure: toldMeasure, sign } of state.told.values()) {
    if (familyOf[toldMeasure] !== familyOf[measure]) continue
    if (toldKey === key) return true
    if (sign !== episode.sign) continue
    const other = seriesOf(toldKey)
    if ((isOfFeed && isFeed(other)) || isPart(series, other)) return true
  }
  if ((state.resting?.get(eventOf(report)) ?? 0) > start && !isSilence(report)) return true
  if (episode.sign > 0) return false
  const silent = reports.filter((other) => isSilence(other) && !other.isOver && other.key !== key)
  if (!isSilence(report)) return silent.length > 0
  return key === totalKey && silent.length > 0
}

/** Whether a measure of the same family of the series has been told in the same direction, and is not over. */
const isOfTold = ({ told }: Announcing, { key, measure, episode }: SeriesReport): boolean =>
  [...told.values()].some(
    (each) => each.key === key && each.sign === episode.sign && familyOf[each.measure] === familyOf[measure],
  )

const rank: Readonly<Record<ShiftSeverity, number>> = { low: 0, medium: 1, high: 2 }

/** What is told of an episode: its sums up to the last interval that was off. */
const toldOf = ({ episode }: SeriesReport) => episode.off ?? { ...episode, topAuthor: episode.authors[0] ?? null }

/** Mean of the measure over the episode, and what was usual. */
function meansOf(report: SeriesReport): { observed: number; expected: number } {
  const { measure } = report
  const { observed, expected, weight } = toldOf(report)
  return { observed: readingOf(measure, observed / weight), expected: readingOf(measure, expected / weight) }
}

/** Of counts over the shift up to the last interval that was off, of the balance from its mean to what was expected. */
function effectOf(report: SeriesReport): number {
  const { measure } = report
  const { observed, expected } = measure === 'netSentiment' ? meansOf(report) : toldOf(report)
  return sizeOfEffect(measure, observed, expected)
}

const severityOf = (report: SeriesReport): ShiftSeverity =>
  isSilence(report) ? 'high' : severityOfEffect(report.measure, effectOf(report))

/** Nothing at all came of a feed since: whether the whole of it is gone or less was said cannot be told apart sooner. */
const isSilence = ({ key, measure, episode }: SeriesReport): boolean =>
  saysNothing(measure, episode) && isFeed(seriesOf(key))

function kindOf(report: SeriesReport): ShiftKind {
  const { shape, rows, sign } = report.episode
  if (isSilence(report)) return 'silence'
  if (report.measure === 'netSentiment') return 'turn'
  if (shape === 'drift' || shape === 'variance') return 'drift'
  if (rows >= levelAfter) return 'level'
  return sign > 0 ? 'spike' : 'drop'
}

function shiftOf(
  report: SeriesReport,
  identity: string,
  told: Told,
  start: number,
  reports: readonly SeriesReport[],
): Shift {
  const { key, measure, episode, mentions, gained, isOver } = report
  const { term, kind, region, source } = seriesOf(key)
  told.revision += 1
  told.at = start
  told.kind = kindOf(report)
  const severity = severityOf(report)
  // it does not fall while the shift goes on; of one that is over it says how large that was
  told.severity = isOver || rank[severity] > rank[told.severity] ? severity : told.severity
  const posts = familyOf[measure] === 'engagement' ? gained : []
  return {
    ...{ shift: told.kind, term, kind, region, window: 'quarterHour', start, end: start + intervalSize, measure },
    ...meansOf(report),
    deviation: deviationOf(episode),
    pValue: 10 ** -episode.rarity,
    mentions,
    evidence: [...new Set([...posts, ...episode.sample.map(([, postId]) => postId)])].slice(0, mostEvidence),
    causes: causesOf(report, reports),
    method,
    shiftId: shiftIdOf(identity),
    state: isOver ? 'closed' : told.revision === 1 ? 'opened' : 'updated',
    revision: told.revision,
    openedAt: episode.since ?? episode.start,
    severity: told.severity,
    effect: effectOf(report),
    source,
    topAuthorShare: topAuthorShareOf(toldOf(report)),
    pushed: report.pushed ?? null,
  }
}

/** Corrections of a platform may take back more than others gained. */
function topAuthorShareOf({ topAuthor, voices }: Pick<Off, 'topAuthor' | 'voices'>): number | null {
  return topAuthor === null || voices <= 0 ? null : Math.min(1, topAuthor[1] / voices)
}

/**
 * What the shift is due to: the parts of the series that have changed out of proportion; then other terms that move in
 * the same direction, those whose episode is rarest first.
 */
function causesOf(report: SeriesReport, reports: readonly SeriesReport[]): readonly string[] {
  const { key, measure, episode } = report
  const terms = reports
    .filter((other) => other.key !== key && other.episode.sign === episode.sign)
    .filter((other) => familyOf[other.measure] === familyOf[measure] && !isFeed(seriesOf(other.key)))
    .toSorted((one, other) => other.episode.rarity - one.episode.rarity)
    .map((other) => seriesOf(other.key))
    .filter(({ kind, term }) => kind !== 'all' && term !== seriesOf(key).term)
    .map(({ term }) => term)
  return [...new Set([...(report.causes ?? []), ...terms])].slice(0, mostCauses)
}
