import { shareDeviation } from '../../processors/detection/binomial.js'
import { countedDeviation } from './observer.js'
import { between, type Sums, seriesOf, sumsOf } from './sums.js'
import { usualAt } from './usual.js'
import type { Cell, Planted, World } from './world.js'

/** How far windows of a series lie from what is usual outside of them. */
type Deviation = (series: number, from: number, until: number) => number

/** Sums over the intervals of a term, of all and of those in which nothing is planted. */
interface Both {
  readonly all: Sums
  readonly usual: Sums
}

const cellOf = (world: World, term: number, at: number): Cell => {
  const cell = world.cells[at]?.[term]
  if (cell === undefined) throw new RangeError(`the board has no term ${term} at ${at}`)
  return cell
}

/** Of each term the sums of something. */
function bothOf(
  world: World,
  measure: Planted['measure'],
  of: (cell: Cell, term: number) => number,
): (term: number) => Both {
  const isUsual = usualAt(world, measure)
  const sums = world.shares.map((_, term) => ({
    all: sumsOf(world.cells.length, (at) => of(cellOf(world, term, at), term)),
    usual: sumsOf(world.cells.length, (at) => (isUsual[term]?.[at] === 1 ? of(cellOf(world, term, at), term) : 0)),
  }))
  return (term) => sums[term] as Both
}

const outside = ({ usual }: Both, from: number, until: number): number =>
  (usual[usual.length - 1] as number) - between(usual, from, until)

/** Moods: 0, a half or 1, of one mean and variance in each term. */
export function estimatedMoods(world: World): Deviation {
  const posts = bothOf(world, 'netSentiment', ({ mentions }) => mentions)
  const moods = bothOf(world, 'netSentiment', ({ positive, neutral }) => positive + neutral / 2)
  const squares = bothOf(world, 'netSentiment', ({ positive, neutral }) => positive + neutral / 4)
  const series = seriesOf(world)
  return (index, from, until) => {
    let [inside, seen, expected, variance, uncertain] = [0, 0, 0, 0, 0]
    for (const term of series[index] ?? []) {
      const known = outside(posts(term), from, until)
      if (known === 0) continue
      const mean = outside(moods(term), from, until) / known
      const one = outside(squares(term), from, until) / known - mean * mean
      const count = between(posts(term).all, from, until)
      inside += count
      seen += between(moods(term).all, from, until)
      expected += count * mean
      variance += count * one
      uncertain += (count * count * one) / known
    }
    if (!(variance > 0)) return 0
    const mean = expected / inside
    const plain = (inside * inside * mean * (1 - mean)) / (variance + uncertain)
    // windows are judged around what is usual of the posts that they have
    return shareDeviation((plain * seen) / inside, plain, mean)
  }
}

/** Rates: reactions of so many views, whose chance varies from interval to interval by a part that is estimated. */
export function estimatedRates(world: World): Deviation {
  const rates = ratesOf(world)
  const varied = variedOf(world, rates)
  const variedBy = ({ views }: Cell, term: number) => 1 + varied * (rates[term] as number) * views
  const reactions = bothOf(world, 'engagementRateByViews', (cell, term) => cell.interactions / variedBy(cell, term))
  const views = bothOf(world, 'engagementRateByViews', (cell, term) => cell.views / variedBy(cell, term))
  const series = seriesOf(world)
  return (index, from, until) => {
    let [seen, expected, uncertain] = [0, 0, 0]
    for (const term of series[index] ?? []) {
      const known = outside(reactions(term), from, until)
      if (known === 0) continue
      const usual = (known / outside(views(term), from, until)) * between(views(term).all, from, until)
      seen += between(reactions(term).all, from, until)
      expected += usual
      uncertain += (usual * usual) / known
    }
    return expected > 0 ? countedDeviation(seen, expected, uncertain / (expected * expected)) : 0
  }
}

/** Of each term reactions of a view, where nothing is planted. */
function ratesOf(world: World): readonly number[] {
  const isUsual = usualAt(world, 'engagementRateByViews')
  return world.shares.map((_, term) => {
    let [reactions, views] = [0, 0]
    for (let at = 0; at < world.cells.length; at++) {
      if (isUsual[term]?.[at] !== 1) continue
      const cell = cellOf(world, term, at)
      reactions += cell.interactions
      views += cell.views
    }
    return views > 0 ? reactions / views : 0
  })
}

/** Variance of the chance of an interval over its square, by moments, each interval by what it says; of all terms. */
function variedOf(world: World, rates: readonly number[]): number {
  const isUsual = usualAt(world, 'engagementRateByViews')
  let varied = 0.1
  for (let turn = 0; turn < 6; turn++) {
    let [excess, squares] = [0, 0]
    for (let at = 0; at < world.cells.length; at++) {
      for (const [term, rate] of rates.entries()) {
        const { interactions, views } = cellOf(world, term, at)
        const mean = rate * views
        if (isUsual[term]?.[at] !== 1 || mean === 0) continue
        const weight = (mean / (mean + varied * mean * mean)) ** 2
        excess += weight * ((interactions - mean) ** 2 - mean)
        squares += weight * mean * mean
      }
    }
    varied = Math.max(0, excess / squares)
  }
  return varied
}
