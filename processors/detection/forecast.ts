import { fading, type Level, learnLevel, levelOf } from './level.js'
import { countSlack, type Law } from './noise.js'
import { parameters } from './parameters.js'
import { seasonAt } from './season.js'
import type { SeriesState } from './series-state.js'

/** What is expected of the next row. */
export interface Forecast {
  /** By the level that forecast best lately, mixed of fast, medium and slow. */
  readonly mean: number
  /** By the slow level with trend and season alone: it does not follow a shift of some hours. */
  readonly baseline: number
  /** The slow level without season. */
  readonly base: number
  /** Of the season: what the level is multiplied by, and what is added. */
  readonly factor: number
  readonly addend: number
  readonly fast: number
  readonly medium: number
}

/** A level of counts is never 0: as if half a count had been seen. */
const countBelieved = 0.5
/** The better of two levels is weighted by this power of the ratio of their errors. */
const sharpness = 8

/** @param at hour of the week with its fraction */
export function forecastOf(state: SeriesState, at: number, weeks: number, value: number): Forecast {
  const isCount = state.counts === 1
  const part = seasonAt(state.season, at, weeks)
  const factor = isCount ? Math.exp(part) : 1
  const addend = isCount ? 0 : part
  const { slow, lag } = state
  const base = isCount ? (slow.sum + countBelieved) / (slow.weight + 1) : levelOf(slow, value, 0)
  const ahead = base - levelOf(lag, base, 0)
  const trended = isCount ? Math.max(base + ahead, base / 2) : base + ahead
  const medium = levelOf(state.medium, base, 1)
  const fast = levelOf(state.fast, medium, 0.3)
  const means = { fast: fast * factor + addend, medium: medium * factor + addend, slow: trended * factor + addend }
  const least = Math.min(state.fast.error, state.medium.error, state.slow.error)
  let sum = 0
  let weights = 0
  for (const name of ['fast', 'medium', 'slow'] as const) {
    const { error } = state[name]
    const weight = error === 0 ? 1 : (least / error) ** sharpness
    sum += weight * means[name]
    weights += weight
  }
  const mean = weights > 0 ? sum / weights : means.slow
  return { mean, baseline: means.slow, base, factor, addend, fast: means.fast, medium: means.medium }
}

/**
 * Takes a row in.
 * @param gap distance of the row from the one before in usual distances, 1 or more: what was not seen fades too
 * @param isDeparted the row is one of an event, which the slow level does not follow
 */
export function learnForecast(
  state: SeriesState,
  forecast: Forecast,
  law: Law,
  value: number,
  gap: number,
  isDeparted: boolean,
): void {
  const slack = law.kind === 'count' ? countSlack : 0
  const rowsOfDays = state.interval > 0 ? (parameters.slowestDays * 86_400_000) / state.interval : 0
  const halfLives = { ...parameters.levels, slow: Math.max(parameters.levels.slow, rowsOfDays) }
  const share = Math.max(1 / (state.rows + 1), 1 - fading(parameters.errors))
  const means = { fast: forecast.fast, medium: forecast.medium, slow: forecast.baseline }
  for (const name of ['fast', 'medium', 'slow'] as const) {
    const level: Level = state[name]
    const most = state.rows < 20 ? Number.MAX_VALUE : parameters.reach[name] * law.deviation + slack
    const kept = Math.min(forecast.mean + most, Math.max(forecast.mean - most, value))
    const error = Math.min(Math.abs(value - means[name]), 5 * law.deviation + slack)
    level.error += share * (error - level.error)
    if (name === 'slow' && isDeparted) continue
    learnLevel(level, kept - forecast.addend, forecast.factor, fading(halfLives[name]) ** Math.min(gap, 10_000))
  }
  if (!isDeparted) learnLevel(state.lag, levelOf(state.slow, 0, 0), 1, fading(halfLives.slow))
}
