import { shareDeviation } from '../../processors/detection/binomial.js'
import { countDeviation } from '../../processors/detection/negative-binomial.js'
import { type Planted, usual, type World } from './world.js'

/**
 * How far a planted shift is from what is usual, as deviation of a standard normal variable, for an observer who knows
 * the term, the measure, when it begins and ends, what is usual at each time, and how much intervals vary. The
 * likelihood ratio of such a shift grows with the sum over its intervals alone (Neyman and Pearson): nobody who has the
 * same data tells it better from chance.
 */
export function bestDeviation(world: World, planted: Planted): number {
  const { term, measure, from, until } = planted
  let [expected, squares, observed] = [0, 0, 0]
  let [moods, scored, interactions, views, viewsSquared] = [0, 0, 0, 0, 0]
  for (let at = from; at < until; at++) {
    const cell = world.cells[at]?.[term]
    if (cell === undefined) continue
    const mean = world.expected(term, at)
    expected += mean
    squares += mean * mean
    observed += cell.mentions
    moods += cell.positive + cell.neutral / 2
    scored += cell.mentions
    interactions += cell.interactions
    views += cell.views
    viewsSquared += cell.views * cell.views
  }
  if (measure === 'mentions') {
    return countDeviation(observed, expected, (dispersionOf(world, term) * squares) / (expected * expected))
  }
  if (measure === 'netSentiment') {
    const mean = usual.positive + usual.neutral / 2
    const variance = usual.positive + usual.neutral / 4 - mean * mean
    const plain = (scored * mean * (1 - mean)) / variance
    return shareDeviation((plain * moods) / Math.max(1, scored), plain, mean)
  }
  // the chance of an interval varies by a fifth
  const rate = usual.rate * Math.exp(0.02)
  const variance = views * rate * (1 - rate) + viewsSquared * (0.2 * rate) ** 2
  return variance > 0 ? (interactions - rate * views) / Math.sqrt(variance) : 0
}

const known = new WeakMap<World, Map<number, number>>()

/** By which share of the squared mean the variance of the mentions of an interval exceeds the mean. */
function dispersionOf(world: World, term: number): number {
  const ofWorld = known.get(world) ?? new Map<number, number>()
  known.set(world, ofWorld)
  const before = ofWorld.get(term)
  if (before !== undefined) return before
  let [excess, squares] = [0, 0]
  for (const [at, cells] of world.cells.entries()) {
    if (world.planted.some((each) => each.term === term && each.from <= at && at < each.until)) continue
    const mean = world.expected(term, at)
    excess += ((cells[term]?.mentions ?? 0) - mean) ** 2 - mean
    squares += mean * mean
  }
  const found = Math.max(0, excess / squares)
  ofWorld.set(term, found)
  return found
}
