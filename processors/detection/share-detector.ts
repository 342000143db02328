import { shareDeviation } from './binomial.js'
import { type Dispersion, emptyDispersion, learnDispersion, ratioAt, ratioOf } from './dispersion.js'
import { fading } from './level.js'
import { emptyLongRun, type LongRun, learnLongRun, longRunAt, skipLongRun } from './long-run.js'
import { countDeviation } from './negative-binomial.js'
import { parameters } from './parameters.js'
import { clearScans, type Design, emptyScans, type Scanned, type Scans, scan, typicalRows } from './scan.js'
import { emptyScanTails, learnScanTail, scanRarity } from './scan-tail.js'
import { nothingRare, type Rarest, type ScanVerdict, signedRarity, verdictOf, weightOf } from './scan-verdict.js'

/** All that is known of a series of shares (of a whole that differs from row to row): plain data of a fixed size. */
export interface ShareState {
  rows: number
  /** How rare the row before was, with its direction as sign. */
  before: number
  /** The usual share: successes, trials, and the variance of the successes in those of one trial, which fade. */
  successes: number
  trials: number
  variance: number
  dispersion: Dispersion
  longRun: LongRun
  scans: Scans
  tails: Float32Array
}

/** What is said of a row. */
export interface ShareDetection extends ScanVerdict {
  /** What was usual before the row, from 0 to 1, and the standard deviation of the successes of the row there. */
  readonly usual: number
  readonly spread: number
  readonly isJudged: boolean
}

/** What is known of a kind of share before any row of it. */
export interface ShareLaw {
  /** What a share must change by to be told: by that factor, and by that difference. */
  readonly ratio: number
  readonly difference: number
  /** Least variance of a row, in those of a binomial variable: 1 of things that are so or not, less of graded ones. */
  readonly variance: number
}

const plainLaw: ShareLaw = { ratio: 1, difference: 0, variance: 1 }
/** Ratios of odds. */
const designs: readonly Design[] = [
  { sign: 1, ratio: 1.3 },
  { sign: 1, ratio: 1.8 },
  { sign: 1, ratio: 3.5 },
  { sign: -1, ratio: 1 / 1.3 },
  { sign: -1, ratio: 1 / 1.8 },
  { sign: -1, ratio: 1 / 3.5 },
]
const prior = { clumps: 0.2, rate: 0.2 } as const
/** Nothing is judged before so much was seen. */
const leastTrials = 50
/** Believed before anything was seen: half a success in one trial. */
const believed = 0.5
/** Half-life of the usual share in rows. */
const halfLife = 1_000
/** Of what a row teaches and as how much it speaks for a shift: so many standard deviations. */
const reach = 6
const evident = 3
const nearest = 1e-6
const skipped = 20

/** A series of which nothing was seen. */
export const emptyShare = (): ShareState => ({
  ...{ rows: 0, before: 0, successes: 0, trials: 0, variance: 0, dispersion: emptyDispersion() },
  ...{ longRun: emptyLongRun(), scans: emptyScans(designs), tails: emptyScanTails(designs.length) },
})

/** Whether enough is known for rows to be judged. */
export const isShareKnown = ({ rows, trials }: ShareState): boolean =>
  rows >= parameters.warmUp && trials >= leastTrials

/**
 * Judges the share of successes among the trials of the next row by what came before it, then learns from it. The state
 * is changed in place. A mean of values from 0 to 1 is such a share too: their variance is at most that of one.
 * @param successes from 0 to `trials`
 * @param trials above 0
 */
export function observeShare(
  state: ShareState,
  successes: number,
  trials: number,
  law: ShareLaw = plainLaw,
): ShareDetection {
  const share = (state.successes + believed) / (state.trials + 2 * believed)
  const usual = Math.min(1 - nearest, Math.max(nearest, share))
  const isJudged = isShareKnown(state)
  const uncertain = uncertainOf(state)
  const { rarest, ratio } = scanned(state, successes, trials, usual, uncertain, law)
  const { rarity, shape, direction } = verdictOf(rarest, state.before, state.rows)
  state.before = signedRarity(rarest)
  learn(state, successes, trials, usual, uncertain, ratio, weightOf(rarest))
  const spread = Math.sqrt(usual * (1 - usual) * trials * ratio)
  return { rarity: isJudged ? rarity : 0, shape: isJudged ? shape : null, direction, usual, spread, isJudged }
}

/** Variance of the usual share, in those of one trial. */
const uncertainOf = ({ variance, trials }: ShareState): number =>
  (variance + 2 * believed) / (trials + 2 * believed) ** 2

function scanned(
  state: ShareState,
  successes: number,
  trials: number,
  usual: number,
  uncertain: number,
  law: ShareLaw,
): { readonly rarest: Rarest; readonly ratio: number } {
  const { scans, tails, longRun, rows } = state
  const known = ratioOf(state.dispersion, { ...prior, least: law.variance })
  const ratio = ratioAt(known, trials)
  const plain = usual * (1 - usual) * trials
  // where rows hardly vary, as much as the sizes of shifts that are looked for at least
  const most = Math.max(plain, evident * Math.sqrt(plain * ratio)) + believed
  const bounded = Math.min(trials, usual * trials + Math.min(most, Math.max(-most, successes - usual * trials)))
  const perEvidence = ratio * longRunAt(longRun, typicalRows)
  // rows by what they say: of what varies more than chance a large row says little more than a small one
  const row = { observed: bounded / ratio, expected: trials / ratio, clumped: trials / ratio, rated: 0 }
  let rarest = nothingRare
  for (const [index, { sign, ratio: odds }] of designs.entries()) {
    const evidence = (bounded * Math.log(odds) - trials * Math.log(1 - usual + usual * odds)) / perEvidence
    const sums = scan(scans, index, evidence, row)
    if (rows <= skipped) continue
    const deviates = sums === null ? 0 : sign * deviationOf(sums, sign, usual, uncertain, longRunAt(longRun, sums.rows))
    const rarity = scanRarity(tails, index, deviates)
    learnScanTail(tails, index, deviates, rows, weightOf({ rarity, sign, sums }))
    if (sums !== null && rarity > rarest.rarity && isLarge(sums, usual, law)) rarest = { rarity, sign, sums }
  }
  return { rarest, ratio }
}

/**
 * By the binomial law of so many trials that it varies as much; towards the rarer outcome, where rows vary more than
 * chance, by the negative-binomial law, whose tail is as heavy as clumps make it.
 */
function deviationOf(sums: Scanned, sign: 1 | -1, usual: number, uncertain: number, times: number): number {
  const { observed, expected: trials, clumped, rated } = sums
  const ratio = (times * (clumped + rated)) / trials + trials * uncertain
  const share = Math.min(1, Math.max(0, observed / trials))
  const plain = trials / ratio
  const rough = (share - usual) / Math.sqrt((usual * (1 - usual)) / plain)
  if (sign * rough < 1) return rough
  const [rare, count] = sign > 0 ? [usual, share * trials] : [1 - usual, (1 - share) * trials]
  const mean = rare * trials
  const beyond = ratio * (1 - rare) - 1
  if (rare > 0.5 || beyond <= 0) return shareDeviation(plain * share, plain, usual)
  return sign * countDeviation(count, mean, beyond / mean)
}

function isLarge({ observed, expected }: Scanned, usual: number, { ratio, difference }: ShareLaw): boolean {
  const share = observed / expected
  return Math.abs(share - usual) >= difference && (share > usual ? share >= ratio * usual : usual >= ratio * share)
}

function learn(
  state: ShareState,
  successes: number,
  trials: number,
  usual: number,
  uncertain: number,
  ratio: number,
  weight: number,
): void {
  const plain = usual * (1 - usual) * trials
  const spread = Math.sqrt(plain * ratio)
  const most = reach * spread + 1
  const error = Math.min(most, Math.max(-most, successes - usual * trials))
  const fade = fading(halfLife) ** weight
  const kept = state.rows < skipped ? successes : Math.min(trials, Math.max(0, usual * trials + error))
  state.successes = state.successes * fade + weight * kept
  state.trials = state.trials * fade + weight * trials
  state.variance = state.variance * fade * fade + weight * weight * trials * ratio
  state.rows += 1
  if (weight < 1) skipLongRun(state.longRun)
  else if (state.rows > skipped) learnLongRun(state.longRun, error / spread)
  const { weight: rows, size } = state.dispersion
  const usualTrials = rows > 0 ? size / rows : trials
  // of the error of a row the part that is due to the row: what is usual is hardly known at first
  const ofRow = ratio / (ratio + trials * uncertain)
  const share = (plain / (plain + 0.5)) * Math.min(1, (usualTrials / trials) ** 2) * ofRow * ofRow
  learnDispersion(state.dispersion, ((error * error) / plain) * ofRow, trials, weight * share, fade)
}

/**
 * A shift in that direction is over: forgets what spoke for it.
 * @param isUsualNow it has lasted so long that it is what is usual: the share is learned anew
 */
export function endShareShift(state: ShareState, sign: 1 | -1, isUsualNow: boolean): void {
  clearScans(state.scans, designs, sign)
  state.before = 0
  if (!isUsualNow || state.trials <= leastTrials) return
  const kept = leastTrials / state.trials
  state.successes *= kept
  state.variance *= kept * kept
  state.trials = leastTrials
}
