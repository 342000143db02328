/**
 * How much larger deviations are at an hour of the day than at others. What comes each day at the same hour, a market
 * that opens or a nightly job, is no news.
 */
export interface Roughness {
  /** Mean squared deviation of each hour of the day, in parts of `perUnit`. */
  readonly hours: Int16Array
  /** The hour that is being summed up, its rows, and the sum of their squared deviations. */
  readonly now: Float32Array
}

const perUnit = 800
/** No hour is being summed up. */
const none = -1
const largestSquare = 36
const largest = 30
const daysKept = 14
/** Days that are believed to have been as usual before the first. */
const priorDays = 3

export const emptyRoughness = (): Roughness => ({
  hours: new Int16Array(24).fill(perUnit),
  now: Float32Array.of(none, 0, 0),
})

/** By what deviations of an hour of the day are divided; 1 or more. */
export const roughnessAt = ({ hours }: Roughness, hour: number): number =>
  Math.sqrt(Math.min(largest, Math.max(1, (hours[hour] as number) / perUnit)))

/** Takes in the deviation of a row. @param days how many the series has lasted */
export function learnRoughness({ hours, now }: Roughness, hour: number, deviation: number, days: number): void {
  let [last = none, rows = 0, sum = 0] = now
  if (hour !== last) {
    if (rows > 0) {
      const known = hours[last] as number
      const seen = priorDays + Math.min(daysKept, days)
      hours[last] = Math.round(known + ((sum / rows) * perUnit - known) / seen)
    }
    last = hour
    rows = 0
    sum = 0
  }
  rows += 1
  sum += Math.min(largestSquare, deviation * deviation)
  now.set([last, rows, sum])
}
