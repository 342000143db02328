import {
  type Budget,
  boundOf,
  isFindable,
  looseBudget,
  type ObserverName,
  type PeaksOfVolumes,
  preciseBudget,
  type SeenShift,
} from './bounds.js'
import type { CauseFigures } from './causes.js'
import { judged } from './planting.js'

/** What the detectors told of a board. */
export interface BoardFigures {
  readonly perHour: number
  readonly shifts: readonly (SeenShift & { readonly what: string })[]
  readonly true: number
  readonly consequences: number
  readonly false: number
  /** Minutes from the beginning of a shift until it was told. */
  readonly delays: readonly number[]
}

/** What was measured. */
export interface Measured {
  readonly planted: readonly BoardFigures[]
  readonly quiet: readonly BoardFigures[]
  readonly causes: readonly CauseFigures[]
  readonly peaks: PeaksOfVolumes
}

const round = (value: number): number => Number(value.toFixed(3))
const part = (count: number, of: number): number => round(count / Math.max(1, of))
const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0)

/** Where the true share lies in 19 of 20 cases (E. B. Wilson, 1927). */
export function wilson(count: number, of: number): readonly [least: number, most: number] {
  if (of === 0) return [0, 1]
  const [share, squared] = [count / of, 1.96 ** 2]
  const middle = (share + squared / (2 * of)) / (1 + squared / of)
  const half = (1.96 * Math.sqrt((share * (1 - share)) / of + squared / (4 * of * of))) / (1 + squared / of)
  return [round(middle - half), round(middle + half)]
}

/** The figures as JSON, and in words: by volume, and of each shift on which detectors and observer differ. */
export function stated({ planted, quiet, causes, peaks }: Measured): {
  readonly json: object
  readonly lines: readonly string[]
  readonly details: readonly string[]
} {
  const shifts = planted.flatMap((board) => board.shifts)
  const precise = (name: ObserverName) => preciseBudget(shifts, name, peaks, judged * planted.length)
  const budgets = {
    precise: precise('estimating'),
    knowingPrecise: precise('knowing'),
    loose: looseBudget('estimating'),
    knowingLoose: looseBudget('knowing'),
  }
  const recall = (budget: Budget) => {
    const { found, findable, perWeek } = boundOf(shifts, budget, peaks)
    return {
      recall: part(found, findable),
      interval: wilson(found, findable),
      found,
      findable,
      per_week: round(perWeek),
    }
  }
  const bound = recall(budgets.precise)
  const [isTrue, isFalse] = [sumOf(planted, (board) => board.true), sumOf(planted, (board) => board.false)]
  const [named, told] = [sumOf(causes, (each) => each.named), sumOf(causes, (each) => each.told)]
  const delays = planted.flatMap((board) => board.delays).toSorted((one, other) => one - other)
  const falseOf = (boards: readonly BoardFigures[]) =>
    round(sumOf(boards, (board) => board.false) / boards.length / judged)
  const volumes = [...peaks.keys()]
  const ofVolume = (boards: readonly BoardFigures[], perHour: number) =>
    boards.filter((board) => board.perHour === perHour)
  const json = {
    precision: part(isTrue, isTrue + isFalse),
    precision_interval: wilson(isTrue, isTrue + isFalse),
    recall: bound.recall,
    recall_interval: bound.interval,
    false_alerts_per_week: falseOf(quiet),
    false_alerts_per_week_by_volume: Object.fromEntries(
      volumes.map((perHour) => [perHour, falseOf(ofVolume(quiet, perHour))]),
    ),
    bounds: {
      estimating_precise: bound,
      knowing_precise: recall(budgets.knowingPrecise),
      estimating_loose: recall(budgets.loose),
      knowing_loose: recall(budgets.knowingLoose),
    },
    causes_named_first: part(named, told),
    causes_told: told,
    median_delay_minutes: delays[Math.floor(delays.length / 2)] ?? null,
    planted: shifts.length,
    findable: bound.findable,
    found: sumOf(shifts, ({ isFound }) => (isFound ? 1 : 0)),
    consequences: sumOf(planted, (board) => board.consequences),
  }
  const lines = volumes.map((perHour) => {
    const boards = ofVolume(planted, perHour)
    const own = boards.flatMap((board) => board.shifts)
    const [first, ...others] = Object.values(budgets).map((budget) => {
      const { found, findable } = boundOf(own, budget, peaks)
      return `${found} of ${findable}`
    })
    return (
      `${String(perHour).padStart(5)} posts an hour: ${own.length} planted, found ${first} findable (stricter bounds: ` +
      `${others.join(', ')}); ${sumOf(boards, (board) => board.true)} true, ` +
      `${sumOf(boards, (board) => board.consequences)} consequences, ${sumOf(boards, (board) => board.false)} false; ` +
      `without shifts ${falseOf(ofVolume(quiet, perHour))} false a week`
    )
  })
  const differing = shifts.filter((shift) => isFindable(shift, budgets.precise, peaks) !== shift.isFound)
  return {
    json,
    lines: [...lines, `causes: of ${told} planted shifts that were told the cause of ${named} is named first`],
    details: differing.map(
      ({ what, deviations, isFound }) =>
        `${what}: ${deviations.estimating.toFixed(1)} deviations, ${isFound ? 'found' : 'missed'}`,
    ),
  }
}
