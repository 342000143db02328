import { hoursOfWeek } from './calendar.js'

/**
 * By what the hours of the week multiply the level of a series of counts, learned from whole hours as ratios. What an
 * hour is known by are the counts that were seen in it: it is drawn to the hour of the day over all days, and that to 1,
 * as if some counts of those had been seen beside (the mean of a gamma distribution given Poisson counts).
 */
export interface Profile {
  /** Logarithm of the ratio of each hour of the week in thousandths, or `unseen`. */
  readonly hours: Int16Array
  /** The hour that is being summed up: what was observed, and what the level without season was. */
  hour: number
  sum: number
  base: number
}

const unseen = -32_768
const step = 1 / 1_000
const largest = 8
/** An hour is the mean of so many weeks at most: older ones fade. */
const weeksKept = 8
/** Counts as if seen: of an hour of the week those of its hour of the day, and of that those of the whole. */
const believed = { ofWeek: 20, ofDay: 4 } as const
/** By what an hour may differ from what was known of it: one wild hour must not become the rule. */
const reach = 4

export const emptyProfile = (): Profile => ({
  ...{ hours: new Int16Array(hoursOfWeek).fill(unseen), hour: -1, sum: 0, base: 0 },
})

/** Forgets the hour that is being summed up. */
export function clearProfileHour(profile: Profile): void {
  profile.hour = -1
  profile.sum = 0
  profile.base = 0
}

function ratioOf(hours: Int16Array, hour: number, weeks: number, perHour: number): number {
  let seen = 0
  let sum = 0
  for (let at = hour % 24; at < hoursOfWeek; at += 24) {
    const part = hours[at] as number
    if (part === unseen) continue
    seen += 1
    sum += Math.exp(part * step)
  }
  if (seen === 0) return 1
  const counts = perHour * Math.min(weeksKept, Math.max(1, weeks))
  const daily = (seen * counts * (sum / seen) + believed.ofDay) / (seen * counts + believed.ofDay)
  const own = hours[hour] as number
  if (own === unseen) return daily
  const expected = counts * daily
  return (expected * Math.exp(own * step) + believed.ofWeek * daily) / (expected + believed.ofWeek)
}

/**
 * By what the level is multiplied at a time, between the middles of hours.
 * @param at hour of the week with its fraction
 * @param weeks how long the series has lasted
 * @param perHour counts of an hour at the level, in units of how much they vary more than Poisson
 */
export function profileAt({ hours }: Profile, at: number, weeks: number, perHour: number): number {
  const middle = at - 0.5 + hoursOfWeek
  const before = Math.floor(middle)
  const first = ratioOf(hours, before % hoursOfWeek, weeks, perHour)
  const second = ratioOf(hours, (before + 1) % hoursOfWeek, weeks, perHour)
  return first + (second - first) * (middle - before)
}

/** Takes a row in. When it begins another hour, what the hour before it had is learned. @param base the level */
export function learnProfile(
  profile: Profile,
  at: number,
  weeks: number,
  value: number,
  base: number,
  perHour: number,
): void {
  const hour = Math.floor(at) % hoursOfWeek
  if (hour !== profile.hour) {
    if (profile.hour >= 0 && profile.base > 0) learnHour(profile, weeks, perHour)
    clearProfileHour(profile)
    profile.hour = hour
  }
  profile.sum += value
  profile.base += base
}

function learnHour({ hours, hour, sum, base }: Profile, weeks: number, perHour: number): void {
  const known = ratioOf(hours, hour, weeks, perHour)
  // a bound in counts as well: where few are expected, some are no wonder
  const most = reach * known + 3 / base
  const found = Math.min(most, sum / base)
  const own = hours[hour] as number
  const next =
    own === unseen
      ? found
      : Math.exp(own * step) + (found - Math.exp(own * step)) / (1 + Math.min(Math.max(1, weeks), weeksKept - 1))
  hours[hour] = Math.round(Math.max(-largest, Math.min(largest, Math.log(Math.max(next, 1e-9)))) / step)
}
