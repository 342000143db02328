// npm run bench -- shifts [--boards N] [--first SEED] [--tuning] [--details]
// Shifts of known measure, size and time are planted into streams that are resampled from the real posts of news-es, of
// 5 to 5,000 posts an hour, and what the processors of `engagement-shifts` tell is compared with them. Recall is of those
// that an observer finds who has the same data and all hindsight, and of whom the same is asked: nine in ten of what it
// tells true, one false shift a board and week at most (shifts/estimating.ts, shifts/bounds.ts). Beside it stand stricter
// and looser bounds, and streams without any shifts. Detectors are tuned on the boards that --tuning gives; what is
// stated is of others.

import { parseArgs } from 'node:util'
import { intervalSize } from '../processors/shifts/interval.js'
import { deviationsOf, quietPeaks, type SeenShift } from './shifts/bounds.js'
import { causesNamed } from './shifts/causes.js'
import { followsFrom, intervalOf, isJudged, judged, learned, plant, tells } from './shifts/planting.js'
import { Random } from './shifts/random.js'
import { type BoardFigures, stated } from './shifts/stated.js'
import { shiftsOf } from './shifts/watch.js'
import { makeWorld, type Planted, type World } from './shifts/world.js'

const volumes = [5, 50, 500, 5_000]
/** Seeds of the boards: those to tune on, and those that figures are of. */
const firstBoard = { tuning: 100, judged: 200 } as const

const told = (shift: ReturnType<typeof shiftsOf>[number]): string =>
  `${shift.term} ${shift.measure} ${shift.effect.toFixed(2)}, p ${shift.pValue?.toExponential(1)}`

function compare(world: World, details: boolean): BoardFigures {
  const deviations = deviationsOf(world)
  const opened = shiftsOf(world).filter(isJudged)
  const delays: number[] = []
  const shifts = world.planted.map((planted, index) => {
    const first = opened.find((shift) => tells(shift, planted))
    if (first !== undefined) delays.push((intervalOf(first.end) - planted.from) * (intervalSize / 60_000))
    const seen = deviations[index] as SeenShift['deviations']
    const isFound = first !== undefined
    return {
      perHour: world.perHour,
      measure: planted.measure,
      deviations: seen,
      isFound,
      what: inWords(world, planted),
    }
  })
  let [isTrue, consequences, isFalse] = [0, 0, 0]
  for (const shift of opened) {
    if (world.planted.some((planted) => tells(shift, planted))) isTrue += 1
    else if (world.planted.some((planted) => followsFrom(shift, planted))) consequences += 1
    else {
      isFalse += 1
      if (details) console.log(`${world.perHour}/h false: ${told(shift)}`)
    }
  }
  return { perHour: world.perHour, shifts, true: isTrue, consequences, false: isFalse, delays }
}

const inWords = ({ perHour, shares }: World, { term, measure, size, from, until }: Planted): string =>
  `${perHour}/h term ${term} (share ${shares[term]?.toFixed(3)}) ${measure} ${size} for ${(until - from) / 4} h`

export async function bench(options: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      boards: { type: 'string', default: '3' },
      first: { type: 'string' },
      tuning: { type: 'boolean', default: false },
      details: { type: 'boolean', default: false },
    },
  })
  const boards = Number(values.boards)
  if (!Number.isInteger(boards) || boards < 1) throw new RangeError('--boards is a whole number from 1 on')
  const first = Number(values.first ?? (values.tuning ? firstBoard.tuning : firstBoard.judged))
  if (!Number.isInteger(first) || first < 0) throw new RangeError('--first is the seed of the first board')
  const seeds = Array.from({ length: boards }, (_, index) => first + index)
  const boardsOf = (perHour: number) =>
    seeds.map((seed) => ({
      planted: compare(
        makeWorld(seed * 7 + perHour, perHour, learned + judged, plant(new Random(seed * 100 + perHour))),
        values.details,
      ),
      quiet: compare(makeWorld(seed * 7 + perHour + 1, perHour, learned + judged, []), values.details),
    }))
  const all = volumes.flatMap(boardsOf)
  const figures = stated({
    planted: all.map(({ planted }) => planted),
    quiet: all.map(({ quiet }) => quiet),
    causes: seeds.map((seed) => causesNamed(seed)),
    peaks: new Map(volumes.map((perHour) => [perHour, quietPeaks(perHour)])),
  })
  for (const line of figures.lines) console.log(line)
  if (values.details) for (const line of figures.details) console.log(line)
  return figures.json
}
