import { parameters } from './parameters.js'

/**
 * How improbable an event is in this series, rather than in the model. Deviations beyond two standard deviations come in
 * clusters: one burst is far out for as long as it lasts, and sums stay out longer than rows. Counted are the clusters,
 * and of each its peak (declustered peaks over a threshold: S. Coles, An Introduction to Statistical Modeling of Extreme
 * Values, 2001, chapter 5; in streams Siffer et al., KDD 2017, with the exponential form alone). The rarity of a
 * deviation is the time in which one cluster comes as far out, whatever the length of the sum. The deviation is bent to
 * a logarithm first, so that an exponential excess is a power law of the deviation: bursts of talk have such tails.
 */
export interface Tails {
  /** Of each deviation clusters a row, mean excess of their peaks, and the excess of the cluster that is not over. */
  readonly values: Float32Array
  /** Rows since that cluster was last beyond the threshold. */
  readonly calm: Uint8Array
  /** Of each deviation of the last rows the highest peaks of late: how high, and how long ago. */
  readonly peaks: Uint8Array
}

export type Direction = 'up' | 'down'
/** What is followed: a row, two in a row, either by its size; sums of three lengths; the spread of rows. */
export type Followed = 'row' | 'rowSize' | 'pair' | 'pairSize' | 'hour' | 'quarter' | 'day' | 'spread'

const { sums, spread } = parameters
/** In the order of the cells: half-life in rows, and whether both directions are followed. */
const followed: readonly (readonly [what: Followed, halfLife: number, directions: 1 | 2])[] = [
  ['row', 1, 2],
  ['pair', 1, 2],
  ['hour', sums.hour, 2],
  ['quarter', sums.quarter, 2],
  ['day', sums.day, 2],
  ['spread', spread.recent, 2],
  ['rowSize', 1, 1],
  ['pairSize', 1, 1],
]
const fields = 3
/** So many deviations, the first of the cells, have so many peaks each: two bytes a peak, of bent size and of age. */
const [withPeaks, peaksKept] = [6, 4]
const [sizePerUnit, rowsPerAge] = [8, 32]
/** Peaks this much lower by their logarithm are as high. */
const alike = 0.3

const bend = (deviation: number): number => 3 * Math.log10(1 + (deviation * deviation) / 5)
const threshold = bend(2)

/** Of a deviation in its direction: where it is kept, and what follows from its half-life. */
interface Cell {
  readonly at: number
  /** Clusters a row that are believed before any was seen: what lasts comes more seldom. */
  readonly rate: number
  /** After so many calm rows a cluster is over. */
  readonly hold: number
  /** Rows and clusters over which is averaged, at most. */
  readonly kept: { readonly rows: number; readonly hits: number }
}

const cells: Cell[] = []
const cellsOf: Partial<Record<Followed, Partial<Record<Direction, Cell>>>> = {}
for (const [what, halfLife, directions] of followed) {
  for (const direction of (['up', 'down'] as const).slice(0, directions)) {
    const { prior, calm, kept, keptOfSums } = parameters.tails
    const cell = {
      at: cells.length,
      rate: prior.rate / (1 + (halfLife - 1) / 2),
      hold: calm + Math.ceil(halfLife) - 1,
      kept: halfLife > 1 && what !== 'spread' ? keptOfSums : kept,
    }
    cells.push(cell)
    cellsOf[what] = { ...cellsOf[what], [direction]: cell }
  }
}

const cellOf = (what: Followed, direction: Direction): Cell => {
  const cell = cellsOf[what]?.[direction]
  if (cell === undefined) throw new RangeError(`${what} is not followed ${direction}wards`)
  return cell
}

export const emptyTails = (): Tails => {
  const values = new Float32Array(cells.length * fields)
  for (const { at, rate } of cells) values.set([rate, parameters.tails.prior.excess], at * fields)
  return { values, calm: new Uint8Array(cells.length), peaks: new Uint8Array(2 * withPeaks * peaksKept) }
}

/**
 * How rare a deviation is: log10 of the rows in which one cluster comes as far out. 0 for one to the other side.
 * @param deviation in standard deviations, in its direction
 */
export function rarity({ values }: Tails, what: Followed, direction: Direction, deviation: number): number {
  if (!(deviation > 0)) return 0
  const place = cellOf(what, direction).at * fields
  const common = -Math.log10(values[place] as number)
  const bent = bend(deviation)
  if (bent <= threshold) return common * (bent / threshold)
  const excess = Math.max(parameters.tails.leastExcess, values[place + 1] as number)
  return common + ((bent - threshold) / excess) * Math.LOG10E
}

/**
 * The most that can be said of how rare a deviation is, by those that were seen: what came three times or more as large of late
 * comes again. No bound where it came twice at most.
 * @param rows how many were learned
 */
export function seenRarity(
  { peaks }: Tails,
  what: Followed,
  direction: Direction,
  deviation: number,
  rows: number,
): number {
  const { at } = cellOf(what, direction)
  if (at >= withPeaks || !(deviation > 0)) return Number.POSITIVE_INFINITY
  const least = sizePerUnit * (bend(deviation) - alike)
  let seen = 0
  for (let place = 2 * at * peaksKept; place < 2 * (at + 1) * peaksKept; place += 2) {
    if ((peaks[place] as number) > 0 && (peaks[place] as number) >= least) seen += 1
  }
  return seen < 3 ? Number.POSITIVE_INFINITY : Math.log10(Math.min(rows, 255 * rowsPerAge) / (seen - 1))
}

/** Peaks grow older, and are forgotten. @param rows how many were learned */
export function agePeaks({ peaks }: Tails, rows: number): void {
  if (rows % rowsPerAge !== 0) return
  for (let place = 0; place < peaks.length; place += 2) {
    if (peaks[place] === 0) continue
    if (peaks[place + 1] === 255) peaks[place] = 0
    else peaks[place + 1] = (peaks[place + 1] as number) + 1
  }
}

/** Keeps a peak in the place of the lowest, if it is higher. */
function keepPeak(peaks: Uint8Array, at: number, bent: number): void {
  if (at >= withPeaks) return
  let lowest = 2 * at * peaksKept
  for (let place = lowest + 2; place < 2 * (at + 1) * peaksKept; place += 2) {
    if ((peaks[place] as number) < (peaks[lowest] as number)) lowest = place
  }
  const size = Math.min(255, Math.round(sizePerUnit * bent))
  if (size >= (peaks[lowest] as number)) peaks.set([size, 0], lowest)
}

/**
 * Learns from a row. A cluster is learned when it is over: an event is not judged by itself.
 * @param rows how many were learned before it
 * @param weight of its size: 1, or less for a cluster that ends in what was told
 */
export function learnTail(
  { values, calm, peaks }: Tails,
  what: Followed,
  direction: Direction,
  deviation: number,
  rows: number,
  weight: number,
): void {
  const { at, hold, kept } = cellOf(what, direction)
  const { prior, largestExcess } = parameters.tails
  const place = at * fields
  const rate = values[place] as number
  const mean = values[place + 1] as number
  const peak = values[place + 2] as number
  const bent = deviation > 0 ? bend(deviation) : 0
  const seen = Math.min(rows, kept.rows)
  const isBeyond = bent > threshold
  calm[at] = isBeyond || peak === 0 ? 0 : (calm[at] as number) + 1
  const isOver = calm[at] === hold
  if (isBeyond) values[place + 2] = Math.max(peak, bent - threshold)
  if (isOver) {
    const hits = prior.hits + Math.min(kept.hits, rate * seen)
    values[place + 1] = mean + ((Math.min(peak, largestExcess * mean) - mean) * weight) / (hits + 1)
    keepPeak(peaks, at, peak + threshold)
    values[place + 2] = 0
    calm[at] = 0
  }
  values[place] = rate + (isOver ? 1 - rate : -rate) / (prior.rows + seen + 1)
}
