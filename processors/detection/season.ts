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
  /** The hour that is being summed up: its rows, what they were, and what the baseline without season was. */
  hour: number
  rows: number
  sum: number
  base: number
}

const unseen = -32_768
const largest = 32_767
const step = 1 / 1_000
/** An hour is the mean of so many weeks at most: older ones fade. */
const weeksKept = 6
/** How many visits a part must have before it counts for a half. */
const halfBelievedAfter = 0.5
/** How far an hour may lie from what was known of it: one wild day must not become the rule. */
const reach = { count: 1.5, real: 8 } as const
/** An hour of few counts says little: as if so many had been seen that were as expected. */
const countsBelieved = 2

export const emptySeason = (): Season => ({
  hours: new Int16Array(hoursOfWeek).fill(unseen),
  unit: 0,
  hour: -1,
  rows: 0,
  sum: 0,
  base: 0,
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
    if (part === unseen) continue
    seen += 1
    sum += part
  }
  if (seen === 0) return 0
  const times = Math.max(1, weeks)
  const daily = (sum / seen) * ((seen * times) / (seen * times + halfBelievedAfter))
  const own = hours[hour] as number
  return own === unseen ? daily : daily + (own - sum / seen) * (times / (times + 4 * halfBelievedAfter))
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
): void {
  const hour = Math.floor(at) % hoursOfWeek
  if (hour !== season.hour) {
    if (season.unit === 0) season.unit = unit
    if (season.rows > 0 && season.unit > 0) learnHour(season, weeks, isCount)
    season.hour = hour
    clearHour(season)
  }
  season.rows += 1
  season.sum += value
  season.base += base
}

function learnHour(season: Season, weeks: number, isCount: boolean): void {
  const { hours, hour, sum, base, rows, unit } = season
  const found = isCount ? Math.log((sum + countsBelieved) / (base + countsBelieved)) : (sum - base) / rows / unit
  const known = partOf(hours, hour, weeks)
  const limit = (isCount ? reach.count : reach.real) / step
  const part = Math.min(known + limit, Math.max(known - limit, found / step))
  const own = hours[hour] as number
  const next = own === unseen ? part : own + (part - own) / (1 + Math.min(Math.max(1, weeks), weeksKept - 1))
  hours[hour] = Math.max(-largest, Math.min(largest, Math.round(next)))
}
