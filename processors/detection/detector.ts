import { type Calendar, hourOfWeek } from './calendar.js'
import { forecastOf, learnForecast } from './forecast.js'
import { emptyLevel } from './level.js'
import { countSlack, deviationOf, type Law, lawAt, learnNoise } from './noise.js'
import { parameters } from './parameters.js'
import { addRow, emptySum, scaledDeviation, sumDeviation } from './recent-sum.js'
import { learnRoughness, roughnessAt } from './roughness.js'
import { clearHour, clearSeason, doubtHour, learnSeason, type Teaching } from './season.js'
import type { SeriesState } from './series-state.js'
import { learnGap, learnSilence } from './silence.js'
import { learnSpread } from './spread.js'
import { agePeaks, type Direction, type Followed, learnTail, rarity, seenRarity } from './tail.js'

/** What kinds of shift are told apart. */
export type Shape = 'spike' | 'drop' | 'level-shift' | 'drift' | 'variance' | 'silence'

/** What is said of a row. */
export interface Detection {
  /** From 0 to under 1; an alert from 0.5 on. It tells of what begins: the rows after an alert are lower. */
  readonly score: number
  readonly alert: boolean
  /** What the rarest deviation of the row is, if it is as rare as an alert, told before or not; else null. */
  readonly shape: Shape | null
  /** log10 of the rows in which an event as rare as the rarest deviation comes once. */
  readonly rarity: number
  readonly expected: number
  /** Deviation of the row from what was expected, as that of a standard normal variable. */
  readonly deviation: number
  /** What is usual at this time, which does not follow a shift of some hours, and the standard deviation of a row there. */
  readonly baseline: number
  readonly spread: number
  /** To which side the rarest deviation lies. */
  readonly direction: Direction
}

const day = 86_400_000
/** Rarity from which an event is told: log10 of the rows in which one as rare comes. The score of an alert is 0.5 there. */
export const eventRarity = Math.log10(parameters.eventsOneIn)
/** Beyond this, squares are no numbers any more. */
const largest = 1e100
const directions: readonly Direction[] = ['up', 'down']
const isOfSum = (shape: Shape): boolean => shape === 'level-shift' || shape === 'drift'
/** Sums that are followed, from the shortest on. */
const sumsOf = ['hour', 'quarter', 'day'] as const
const nothing: Detection = {
  ...{ score: 0, alert: false, shape: null, rarity: 0, expected: 0, deviation: 0 },
  ...{ baseline: 0, spread: 0, direction: 'up' },
}

/**
 * Judges the next row of a series by what came before it, then learns from it. The state is changed in place.
 * Rows that come with an earlier time than the latest are taken as they come.
 * @param at milliseconds since 1970
 * @param value finite; what lies beyond 1e100 counts as that
 */
export function observe(state: SeriesState, at: number, value: number, calendar: Calendar): Detection {
  const kept = Math.min(largest, Math.max(-largest, value))
  if (state.rows === 0) {
    state.first = at
    state.latest = at
  }
  if (state.counts === 1 && !(Number.isInteger(kept) && kept >= 0)) {
    state.counts = 0
    clearSeason(state.season)
    clearSums(state)
  }
  const gap = state.interval > 0 ? (at - state.latest) / state.interval : 1
  const week = hourOfWeek(at, calendar)
  const weeks = Math.max(0, at - state.first) / (7 * day)
  const forecast = forecastOf(state, week, weeks, kept)
  const { mean, baseline } = forecast
  const law = lawAt(state.noise, state.counts === 1, state.rows, mean, state.value)
  const slowLaw = lawAt(state.noise, state.counts === 1, state.rows, baseline, state.value)
  const rough = roughnessAt(state.roughness, Math.floor(week) % 24)
  const plain = deviationOf(law, kept, mean)
  const deviation = plain / rough

  const wasSilent = state.silence.told === 1
  const gapRarity = eventRarity * learnGap(state.silence, gap, state.rows)
  const ofSilence = learnSilence(state.silence, kept, state.value, state.rows, baseline, slowLaw, state.counts === 1)
  // a source that never said anything has not fallen silent
  const hasSpoken = state.counts === 0 || state.slow.sum > 0
  const silenceRarity = hasSpoken ? eventRarity * ofSilence : 0
  const isSilent = state.rows >= parameters.warmUp && silenceRarity >= eventRarity
  if (isSilent) {
    // nothing is learned of a source that says nothing
    const told = wasSilent ? nothing : tell(state, eventRarity, eventRarity, 'silence')
    state.silence.told = 1
    // the silence is told: what comes behind it is another event, when it is rarer
    if (state.counts === 0) {
      state.told = eventRarity
      state.since = parameters.growth
    }
    state.departed = 0
    clearHour(state.season)
    advance(state, at, kept, mean)
    return {
      ...told,
      shape: 'silence',
      expected: mean,
      deviation,
      baseline,
      spread: slowLaw.deviation,
      direction: 'down',
    }
  }
  if (wasSilent || gapRarity >= eventRarity) beginAgain(state)

  const inEvent = state.told > 0 && state.since < parameters.rest
  const isSpreadLearned = state.rows > parameters.spread.rows
  const spread = learnSpread(state.spread, deviation, state.rows)
  for (const of of sumsOf) addRow(state[of], parameters.sums[of], kept, baseline, slowLaw)
  const { learnAfterDays, tellAfterDays, rows, orRows } = parameters.sums
  const sumsFrom = (days: number, seen = state.rows, until = at) =>
    seen >= orRows || (seen >= rows && until - state.first >= days * day)
  const isSumLearned = sumsFrom(learnAfterDays)
  const isSumTold = sumsFrom(tellAfterDays)
  const isFirstTold = isSumTold && !sumsFrom(tellAfterDays, state.rows - 1, state.latest)
  const isLong = (of: (typeof sumsOf)[number]) => state.rows >= parameters.sums.halfLives * parameters.sums[of]
  const deviationOfSum = (of: (typeof sumsOf)[number], index: number): number => {
    const halfLife = parameters.sums[of]
    return scaledDeviation(state.scales, index, sumDeviation(state[of], halfLife, law), halfLife, state.rows)
  }
  const [hour = 0, quarter = 0, longer = 0] = isSumLearned ? sumsOf.map(deviationOfSum) : []

  let rarest = Math.max(gapRarity, state.rows < parameters.warmUp ? 0 : silenceRarity)
  /** Of the last rows alone: what lasts grows in longer sums, and is no other event. */
  let latest = rarest
  let shape: Shape = 'silence'
  let towards: Direction = 'down'
  /** Learns a deviation and gives how rare it was before. */
  const rarityOf = (what: Followed, direction: Direction, deviates: number): number => {
    const before = rarity(state.tails, what, direction, deviates)
    const weight = inEvent ? parameters.eventWeight : 1
    learnTail(state.tails, what, direction, deviates, state.rows, weight)
    return before
  }
  // counts keep their events as season, and their tails as they are: bursts of talk of any size are usual there
  const isMeasured = state.counts === 0
  const seen = (what: Followed, direction: Direction, deviates: number): number =>
    isMeasured ? seenRarity(state.tails, what, direction, deviates, state.rows) : Number.POSITIVE_INFINITY
  const consider = (candidate: number, of: Shape, direction: Direction, isLatest = false) => {
    if (state.rows < parameters.warmUp) return
    if (isLatest) latest = Math.max(latest, candidate)
    if (candidate <= rarest) return
    rarest = candidate
    shape = of
    towards = direction
  }
  const { rarer } = parameters
  for (const direction of directions) {
    const sign = direction === 'up' ? 1 : -1
    if (state.rows > 20) {
      const boundOfRow = seen('row', direction, sign * deviation)
      const ofRow = sized(state, law, 'row', kept - mean, sign * deviation, direction, rarityOf)
      consider(Math.min(ofRow - rarer.row, boundOfRow), direction === 'up' ? 'spike' : 'drop', direction, true)
      // of two rows the one nearer to what was expected before both
      const nearer = direction === 'up' ? Math.min(kept, state.value) : Math.max(kept, state.value)
      const ofPair = sign * (deviationOf(law, nearer, state.expected) / rough)
      const boundOfPair = seen('pair', direction, ofPair)
      consider(
        Math.min(boundOfPair, sized(state, law, 'pair', nearer - state.expected, ofPair, direction, rarityOf)),
        direction === 'up' ? 'spike' : 'drop',
        direction,
        true,
      )
    }
    if (isSumLearned) {
      // counts that fall are few, so that little can be said of them
      const fall = direction === 'down' && state.counts === 1 ? rarer.fall : 0
      const boundOfHour = seen('hour', direction, sign * hour)
      const ofHour = rarityOf('hour', direction, sign * hour) - rarer.hour - fall
      const ofQuarter = rarityOf('quarter', direction, sign * quarter) - rarer.quarter - fall
      const ofDay = rarityOf('day', direction, sign * longer) - rarer.day
      if (isSumTold) {
        // what the sum of days shows as well has lasted too long to have come at once
        const since = isLong('day') && ofDay >= eventRarity ? 'drift' : 'level-shift'
        consider(Math.min(ofHour, boundOfHour), since, direction, true)
        if (isLong('quarter')) consider(ofQuarter, since, direction)
        if (isLong('day')) consider(ofDay, 'drift', direction)
      }
    }
    const spreadRarer = direction === 'up' ? rarer.spreadUp : rarer.spreadDown
    if (isSpreadLearned) {
      const ofSpread = rarityOf('spread', direction, sign * spread) - spreadRarer
      // an event scatters more than what is usual, to which the rows behind it come back
      if (direction === 'up' || !isMeasured || state.told === 0 || state.since > 2 * parameters.errors) {
        consider(ofSpread, 'variance', direction)
      }
    }
  }
  if (silenceRarity >= eventRarity / 2) shape = 'silence'
  if (isFirstTold && isOfSum(shape) && rarest >= eventRarity) {
    // what was out already when sums began to be told did not begin now
    state.told = Math.max(rarest, state.told)
    state.since = parameters.growth
  }
  agePeaks(state.tails, state.rows)
  const told = tell(state, rarest, latest, shape)
  const away = Math.max(Math.abs(hour), Math.abs(deviationOf(slowLaw, kept, baseline) / rough))
  const isAway = told.alert || (state.departed > 0 && away > parameters.departs.back)
  state.departed = isMeasured && isAway ? state.departed + 1 : 0
  state.sinceSum = state.departed > 0 ? state.sinceSum + kept - forecast.addend : 0
  const isDeparted = state.departed > 0 && weeks * 7 >= parameters.departs.afterDays
  const dayRows = state.interval > 0 ? day / state.interval : Number.POSITIVE_INFINITY
  const isLasting = state.departed >= parameters.departs.lastingDays * dayRows
  learnForecast(state, forecast, law, kept, Math.max(1, gap), isDeparted && !isLasting)
  learnNoise(state.noise, law, kept - mean, state.value - state.expected, mean, state.rows)
  if (state.rows > 50) learnRoughness(state.roughness, Math.floor(week) % 24, plain, weeks * 7)
  const slack = law.kind === 'count' ? countSlack : 0
  const most = 3 * law.deviation + slack
  const usual = Math.min(mean + most, Math.max(mean - most, kept))
  const unit = state.counts === 1 ? 1 : state.rows < 24 ? 0 : 4 * state.noise.absolute
  // in the first day the level is not yet that of a day
  if (weeks * 7 >= 1) {
    if (isDeparted && told.alert) doubtHour(state.season)
    const teaching: Teaching = !isDeparted ? 'usual' : isLasting ? 'lasting' : 'event'
    learnSeason(state.season, week, weeks, usual, forecast.base, state.counts === 1, unit, teaching)
  }
  const { days, rows: rowsToLast } = parameters.departs.usualAfter
  if (state.departed > Math.max(days * dayRows, rowsToLast)) adopt(state)
  advance(state, at, kept, mean)
  return { ...told, expected: mean, deviation, baseline, spread: slowLaw.deviation, direction: towards }
}

/**
 * Rarity of a deviation that must be large as well as improbable: at an hour when little is said, few posts are
 * improbable. The size is told in errors of the series as a whole.
 */
function sized(
  { noise }: SeriesState,
  law: Law,
  what: 'row' | 'pair',
  surplus: number,
  deviation: number,
  direction: Direction,
  rarityOf: (what: Followed, direction: Direction, deviation: number) => number,
): number {
  const improbable = rarityOf(what, direction, deviation)
  // counts cannot fall by more than there are: a drop is as large as it can be
  if (law.kind === 'real' || direction === 'down') return improbable
  const size = surplus / Math.sqrt(noise.squared + 1e-9)
  const large = rarityOf(what === 'row' ? 'rowSize' : 'pairSize', direction, size)
  const limit = surplus < parameters.leastCount ? 0.9 * eventRarity : Number.POSITIVE_INFINITY
  return Math.min(improbable, large, limit)
}

/**
 * Decides whether a rarity is told: once an event. As long as the event grows, in its first rows, what is rarer is its
 * peak; later it is another event.
 */
function tell(state: SeriesState, rarest: number, latest: number, shape: Shape): Detection {
  const inEvent = state.told > 0 && state.since < parameters.rest
  const grows = inEvent && state.since < parameters.growth
  const isRare = rarest >= eventRarity
  const alert = isRare && !grows && !(inEvent && latest < state.told + parameters.escalation)
  if (grows) state.told = Math.max(state.told, rarest)
  if (alert) {
    state.since = 0
    state.told = rarest
  } else {
    state.since = isRare ? Math.min(state.since + 1, parameters.rest / 2) : state.since + 1
  }
  const plain = rarest / (rarest + eventRarity)
  return {
    ...nothing,
    score: alert ? plain : Math.min(plain, 0.49),
    alert,
    shape: isRare ? shape : null,
    rarity: rarest,
  }
}

/** What was near the time of the last row says nothing after a silence. */
function beginAgain(state: SeriesState): void {
  state.fast = { ...emptyLevel(), error: state.fast.error }
  state.medium = { ...emptyLevel(), error: state.medium.error }
  clearSums(state)
}

/** What has lasted for so long, whole days, is usual now: the level is that of the rows since, and is learned anew. */
function adopt(state: SeriesState): void {
  const { slow, sinceSum, departed } = state
  const weight = Math.min(slow.weight, departed)
  state.slow = { ...slow, sum: (weight * sinceSum) / departed, weight }
  state.lag = emptyLevel()
  state.departed = 0
  state.sinceSum = 0
  clearSums(state)
}

function clearSums(state: SeriesState): void {
  state.hour = emptySum()
  state.quarter = emptySum()
  state.day = emptySum()
}

function advance(state: SeriesState, at: number, value: number, expected: number): void {
  const step = at - state.latest
  if (step > 0) {
    const { interval } = state
    state.interval = interval === 0 ? step : Math.min(interval * 1.05, Math.max(interval * 0.95, step))
    state.latest = at
  }
  state.value = value
  state.expected = expected
  state.rows += 1
}
