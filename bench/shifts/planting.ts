import { intervalSize } from '../../processors/shifts/interval.js'
import { familyOf, type Watchable } from '../../processors/shifts/measures.js'
import type { Shift } from '../../schemas/shift.js'
import type { Random } from './random.js'
import { firstMonday, intervalsOfWeek, type Planted } from './world.js'

/** Weeks in which the detectors learn, and those in which shifts are planted or counted. */
export const [learned, judged] = [4, 4]
/** A shift is found until so long after its end. */
export const patience = 8

/** Shifts for a board: one in a day and a half, so that one is over before the next begins. */
export function plant(random: Random): readonly Planted[] {
  const planted: Planted[] = []
  const measures = ['mentions', 'mentions', 'netSentiment', 'engagementRateByViews'] as const
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

export const intervalOf = (at: number): number => Math.round((at - firstMonday) / intervalSize)
export const signOf = ({ measure, size }: Planted): 1 | -1 => (size > (measure === 'netSentiment' ? 0 : 1) ? 1 : -1)

/** Whether the shift tells of what was planted: the same term and family, the same direction, at that time. */
export const tells = (shift: Shift, planted: Planted): boolean =>
  shift.term === `term ${planted.term}` &&
  familyOf[shift.measure as Watchable] === familyOf[planted.measure] &&
  Math.sign(shift.effect) === signOf(planted) &&
  intervalOf(shift.start) >= planted.from &&
  intervalOf(shift.start) < planted.until + patience

/** Whether the shift is a consequence of what was planted: of everything, or of the shares of others. */
export const followsFrom = (shift: Shift, planted: Planted): boolean =>
  intervalOf(shift.start) >= planted.from &&
  intervalOf(shift.start) < planted.until + 4 * patience &&
  (shift.term === '*' || (shift.measure === 'shareOfVoice' && planted.measure === 'mentions'))

/** Whether a shift begins where shifts are counted. */
export const isJudged = (shift: Shift): boolean =>
  shift.state === 'opened' && intervalOf(shift.start) >= learned * intervalsOfWeek
