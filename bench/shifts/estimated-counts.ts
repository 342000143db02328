import { countedDeviation, lengths } from './observer.js'
import { seriesOf } from './sums.js'
import { usualAt } from './usual.js'
import { intervalsOfWeek, type World } from './world.js'

/** Counts of a term, and what is estimated of it from where nothing is planted in it. */
interface Term {
  readonly counts: Float64Array
  readonly isUsual: Uint8Array
  /** Counts of an interval in the mean of the season. */
  level: number
  /** What an interval says, in Poisson counts. */
  weight: number
  /** Of all usual intervals: counts, and what the season sums up to. */
  count: number
  season: number
}

/** What was seen of each quarter of an hour of the week, and what levels alone let expect there; each term by what it says. */
interface Season {
  readonly seen: Float64Array
  readonly expected: Float64Array
}

/** By what the variance of a window exceeds its mean: a factor of the level, and of the mean. */
interface Spread {
  readonly clumps: number
  readonly days: number
}

/** Levels, season and clumps hang on each other: they are estimated in turn, so often. */
const turns = 4
/** A season is never 0: as if half a count had been seen where half of one was expected. */
const believed = 0.5
/** Length of the windows by whose clumps terms are weighted. */
const weightedBy = 16

/**
 * How far the mentions of windows lie from what all that lies outside of them lets expect: the level of the series times
 * the quarters of an hour of the week, which all terms share. Variance is that of chance, of clumps, which grow with the
 * level, of busier and calmer days, and of what the estimate may be wrong.
 */
export function estimatedCounts(world: World): (series: number, from: number, until: number) => number {
  const isUsual = usualAt(world, 'mentions')
  const terms = world.shares.map((_, index): Term => {
    const counts = Float64Array.from(world.cells, (cells) => cells[index]?.mentions ?? 0)
    return { counts, isUsual: isUsual[index] as Uint8Array, level: 1, weight: 1, count: 0, season: 0 }
  })
  let season: Season = { seen: new Float64Array(intervalsOfWeek), expected: new Float64Array(intervalsOfWeek) }
  for (let turn = 0; turn < turns; turn++) {
    for (const term of terms) learnLevel(term, season)
    const { clumps } = spreadOf(terms, season, weightedBy)
    for (const term of terms) term.weight = 1 / (1 + clumps * term.level)
    season = seasonOf(terms)
  }
  for (const term of terms) learnLevel(term, season)
  const spreads = new Map(lengths.map((length) => [length as number, spreadOf(terms, season, length)]))
  const series = seriesOf(world).map((all) => all.map((index) => terms[index] as Term))
  return (index, from, until) => {
    const own = series[index]
    const spread = spreads.get(until - from)
    if (own === undefined || spread === undefined) throw new RangeError(`no series ${index}, or no such window`)
    return deviationOf(own, season, spread, from, until)
  }
}

const quarterOf = (at: number): number => at % intervalsOfWeek
const partAt = ({ seen, expected }: Season, at: number): number =>
  ((seen[quarterOf(at)] as number) + believed) / ((expected[quarterOf(at)] as number) + believed)

function learnLevel(term: Term, season: Season): void {
  term.count = 0
  term.season = 0
  for (const [at, count] of term.counts.entries()) {
    if (term.isUsual[at] !== 1) continue
    term.count += count
    term.season += partAt(season, at)
  }
  term.level = (term.count + believed) / term.season
}

function seasonOf(terms: readonly Term[]): Season {
  const [seen, expected] = [new Float64Array(intervalsOfWeek), new Float64Array(intervalsOfWeek)]
  for (const { counts, isUsual, level, weight } of terms) {
    for (const [at, count] of counts.entries()) {
      if (isUsual[at] !== 1) continue
      seen[quarterOf(at)] = (seen[quarterOf(at)] as number) + weight * count
      expected[quarterOf(at)] = (expected[quarterOf(at)] as number) + weight * level
    }
  }
  return { seen, expected }
}

/**
 * By what the variance of windows of a length exceeds their mean: by clumps, for a level of 1, and by busier and calmer
 * days, for a mean of 1. By weighted least squares over the windows of all terms in which nothing is planted.
 */
function spreadOf(terms: readonly Term[], season: Season, length: number): Spread {
  const windows = terms.flatMap((term) => windowsOf(term, season, length))
  let spread: Spread = { clumps: 0, days: 0 }
  for (let turn = 0; turn < turns; turn++) {
    let [xx, xy, yy, xz, yz] = [0, 0, 0, 0, 0]
    for (const { count, mean, level } of windows) {
      const weight = 1 / (1 + spread.clumps * level + spread.days * mean) ** 2
      const excess = (count - mean) ** 2 / mean - 1
      xx += weight * level * level
      xy += weight * level * mean
      yy += weight * mean * mean
      xz += weight * level * excess
      yz += weight * mean * excess
    }
    const determinant = xx * yy - xy * xy
    // where all windows expect the same, all is clumps
    const days = determinant > 1e-9 * xx * yy ? Math.max(0, (yz * xx - xz * xy) / determinant) : 0
    const clumps = Math.max(0, (xz - days * xy) / xx)
    spread = { clumps, days: clumps === 0 ? Math.max(0, yz / yy) : days }
  }
  return spread
}

/** Windows of a term in which nothing is planted, each half over the one before. */
function windowsOf({ counts, isUsual, level }: Term, season: Season, length: number) {
  const windows: { readonly count: number; readonly mean: number; readonly level: number }[] = []
  for (let from = 0; from + length <= counts.length; from += length / 2) {
    if (isUsual.subarray(from, from + length).includes(0)) continue
    let [count, mean] = [0, 0]
    for (let at = from; at < from + length; at++) {
      count += counts[at] as number
      mean += level * partAt(season, at)
    }
    windows.push({ count, mean, level })
  }
  return windows
}

function deviationOf(own: readonly Term[], season: Season, spread: Spread, from: number, until: number): number {
  let [observed, shape, known] = [0, 0, 0]
  const inside = own.map(() => ({ count: 0, season: 0 }))
  for (let at = from; at < until; at++) {
    let seen = season.seen[quarterOf(at)] as number
    let expected = season.expected[quarterOf(at)] as number
    for (const [index, { counts, isUsual, level, weight }] of own.entries()) {
      const count = counts[at] as number
      observed += count
      if (isUsual[at] !== 1) continue
      seen -= weight * count
      expected -= weight * level
      const sums = inside[index] as { count: number; season: number }
      sums.count += count
      sums.season += partAt(season, at)
    }
    // what is left of sums of which all is taken may lie below 0 by rounding
    const part = (Math.max(0, seen) + believed) / (Math.max(0, expected) + believed)
    shape += part
    known += part * Math.max(0, expected) + believed
  }
  let [level, squares, outside] = [0, 0, 0]
  for (const [index, { count, season: all }] of own.entries()) {
    const sums = inside[index] as { count: number; season: number }
    const one = (count - sums.count + believed) / (all - sums.season)
    level += one
    squares += one * one
    outside += count - sums.count + believed
  }
  const mean = level * shape
  // what comes in clumps is judged as so many clumps: of few of them none at all may come
  const clump = 1 + (spread.clumps * squares) / level
  const uncertain = 1 / known + clump / outside
  return countedDeviation(observed / clump, mean / clump, spread.days + uncertain)
}
