import { emptyLevel, type Level } from './level.js'
import { emptyNoise, type Noise } from './noise.js'
import { emptySum, type RecentSum } from './recent-sum.js'
import { emptyRoughness, type Roughness } from './roughness.js'
import { emptySeason, type Season } from './season.js'
import { emptySilence, type Silence } from './silence.js'
import { emptySpread, type Spread } from './spread.js'
import { emptyTails, type Tails } from './tail.js'

/** All that is known of a series: plain data of a fixed size. `observe` changes it in place. */
export interface SeriesState {
  /** Rows that were learned. */
  rows: number
  /** Times of the first row and of the latest, milliseconds since 1970. */
  first: number
  latest: number
  /** Usual distance of rows in milliseconds; 0 before the second. */
  interval: number
  /** 1 as long as every value was a whole number of 0 or more, else 0. */
  counts: number
  /** The last value, and what had been expected of it. */
  value: number
  expected: number
  /** Rows since the last alert, and how rare the event that it told was; 0 before the first. */
  since: number
  told: number
  /** Rows since something was told from which the series has not come back; 0 when it has. */
  departed: number
  /** Sum of those without what their hours add. */
  sinceSum: number
  fast: Level
  medium: Level
  slow: Level
  /** Mean of the slow level: how far that lies ahead of it is the trend. */
  lag: Level
  noise: Noise
  season: Season
  roughness: Roughness
  spread: Spread
  hour: RecentSum
  quarter: RecentSum
  day: RecentSum
  /** Mean squares of the three sums. */
  scales: Float32Array
  silence: Silence
  tails: Tails
}

/** A series of which nothing was seen. */
export const emptySeries = (): SeriesState => ({
  rows: 0,
  first: 0,
  latest: 0,
  interval: 0,
  counts: 1,
  value: 0,
  expected: 0,
  since: 0,
  told: 0,
  departed: 0,
  sinceSum: 0,
  fast: emptyLevel(),
  medium: emptyLevel(),
  slow: emptyLevel(),
  lag: emptyLevel(),
  noise: emptyNoise(),
  season: emptySeason(),
  roughness: emptyRoughness(),
  spread: emptySpread(),
  hour: emptySum(),
  quarter: emptySum(),
  day: emptySum(),
  scales: new Float32Array(3).fill(1),
  silence: emptySilence(),
  tails: emptyTails(),
})
