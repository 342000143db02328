import { shareDeviation } from '../../processors/detection/binomial.js'
import { countDeviation } from '../../processors/detection/negative-binomial.js'
import { type Planted, usual, type World } from './world.js'

/**
 * How far a planted shift is from what is usual, as deviation of a standard normal variable, for an observer who knows
 * the term, the measure, when it begins and ends, what is usual at each time, and how much sums over as many intervals
 * vary: what people talk of lasts for hours, so that they vary more than intervals that know nothing of each other. The
 * likelihood ratio of such a shift grows with the sum over its intervals alone (Neyman and Pearson): nobody who has the
 * same data tells it better from chance.
 */
export function bestDeviation(world: World, planted: Planted): number {
  const { term, measure, from, until } = planted
  let [expected, observed] = [0, 0]
  let [moods, scored, interactions, views, viewsSquared] = [0, 0, 0, 0, 0]
  for (let at = from; at < until; at++) {
    const cell = world.cells[at]?.[term]
    if (cell === undefined) continue
    const mean = world.expected(term, at)
    expected += mean
    observed += cell.mentions
    moods += cell.positive + cell.neutral / 2
    scored += cell.mentions
    interactions += cell.interactions
    views += cell.views
    viewsSquared += cell.views * cell.views
  }
  if (measure === 'mentions') {
    return countDeviation(observed, expected, (clumpsOf(world, until - from) * (world.shares[term] ?? 0)) / expected)
  }
  if (measure === 'netSentiment') {
    const mean = usual.positive + usual.neutral / 2
    const variance = usual.positive + usual.neutral / 4 - mean * mean
    const plain = (scored * mean * (1 - mean)) / variance
    return shareDeviation((plain * moods) / Math.max(1, scored), plain, mean)
  }
  // the chance of an interval varies by a fifth
  const rate = usual.rate * Math.exp(0.02)
  return views > 0 ? countDeviation(interactions, rate * views, (viewsSquared * 0.2 ** 2) / views ** 2) : 0
}

const known = new WeakMap<World, Map<number, number>>()

/**
 * By what the variance of the mentions in so many intervals exceeds their mean, as part of the mean, for a share of 1:
 * each real post stands for as many of a term as its share, so that clumps are as large as that.
 */
function clumpsOf(world: World, intervals: number): number {
  const ofWorld = known.get(world) ?? new Map<number, number>()
  known.set(world, ofWorld)
  const before = ofWorld.get(intervals)
  if (before !== undefined) return before
  let [excess, means] = [0, 0]
  for (const [term, share] of world.shares.entries()) {
    for (let from = 0; from + intervals <= world.cells.length; from += intervals / 2) {
      const until = from + intervals
      if (world.planted.some((each) => each.term === term && each.from < until && from < each.until)) continue
      let [observed, expected] = [0, 0]
      for (let at = from; at < until; at++) {
        observed += world.cells[at]?.[term]?.mentions ?? 0
        expected += world.expected(term, at)
      }
      excess += (observed - expected) ** 2 - expected
      means += expected * share
    }
  }
  const found = Math.max(0, excess / means)
  ofWorld.set(intervals, found)
  return found
}
