// npm run bench -- shifts [--boards N] [--tuning] [--details]
// Shifts of known measure, size and time are planted into streams that are resampled from the real posts of news-es, of
// 5 to 5,000 posts an hour, and what the processors of `engagement-shifts` tell is compared with them. Recall is of those
// that an observer finds who knows what the detectors must learn and scans the same data (shifts/observer.ts), with one
// false shift a board and week; and of those that it finds when nine in ten of what it tells must be true. Beside it streams without any. Detectors are tuned on the boards that --tuning gives;
// what is stated is of others.
import { parseArgs } from 'node:util'
import { familyOf, type Watchable } from '../processors/shifts/measures.js'
import { intervalSize } from '../processors/shifts/shard.js'
import type { Shift } from '../schemas/shift.js'
import { causesNamed } from './shifts/causes.js'
import { bestDeviation, type Limits, limitsOf, seen } from './shifts/observer.js'
import { Random } from './shifts/random.js'
import { shiftsOf } from './shifts/watch.js'
import { firstMonday, intervalsOfWeek, makeWorld, type Planted, type World } from './shifts/world.js'

const volumes = [5, 50, 500, 5_000]
/** Weeks in which the detectors learn, and those in which shifts are planted or counted. */
const [learned, judged] = [4, 4]
/** Seeds of the boards: those to tune on, those that figures are of, and those that the observer's limits are set by. */
const firstBoard = { tuning: 100, judged: 200, limits: 9_000 } as const
/** False shifts a board and week that the observer may have. */
const budgets = [1, 0.5, 0.25, 0.125] as const
/** What part of what is told must be true. */
const precise = 0.9
/** Boards without shifts by which the limits are set, for each volume. */
const boardsOfLimits = 8
/** A shift is found until so long after its end. */
const patience = 8

function plant(random: Random): readonly Planted[] {
  const planted: Planted[] = []
  const measures = ['mentions', 'mentions', 'netSentiment', 'engagementRateByViews'] as const
  // One in a day and a half, so that one is over before the next begins.
  for (let slot = 0; slot < (judged * 7) / 1.5; slot++) {
    const from = learned * intervalsOfWeek + Math.floor(slot * 144) + random.below(24)
    const until = from + random.of([8, 16, 32, 64])
    const measure = random.of(measures)
    const size =
      measure === 'mentions'
        ? random.of([1.5, 2, 3, 5])
        : measure === 'netSentiment'
          ? random.of([-0.3, -0.2, -0.1, 0.1, 0.2, 0.3])
          : random.of([0.5, 0.7, 1.5, 2, 3])
    planted.push({ term: random.below(10), measure, from, until, size })
  }
  return planted
}

const intervalOf = (at: number): number => Math.round((at - firstMonday) / intervalSize)
const signOf = ({ measure, size }: Planted): 1 | -1 => (size > (measure === 'netSentiment' ? 0 : 1) ? 1 : -1)

/** Whether the shift tells of what was planted: the same term and family, the same direction, at that time. */
const tells = (shift: Shift, planted: Planted): boolean =>
  shift.term === `term ${planted.term}` &&
  familyOf[shift.measure as Watchable] === familyOf[planted.measure] &&
  Math.sign(shift.effect) === signOf(planted) &&
  intervalOf(shift.start) >= planted.from &&
  intervalOf(shift.start) < planted.until + patience

/** Whether the shift is a consequence of what was planted: of everything, or of the shares of others. */
const followsFrom = (shift: Shift, planted: Planted): boolean =>
  intervalOf(shift.start) >= planted.from &&
  intervalOf(shift.start) < planted.until + 4 * patience &&
  (shift.term === '*' || (shift.measure === 'shareOfVoice' && planted.measure === 'mentions'))

interface Figures {
  planted: number
  found: number
  /** By budget: what the observer finds with it, and what of that was found. */
  findable: number[]
  foundOfFindable: number[]
  true: number
  consequences: number
  false: number
  delays: number[]
}

const isJudged = (shift: Shift): boolean =>
  shift.state === 'opened' && intervalOf(shift.start) >= learned * intervalsOfWeek

function compare(world: World, limits: readonly Limits[], details: boolean): Figures {
  const board = world.planted.length > 0 ? seen(world) : null
  const opened = shiftsOf(world).filter(isJudged)
  const figures: Figures = {
    ...{ planted: world.planted.length, found: 0, true: 0, consequences: 0, false: 0, delays: [] },
    ...{ findable: budgets.map(() => 0), foundOfFindable: budgets.map(() => 0) },
  }
  for (const planted of world.planted) {
    const deviation = board === null ? 0 : bestDeviation(board, planted, signOf(planted), patience)
    const isFindable = limits.map((each) => deviation >= each[planted.measure])
    const first = opened.find((shift) => tells(shift, planted))
    for (const index of budgets.keys()) {
      if (isFindable[index] !== true) continue
      figures.findable[index] = (figures.findable[index] ?? 0) + 1
      if (first !== undefined) figures.foundOfFindable[index] = (figures.foundOfFindable[index] ?? 0) + 1
    }
    if (first !== undefined) {
      figures.found += 1
      figures.delays.push((intervalOf(first.end) - planted.from) * (intervalSize / 60_000))
    }
    if (details && isFindable[0] !== (first !== undefined)) {
      const { term, measure, size, from, until } = planted
      const what = `term ${term} (share ${world.shares[term]?.toFixed(3)}) ${measure} ${size} for ${(until - from) / 4} h`
      console.log(
        `${world.perHour}/h ${what}: ${deviation.toFixed(1)} deviations, ${first === undefined ? 'missed' : 'found'}`,
      )
    }
  }
  for (const shift of opened) {
    if (world.planted.some((planted) => tells(shift, planted))) figures.true += 1
    else if (world.planted.some((planted) => followsFrom(shift, planted))) figures.consequences += 1
    else {
      figures.false += 1
      if (details) {
        const { term, measure, effect, pValue } = shift
        console.log(`${world.perHour}/h false: ${term} ${measure} ${effect.toFixed(2)}, p ${pValue?.toExponential(1)}`)
      }
    }
  }
  return figures
}

export async function bench(options: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      boards: { type: 'string', default: '3' },
      tuning: { type: 'boolean', default: false },
      details: { type: 'boolean', default: false },
    },
  })
  const boards = Number(values.boards)
  if (!Number.isInteger(boards) || boards < 1) throw new RangeError('--boards is a whole number from 1 on')
  const first = values.tuning ? firstBoard.tuning : firstBoard.judged
  const all: Figures[] = []
  let [quietFalse, quietWeeks] = [0, 0]
  for (const perHour of volumes) {
    const quietBoards = Array.from({ length: boardsOfLimits }, (_, index) =>
      seen(makeWorld(firstBoard.limits + index * 7 + perHour, perHour, judged, [])),
    )
    const limits = limitsOf(quietBoards, judged, budgets)
    const figures: Figures[] = []
    let quiet = 0
    for (let board = first; board < first + boards; board++) {
      const planted = plant(new Random(board * 100 + perHour))
      figures.push(compare(makeWorld(board * 7 + perHour, perHour, learned + judged, planted), limits, values.details))
      quiet += compare(makeWorld(board * 7 + perHour + 1, perHour, learned + judged, []), limits, values.details).false
    }
    quietFalse += quiet
    quietWeeks += judged * boards
    all.push(...figures)
    console.log(
      `${String(perHour).padStart(5)} posts an hour: ${inWords(figures)}; without shifts ${(quiet / boards / judged).toFixed(2)} false a week`,
    )
  }
  const total = (of: (figures: Figures) => number) => all.reduce((sum, figures) => sum + of(figures), 0)
  const causes = Array.from({ length: boards }, (_, index) => causesNamed(first + index))
  const [named, told] = [
    causes.reduce((sum, each) => sum + each.named, 0),
    causes.reduce((sum, each) => sum + each.told, 0),
  ]
  console.log(`causes: of ${told} planted shifts that were told the cause of ${named} is named first`)
  const delays = all.flatMap((figures) => figures.delays).toSorted((one, other) => one - other)
  const [isTrue, isFalse] = [total((each) => each.true), total((each) => each.false)]
  const findable = budgets.map((_, index) => total((each) => each.findable[index] ?? 0))
  const foundOf = budgets.map((_, index) => total((each) => each.foundOfFindable[index] ?? 0))
  // the observer, too, is to tell what is true
  const strict = budgets.findIndex((perWeek, index) => {
    const told = findable[index] ?? 0
    return told >= precise * (told + perWeek * judged * all.length)
  })
  return {
    precision: part(isTrue, isTrue + isFalse),
    precision_interval: wilson(isTrue, isTrue + isFalse),
    recall: part(foundOf[0] ?? 0, findable[0] ?? 0),
    recall_interval: wilson(foundOf[0] ?? 0, findable[0] ?? 0),
    recall_of_precise: part(foundOf[strict] ?? 0, findable[strict] ?? 0),
    recall_of_precise_interval: wilson(foundOf[strict] ?? 0, findable[strict] ?? 0),
    precise_budget_per_week: budgets[strict] ?? null,
    false_alerts_per_week: round(quietFalse / quietWeeks),
    causes_named_first: part(named, told),
    causes_told: told,
    median_delay_minutes: delays[Math.floor(delays.length / 2)] ?? null,
    planted: total((each) => each.planted),
    findable: findable[0],
    findable_of_precise: findable[strict] ?? null,
    found: total((each) => each.found),
    consequences: total((each) => each.consequences),
  }
}

const round = (value: number): number => Number(value.toFixed(3))
const part = (count: number, of: number): number => round(count / Math.max(1, of))

/** Where the true share lies in 19 of 20 cases (E. B. Wilson, 1927). */
function wilson(count: number, of: number): readonly [least: number, most: number] {
  if (of === 0) return [0, 1]
  const [share, squared] = [count / of, 1.96 ** 2]
  const middle = (share + squared / (2 * of)) / (1 + squared / of)
  const half = (1.96 * Math.sqrt((share * (1 - share)) / of + squared / (4 * of * of))) / (1 + squared / of)
  return [round(middle - half), round(middle + half)]
}

function inWords(figures: readonly Figures[]): string {
  const total = (of: (each: Figures) => number) => figures.reduce((sum, each) => sum + of(each), 0)
  return (
    `${total((each) => each.planted)} planted, ${total((each) => each.findable[0] ?? 0)} findable, ` +
    `${total((each) => each.foundOfFindable[0] ?? 0)} of those found; ${total((each) => each.true)} true, ` +
    `${total((each) => each.consequences)} consequences, ${total((each) => each.false)} false`
  )
}
