import { type Dispersion, emptyDispersion, learnDispersion, type Ratio, ratioAt, ratioOf } from './dispersion.js'
import { emptyLevel, fading, type Level, learnLevel, levelOf } from './level.js'
import { emptyLongRun, type LongRun, learnLongRun, longRunAt, skipLongRun } from './long-run.js'
import { countDeviation } from './negative-binomial.js'
import { alertRarity, parameters } from './parameters.js'
import { clearProfileHour, emptyProfile, learnProfile, type Profile, profileAt } from './profile.js'
import { clearScans, type Design, emptyScans, type Scanned, type Scans, scan, typicalRows } from './scan.js'
import { emptyScanTails, learnScanTail, scanRarity } from './scan-tail.js'
import { nothingRare, type Rarest, type ScanVerdict, signedRarity, verdictOf, weightOf } from './scan-verdict.js'
import { emptySilence, learnSilence, type Silence } from './silence.js'

/** All that is known of a series of counts of quarters of an hour: plain data of a fixed size. */
export interface CountState {
  rows: number
  /** Time of the first row, milliseconds since 1970. */
  first: number
  /** How rare the row before was, with its direction as sign. */
  before: number
  level: Level
  /** Mean of the level: how far it lies ahead of that is the trend. */
  lag: Level
  profile: Profile
  dispersion: Dispersion
  longRun: LongRun
  silence: Silence
  scans: Scans
  tails: Float32Array
}

/** What everything does at a time. */
export interface Tide {
  /** Hour of the week with its fraction. */
  readonly hour: number
  /** By what everything differs from its level at this hour: a series does the same until it shows otherwise. */
  readonly factor: number
}

/** What is said of an interval. */
export interface CountDetection extends ScanVerdict {
  /** What was usual of the interval, and the standard deviation there. */
  readonly baseline: number
  readonly spread: number
  readonly isJudged: boolean
  /** Whether nothing has come for longer than is usual. */
  readonly isSilent: boolean
}

const designs: readonly Design[] = [
  { sign: 1, ratio: 1.5 },
  { sign: 1, ratio: 2.5 },
  { sign: 1, ratio: 6 },
  { sign: -1, ratio: 0.6 },
  { sign: -1, ratio: 0.25 },
]
const prior = { clumps: 0.3, rate: 0.1, least: 1 } as const
/** A level is never 0: as if half a count had been seen in one interval. */
const believed = 0.5
/** Half-life of the level in intervals: ten days. */
const halfLife = 1_000
/** Of what an interval teaches: so many standard deviations and counts beyond what was expected. */
const reach = { deviations: 6, counts: 3 } as const
/** As how much an interval speaks for a shift, or as twice what was expected: what lasts is looked for, not one batch. */
const evident = { deviations: 3, counts: 1 } as const
/** What is small is not told, however improbable it is. */
const least = { surplus: 3, ratio: 1.25 } as const
const rowsOfHour = 4
const week = 7 * 86_400_000
/** Nothing is said before so many rows. */
const skipped = 20

/** A series of which nothing was seen. */
export const emptyCount = (): CountState => ({
  ...{ rows: 0, first: 0, before: 0, level: emptyLevel(), lag: emptyLevel(), profile: emptyProfile() },
  ...{ dispersion: emptyDispersion(), longRun: emptyLongRun(), silence: emptySilence() },
  ...{ scans: emptyScans(designs), tails: emptyScanTails(designs.length) },
})

/** What is expected of a row. */
interface Expected {
  readonly weeks: number
  /** The level without season; the mean with it. */
  readonly base: number
  readonly mean: number
  /** Variance of a row at the level, and of this row, over its mean. */
  readonly usualRatio: number
  readonly ratio: number
  /** Variance of the level, in its square. */
  readonly uncertain: number
  readonly law: Ratio
  /** Counts of an hour, in clumps. */
  readonly perHour: number
}

/**
 * Judges the count of the next interval by what came before it, then learns from it. The state is changed in place.
 * @param at start of the interval, milliseconds since 1970
 * @param canBeSilent of a feed: what is missing then is no drop, and nothing is learned of it
 */
export function observeCount(
  state: CountState,
  at: number,
  value: number,
  tide: Tide,
  canBeSilent: boolean,
): CountDetection {
  if (state.rows === 0) state.first = at
  const expected = expectedOf(state, at, tide)
  const { mean, ratio } = expected
  const spread = Math.sqrt(mean * ratio)
  const isJudged = state.rows >= parameters.warmUp
  if (canBeSilent) {
    const law = { kind: 'count', deviation: spread, overdispersion: (ratio - 1) / mean } as const
    const rarity = alertRarity * learnSilence(state.silence, value, 1, state.rows, mean, law, true)
    if (isJudged && rarity >= alertRarity) {
      state.silence.told = 1
      clearProfileHour(state.profile)
      state.scans.fill(0)
      state.before = 0
      state.rows += 1
      return { rarity, shape: 'silence', direction: 'down', baseline: mean, spread, isJudged, isSilent: true }
    }
  }
  const rarest = scanned(state, value, expected)
  const verdict = verdictOf(rarest, state.before, state.rows)
  state.before = signedRarity(rarest)
  learn(state, value, tide, expected, weightOf(rarest))
  return { ...verdict, baseline: mean, spread, isJudged, isSilent: false }
}

/** By what a series differs from its level at an hour, as far as it is known: the tide, where the series is everything. */
export function tideAt(state: CountState, at: number, hour: number): number {
  const { base, mean } = expectedOf(state, state.rows === 0 ? at : Math.max(at, state.first), { hour, factor: 1 })
  return mean / base
}

function expectedOf(state: CountState, at: number, { hour, factor }: Tide): Expected {
  const weeks = state.rows === 0 ? 0 : (at - state.first) / week
  const known = state.level.sum + believed
  const flat = known / (state.level.weight + 1)
  const law = ratioOf(state.dispersion, prior)
  const usualRatio = ratioAt(law, flat)
  // a trend is what lies beyond what chance makes of the level
  const ahead = flat - levelOf(state.lag, flat, 0)
  const chance = 2 * flat * Math.sqrt((usualRatio * longRunAt(state.longRun, halfLife)) / known)
  const trend = Math.sign(ahead) * Math.max(0, Math.abs(ahead) - chance)
  const base = Math.max(flat + trend, flat / 2)
  const perHour = (rowsOfHour * base * factor) / usualRatio
  const mean = base * factor * profileAt(state.profile, hour, weeks, perHour)
  return { weeks, base, mean, usualRatio, uncertain: usualRatio / known, ratio: ratioAt(law, mean), law, perHour }
}

function scanned(state: CountState, value: number, { mean, ratio, uncertain, law }: Expected): Rarest {
  const { scans, tails, longRun, rows } = state
  const perEvidence = ratio * longRunAt(longRun, typicalRows)
  const most = Math.max(mean, evident.deviations * Math.sqrt(mean * ratio)) + evident.counts
  const bounded = Math.min(value, mean + most)
  const row = { observed: bounded, expected: mean, clumped: mean * law.clumps, rated: mean * (ratio - law.clumps) }
  let rarest = nothingRare
  for (const [index, { sign, ratio: times }] of designs.entries()) {
    const evidence = (bounded * Math.log(times) - mean * (times - 1)) / perEvidence
    const sums = scan(scans, index, evidence, row)
    if (rows <= skipped) continue
    const deviates = sums === null ? 0 : sign * deviationOf(sums, sign, uncertain, longRunAt(longRun, sums.rows))
    const rarity = scanRarity(tails, index, deviates)
    learnScanTail(tails, index, deviates, rows, weightOf({ rarity, sign, sums }))
    if (sums !== null && rarity > rarest.rarity && isLarge(sums, sign)) rarest = { rarity, sign, sums }
  }
  return rarest
}

/**
 * What comes in clumps is judged by the Poisson law of as many clumps, as large as the variance says: of few of them none
 * at all may come, and of many posts a few are no wonder. What rates vary beside, by the negative-binomial law.
 * @param uncertain variance of the level, in its square
 * @param times by what the variance of such a sum exceeds the sum of variances
 */
function deviationOf(sums: Scanned, sign: 1 | -1, uncertain: number, times: number): number {
  const { observed, expected, clumped, rated } = sums
  const squared = expected * expected
  const variance = times * (clumped + rated) + uncertain * squared
  // Most sums are near what is usual: a rough look spares the exact one.
  const rough = (observed - expected) / Math.sqrt(variance)
  if (sign * rough < 1) return rough
  const clump = Math.max(1, (times * clumped) / expected)
  return countDeviation(observed / clump, expected / clump, (times * rated) / squared + uncertain)
}

const isLarge = ({ observed, expected }: Scanned, sign: 1 | -1): boolean =>
  sign > 0
    ? observed - expected >= least.surplus && observed >= least.ratio * expected
    : expected >= least.ratio * observed

function learn(state: CountState, value: number, tide: Tide, expected: Expected, weight: number): void {
  const { weeks, base, mean, ratio, usualRatio, uncertain, perHour } = expected
  const spread = Math.sqrt(mean * ratio)
  const most = reach.deviations * spread + reach.counts
  const error = state.rows < skipped ? value - mean : Math.min(most, Math.max(-most, value - mean))
  const fade = fading(halfLife) ** weight
  learnLevel(state.level, (mean + error) * weight, (mean / base) * weight, fade)
  learnLevel(state.lag, levelOf(state.level, base, 0) * weight, weight, fade)
  // Small rows say little of how much they vary, and those that vary most would drown the others.
  // of the error of a row the part that is due to the row: what is usual is hardly known at first
  const ofRow = ratio / (ratio + mean * uncertain)
  const share = (mean / (mean + 0.5)) * Math.min(1, (usualRatio / ratio) ** 2) * ofRow * ofRow
  learnDispersion(state.dispersion, (Math.min(most, Math.abs(error)) ** 2 / mean) * ofRow, mean, weight * share, fade)
  if (weight < 1) skipLongRun(state.longRun)
  else if (state.rows > skipped) learnLongRun(state.longRun, error / spread)
  // in the first day the level is not yet that of a day
  if (weight === 1 && weeks * 7 >= 1) {
    learnProfile(state.profile, tide.hour, weeks, mean + error, base * tide.factor, perHour)
  }
  state.rows += 1
}

/**
 * A shift in that direction is over: forgets what spoke for it.
 * @param isUsualNow it has lasted so long that it is what is usual: the level is learned anew
 */
export function endCountShift(state: CountState, sign: 1 | -1, isUsualNow: boolean): void {
  clearScans(state.scans, designs, sign)
  state.before = 0
  if (!isUsualNow) return
  state.lag = emptyLevel()
  state.level.sum *= rowsOfHour / Math.max(rowsOfHour, state.level.weight)
  state.level.weight = Math.min(rowsOfHour, state.level.weight)
}
