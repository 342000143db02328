import { estimating } from './estimating.js'
import { knowing } from './knowing.js'
import {
  bestDeviation,
  limitsOf,
  type Observed,
  type ObservedMeasure,
  type Peaks,
  peaksOf,
  perWeekOf,
} from './observer.js'
import { judged, learned, patience, signOf } from './planting.js'
import { makeWorld, type World } from './world.js'

/** Who says what could be found: whether what is usual is estimated from the data of the board, or known. */
export const observers = { estimating, knowing } as const satisfies Record<string, (world: World) => Observed>
export type ObserverName = keyof typeof observers
export const observerNames = ['estimating', 'knowing'] as const

/** Boards without shifts by which limits are set, and the first of their seeds: no board that is judged. */
const [quietBoards, firstQuiet] = [12, 9_000]
const weeks = learned + judged
/** What is asked of whoever tells: that so much of what is told is true, and so many false ones a board and week at most. */
const [precise, mostPerWeek] = [0.9, 1]

/** How far out each observer sees what was planted, and whether the detectors told it. */
export interface SeenShift {
  readonly perHour: number
  readonly measure: ObservedMeasure
  readonly deviations: Readonly<Record<ObserverName, number>>
  readonly isFound: boolean
}

/** What an observer finds, with so many false shifts a board and week, and what of that the detectors found. */
export interface Bound {
  readonly perWeek: number
  readonly findable: number
  readonly found: number
}

export type QuietPeaks = Readonly<Record<ObserverName, Peaks>>

/** Scans boards without shifts, of a volume. */
export function quietPeaks(perHour: number): QuietPeaks {
  const seen = Array.from({ length: quietBoards }, (_, index) => {
    const world = makeWorld(firstQuiet + index * 7 + perHour, perHour, weeks, [])
    return { estimating: estimating(world), knowing: knowing(world) }
  })
  const peaks = (name: ObserverName) =>
    peaksOf(
      seen.map((each) => each[name]),
      weeks,
    )
  return { estimating: peaks('estimating'), knowing: peaks('knowing') }
}

/** How far out the observers see each of the shifts of a board, in their order. */
export function deviationsOf(world: World): readonly SeenShift['deviations'][] {
  const seen = { estimating: estimating(world), knowing: knowing(world) }
  const far = (name: ObserverName, planted: World['planted'][number]) =>
    bestDeviation(seen[name], planted, signOf(planted), patience)
  return world.planted.map((planted) => ({ estimating: far('estimating', planted), knowing: far('knowing', planted) }))
}

/** Peaks of the boards without shifts, by the posts an hour. */
export type PeaksOfVolumes = ReadonlyMap<number, QuietPeaks>

/** A bound: an observer, and how many peaks of each measure on the boards without shifts it tells. */
export interface Budget {
  readonly name: ObserverName
  readonly allowed: number
}

export function isFindable(shift: SeenShift, { name, allowed }: Budget, peaks: PeaksOfVolumes): boolean {
  const ofVolume = peaks.get(shift.perHour)
  if (ofVolume === undefined) throw new RangeError(`no boards without shifts at ${shift.perHour} posts an hour`)
  return shift.deviations[name] > limitsOf(ofVolume[name], allowed)[shift.measure]
}

/** What an observer finds within a budget, and what of that the detectors found. */
export function boundOf(shifts: readonly SeenShift[], budget: Budget, peaks: PeaksOfVolumes): Bound {
  const findable = shifts.filter((shift) => isFindable(shift, budget, peaks))
  return {
    perWeek: perWeekOf({ weeks: quietBoards * weeks }, budget.allowed),
    findable: findable.length,
    found: findable.filter(({ isFound }) => isFound).length,
  }
}

/** The budget of one false shift a board and week, however few of what is told are true. */
export const looseBudget = (name: ObserverName): Budget => ({
  name,
  allowed: Math.floor((mostPerWeek * quietBoards * weeks) / 3),
})

/**
 * The budget of an observer that is asked for what the detectors are asked for: nine in ten of what it tells true, and one
 * false shift a board and week at most. The largest with which that holds.
 * @param boardWeeks weeks of all boards together
 */
export function preciseBudget(
  shifts: readonly SeenShift[],
  name: ObserverName,
  peaks: PeaksOfVolumes,
  boardWeeks: number,
): Budget {
  for (let allowed = looseBudget(name).allowed; allowed > 0; allowed--) {
    const { findable, perWeek } = boundOf(shifts, { name, allowed }, peaks)
    if (findable >= precise * (findable + perWeek * boardWeeks)) return { name, allowed }
  }
  return { name, allowed: 0 }
}
