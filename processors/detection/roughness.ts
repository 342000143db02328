/**
 * How much larger deviations are at an hour of the day than at others. What comes each day at the same hour, a market
 * that opens or a nightly job, is no news.
 */
export interface Roughness {
  /** Mean squared deviation of each hour of the day. */
  readonly hours: Float32Array
  /** The hour that is being summed up. */
  hour: number
  rows: number
  sum: number
}

const largestSquare = 36
const largest = 30
const daysKept = 14
/** Days that are believed to have been as usual before the first. */
const priorDays = 3

export const emptyRoughness = (): Roughness => ({ hours: new Float32Array(24).fill(1), hour: -1, rows: 0, sum: 0 })

/** By what deviations of an hour of the day are divided; 1 or more. */
export const roughnessAt = ({ hours }: Roughness, hour: number): number =>
  Math.sqrt(Math.min(largest, Math.max(1, hours[hour] as number)))

/** Takes in the deviation of a row. @param days how many the series has lasted */
export function learnRoughness(roughness: Roughness, hour: number, deviation: number, days: number): void {
  if (hour !== roughness.hour) {
    if (roughness.rows > 0) {
      const known = roughness.hours[roughness.hour] as number
      const seen = priorDays + Math.min(daysKept, days)
      roughness.hours[roughness.hour] = known + (roughness.sum / roughness.rows - known) / seen
    }
    roughness.hour = hour
    roughness.rows = 0
    roughness.sum = 0
  }
  roughness.rows += 1
  roughness.sum += Math.min(largestSquare, deviation * deviation)
}
