import { shareDeviation } from './binomial.js'
import type { Shape } from './detector.js'
import { fading } from './level.js'
import { alertRarity, parameters } from './parameters.js'
import { type Direction, emptyTails, learnTail, lightExcess, rarity } from './tail.js'

/** A sum over the last rows, which fade. `variance` is that of the successes, in variances of one trial. */
interface ShareSum {
  successes: number
  trials: number
  variance: number
}

/** All that is known of a series of shares (of a whole that differs from row to row): plain data of a fixed size. */
export interface ShareState {
  rows: number
  /** The usual share: successes and trials, which fade. */
  usual: ShareSum
  hour: ShareSum
  between: ShareSum
  day: ShareSum
  /** How many times the variance of a binomial variable that of a row is, and of how many trials such a row has. */
  dispersion: number
  size: number
  tails: Float32Array
}

/** What is said of a row. */
export interface ShareDetection {
  /** -log10 of the share of rows that are as far out, of the deviation that is the rarest. */
  readonly rarity: number
  readonly shape: Shape | null
  readonly direction: Direction
  /** What was usual before the row, from 0 to 1, and the standard deviation of the successes of the row there. */
  readonly usual: number
  readonly spread: number
  /** Whether enough is known for the row to be judged. */
  readonly isJudged: boolean
}

const emptySum = (): ShareSum => ({ successes: 0, trials: 0, variance: 0 })

/** A series of which nothing was seen. */
export const emptyShare = (): ShareState => ({
  ...{ rows: 0, usual: emptySum(), hour: emptySum(), between: emptySum(), day: emptySum() },
  ...{ dispersion: 1, size: 0, tails: emptyTails(lightExcess) },
})

/** Nothing is judged before so much was seen. */
const leastTrials = 50
/** Believed before anything was seen: half a success in one trial. */
const believed = 0.5
const [leastDispersion, mostDispersion] = [0.2, 1e6]
/** Rows over which the dispersion is believed to have been 1. */
const rowsBelieved = 20
const mostDeviations = 4
const nearest = 1e-6

/**
 * Judges the share of successes among the trials of the next row by what came before it, then learns from it. The state
 * is changed in place. A share is judged by the binomial law, widened by how much the rows of this series differ, and by
 * how well its usual share is known; then by how rare such a deviation is in the series (`tail.ts`). A mean of values
 * from 0 to 1 is such a share too: their variance is at most that of one.
 * @param successes from 0 to `trials`
 * @param trials above 0
 */
export function observeShare(state: ShareState, successes: number, trials: number): ShareDetection {
  const { usual: known } = state
  const usual = Math.min(1 - nearest, Math.max(nearest, (known.successes + believed) / (known.trials + 2 * believed)))
  const one = usual * (1 - usual)
  const row = { successes, trials, variance: trials * dispersionOf(state, trials) }
  const isJudged = state.rows >= parameters.warmUp && known.trials >= leastTrials
  /** Trials of a plain binomial variable that vary as much as a sum does. */
  const plainTrials = ({ trials: n, variance }: ShareSum): number =>
    (n * n) / (variance + (n * n * Math.max(1, state.dispersion)) / (known.trials + 1))
  const deviationOf = (sum: ShareSum): number => {
    const trialsOf = plainTrials(sum)
    return shareDeviation(trialsOf * Math.min(1, sum.successes / sum.trials), trialsOf, usual)
  }
  addTo(state.hour, row, parameters.sums.hour)
  addTo(state.between, row, parameters.sums.between)
  addTo(state.day, row, parameters.sums.day)
  const deviations = [
    ['row', deviationOf(row), Math.log10(parameters.aloneRarer)],
    ['hour', deviationOf(state.hour), 0],
    ['between', deviationOf(state.between), 0],
    ['day', deviationOf(state.day), 0],
  ] as const

  let rarest = 0
  let what: 'row' | 'hour' | 'between' | 'day' = 'row'
  let direction: Direction = 'up'
  for (const [name, deviation, less] of deviations) {
    const to: Direction = deviation >= 0 ? 'up' : 'down'
    const candidate = rarity(state.tails, name, to, Math.abs(deviation), lightExcess) - less
    if (candidate <= rarest) continue
    rarest = candidate
    what = name
    direction = to
  }
  const isRare = isJudged && rarest >= alertRarity
  const isLasting = rarest >= parameters.sums.lasting
  for (const [name, deviation] of state.rows > 20 ? deviations : []) {
    const lasting = name === 'between' && isLasting ? parameters.sums.lastingWeight : 1
    const weight = isRare ? Math.min(lasting, parameters.eventWeight) : lasting
    for (const to of ['up', 'down'] as const) {
      learnTail(state.tails, name, to, to === 'up' ? deviation : -deviation, state.rows, weight)
    }
  }
  learn(state, row, usual)
  const shapes = {
    row: direction === 'up' ? 'spike' : 'drop',
    hour: 'level-shift',
    between: 'level-shift',
    day: 'drift',
  } as const
  return {
    rarity: isJudged ? rarest : 0,
    shape: isRare ? shapes[what] : null,
    direction,
    usual,
    spread: Math.sqrt(one * row.variance),
    isJudged,
  }
}

/** Rows that differ by more than chance (beta-binomial) do so the more trials they have. */
const dispersionOf = ({ dispersion, size }: ShareState, trials: number): number =>
  dispersion <= 1 || size === 0 ? dispersion : 1 + ((dispersion - 1) * trials) / size

function addTo(sum: ShareSum, { successes, trials, variance }: ShareSum, halfLife: number): void {
  const fade = fading(halfLife)
  sum.successes = sum.successes * fade + successes
  sum.trials = sum.trials * fade + trials
  sum.variance = sum.variance * fade * fade + variance
}

function learn(state: ShareState, { successes, trials, variance }: ShareSum, usual: number): void {
  const one = usual * (1 - usual)
  const error = successes - usual * trials
  const most = state.rows < 20 ? trials : mostDeviations * Math.sqrt(one * variance) + 1
  const kept = Math.min(trials, Math.max(0, usual * trials + Math.min(most, Math.max(-most, error))))
  const fade = fading(parameters.levels.slow)
  state.usual.successes = state.usual.successes * fade + kept
  state.usual.trials = state.usual.trials * fade + trials
  state.rows += 1
  const ratio = (error * error) / (trials * one * (1 + trials / (state.usual.trials + 1)))
  const bounded = Math.min(ratio, (mostDeviations * mostDeviations * Math.max(trials, variance)) / trials)
  // Both are means weighted by the trials of a row.
  const share = Math.max(1 / (state.rows + rowsBelieved), 1 - fading(parameters.errors))
  const weight = state.size === 0 ? share : Math.min(0.2, (share * trials) / state.size)
  const next = state.dispersion + weight * (bounded - state.dispersion)
  state.dispersion = Math.min(mostDispersion, Math.max(leastDispersion, next))
  state.size = state.size === 0 ? trials : state.size + weight * (trials - state.size)
}
