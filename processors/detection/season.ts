import { hoursOfWeek } from './calendar.js'

/**
 * What the hours of the week add to a baseline, learned from whole hours: of counts the logarithm of a factor, of other
 * series an addend.
 */
export interface Season {
  /** Of each hour of the week: its part in thousandths of the unit, or `unseen`. */
  readonly hours: Int16Array
  /** What a part of 1 stands for: 1 of counts, else some errors of a forecast; 0 as long as it is not known. */
  unit: number
  /**
   * The hour that is being summed up: the rows that teach, what they were, and what the baseline without season was; and
   * how many rows of an event do not, -1 where they do.
   */
  hour: number
  rows: number
  sum: number
  base: number
  skipped: number
}

/** How a row is taken in: it teaches; it is one of an event; or of one that has lasted since the day before. */
export type Teaching = 'usual' | 'event' | 'lasting'

const unseen = -32_768
const largest = 32_766
const step = 1 / 1_000
/** An hour is the mean of so many weeks at most: older ones fade. */
const weeksKept = 6
/** How many visits a part must have before it counts for a half. */
const halfBelievedAfter = 0.5
/** How far an hour may lie from what was known of it: one wild day must not become the rule. */
const reach = { count: 1.5, real: 8 } as const
/**
 * The last bit of a part tells that the hour last had an event, of which nothing was learned. An event that comes at an
 * hour that had one the day or the week before is no news, and is learned.
 */
const doubted = 1
/** An hour of few counts says little: as if so many had been seen that were as expected. */
const countsBelieved = 2

export const emptySeason = (): Season => ({
  hours: new Int16Array(hoursOfWeek).fill(unseen),
  unit: 0,
  hour: -1,
  rows: 0,
  sum: 0,
  base: 0,
  skipped: 0,
})

/** Forgets all: what was a factor is to be an addend. */
export function clearSeason(season: Season): void {
  season.hours.fill(unseen)
  season.unit = 0
  clearHour(season)
}

/** Forgets the hour that is being summed up. */
export function clearHour(season: Season): void {
  season.rows = 0
  season.sum = 0
  season.base = 0
  season.skipped = 0
}

const isUnseen = (part: number): boolean => part <= (unseen | doubted)
const stepsOf = (part: number): number => part & ~doubted
const isDoubted = (hours: Int16Array, hour: number): boolean => ((hours[hour] as number) & doubted) === doubted

/** The rows of this hour so far were of an event that is told only now. */
export function doubtHour(season: Season): void {
  const rows = season.rows + Math.max(0, season.skipped)
  clearHour(season)
  season.skipped = rows
}

/**
 * What is known of an hour, in steps: its mean over the days of the week, and of its own weekday as much as the weeks
 * that were seen allow. 0 as long as nothing is known.
 */
function partOf(hours: Int16Array, hour: number, weeks: number): number {
  let seen = 0
  let sum = 0
  for (let at = hour % 24; at < hoursOfWeek; at += 24) {
    const part = hours[at] as number
    if (isUnseen(part)) continue
    seen += 1
    sum += stepsOf(part)
  }
  if (seen === 0) return 0
  const times = Math.max(1, weeks)
  const daily = (sum / seen) * ((seen * times) / (seen * times + halfBelievedAfter))
  const own = hours[hour] as number
  return isUnseen(own) ? daily : daily + (stepsOf(own) - sum / seen) * (times / (times + 4 * halfBelievedAfter))
}

/**
 * Part of the season at a time, interpolated between the middles of hours.
 * @param at hour of the week with its fraction
 * @param weeks how long the series has lasted
 */
export function seasonAt({ hours, unit }: Season, at: number, weeks: number): number {
  if (unit === 0) return 0
  const middle = at - 0.5 + hoursOfWeek
  const before = Math.floor(middle)
  const first = partOf(hours, before % hoursOfWeek, weeks)
  const second = partOf(hours, (before + 1) % hoursOfWeek, weeks)
  return (first + (second - first) * (middle - before)) * step * unit
}

/**
 * Takes a row in. When it begins another hour, what the hour before it had is learned.
 * @param base what the baseline without season says of the row
 * @param unit of parts, when none was chosen before; 0 puts the choice off
 */
export function learnSeason(
  season: Season,
  at: number,
  weeks: number,
  value: number,
  base: number,
  isCount: boolean,
  unit: number,
  teaching: Teaching,
): void {
  const hour = Math.floor(at) % hoursOfWeek
  if (hour !== season.hour) {
    if (season.unit === 0) season.unit = unit
    if (season.unit > 0) endHour(season, weeks, isCount)
    season.hour = hour
    clearHour(season)
  }
  const { hours } = season
  const isKnown =
    isDoubted(hours, hour) || (teaching === 'event' && isDoubted(hours, (hour + hoursOfWeek - 24) % hoursOfWeek))
  if (teaching !== 'usual') {
    season.skipped = isKnown ? -1 : season.skipped + 1
    if (!isKnown) return
  }
  season.rows += 1
  season.sum += value
  season.base += base
}

/** An hour that was that of an event for the most part is not learned. */
function endHour(season: Season, weeks: number, isCount: boolean): void {
  const { hours, hour, rows, skipped } = season
  if (hour < 0 || (rows === 0 && skipped === 0)) return
  if (rows > skipped) learnHour(season, weeks, isCount)
  if (rows <= skipped || skipped < 0) hours[hour] = (hours[hour] as number) | doubted
}

function learnHour(season: Season, weeks: number, isCount: boolean): void {
  const { hours, hour, sum, base, rows, unit } = season
  const found = isCount ? Math.log((sum + countsBelieved) / (base + countsBelieved)) : (sum - base) / rows / unit
  const known = partOf(hours, hour, weeks)
  const limit = (isCount ? reach.count : reach.real) / step
  const part = Math.min(known + limit, Math.max(known - limit, found / step))
  const own = hours[hour] as number
  const before = stepsOf(own)
  const next = isUnseen(own) ? part : before + (part - before) / (1 + Math.min(Math.max(1, weeks), weeksKept - 1))
  hours[hour] = stepsOf(Math.max(-largest, Math.min(largest, Math.round(next))))
}
