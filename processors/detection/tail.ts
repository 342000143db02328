/**
 * How improbable a deviation is in this series, rather than in the model: what lies beyond two standard deviations is
 * counted and its mean excess kept, and the tail is extended from there (peaks over a threshold; Siffer et al., Anomaly
 * Detection in Streams with Extreme Value Theory, KDD 2017, with the exponential form alone). The deviation is bent to
 * a logarithm first, so that an exponential excess is a power law of the deviation: bursts of talk have such tails.
 */

/** What is followed: a row, two in a row, either by its size; sums of an hour and of a day; the spread of rows. */
export const followed = ['row', 'rowSize', 'pair', 'pairSize', 'hour', 'day', 'spread'] as const
export type Followed = (typeof followed)[number]
export type Direction = 'up' | 'down'

const bend = (deviation: number): number => 3 * Math.log10(1 + (deviation * deviation) / 5)
const threshold = bend(2)
/** What a Student variable of five degrees of freedom gives, near enough; believed as long as rows are few. */
const prior = { rate: 0.03, rows: 200, excess: 0.4, hits: 10 } as const
/** Rows and hits over which is averaged, at most: older ones fade. */
const kept = { rows: 8_000, hits: 200 } as const
/** Sums fade sooner: the first weeks, when the season is not yet known, must not speak for later ones. */
const keptOfSums = { rows: 2_000, hits: 50 } as const
/** An excess counts as this many means at most, so that one event does not make the next invisible. */
const largestExcess = 5
/** No series is taken to have lighter tails than this: what is rare by the letter but small is not told. */
const leastExcess = 0.3

/** Of each deviation and direction the share of rows beyond the threshold and their mean excess. */
export const emptyTails = (): Float32Array =>
  new Float32Array(followed.length * 4).map((_, index) => (index % 2 === 0 ? prior.rate : prior.excess))

const placeOf = (what: Followed, direction: Direction): number =>
  followed.indexOf(what) * 4 + (direction === 'up' ? 0 : 2)

/**
 * How rare a deviation is: -log10 of the share of rows that lie as far out. 0 for one to the other side.
 * @param deviation in standard deviations, in its direction
 */
export function rarity(tails: Float32Array, what: Followed, direction: Direction, deviation: number): number {
  if (!(deviation > 0)) return 0
  const place = placeOf(what, direction)
  const common = -Math.log10(tails[place] as number)
  const bent = bend(deviation)
  if (bent <= threshold) return common * (bent / threshold)
  return common + ((bent - threshold) / Math.max(leastExcess, tails[place + 1] as number)) * Math.LOG10E
}

/**
 * Learns from a row.
 * @param rows how many were learned before it
 * @param weight 1, or less for a row that belongs to an event
 */
export function learnTail(
  tails: Float32Array,
  what: Followed,
  direction: Direction,
  deviation: number,
  rows: number,
  weight: number,
): void {
  const place = placeOf(what, direction)
  const rate = tails[place] as number
  const mean = tails[place + 1] as number
  const most = what === 'hour' || what === 'day' ? keptOfSums : kept
  const seen = Math.min(rows, most.rows)
  const bent = deviation > 0 ? bend(deviation) : 0
  const isBeyond = bent > threshold
  if (isBeyond) {
    const hits = prior.hits + Math.min(most.hits, rate * seen)
    const excess = Math.min(bent - threshold, largestExcess * mean)
    tails[place + 1] = mean + ((excess - mean) * weight) / (hits + 1)
  }
  tails[place] = rate + (((isBeyond ? 1 : 0) - rate) * weight) / (prior.rows + seen + 1)
}
