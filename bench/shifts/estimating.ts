import { estimatedCounts } from './estimated-counts.js'
import { estimatedMoods, estimatedRates } from './estimated-shares.js'
import type { Observed } from './observer.js'
import type { World } from './world.js'

/**
 * The observer who has the same data as the detectors and nothing else: what is usual is estimated. But with all that
 * hindsight gives, which detectors on a stream do not have: from all weeks of the board, those after the window as well
 * as those before, the window itself left out, and left out too what is planted elsewhere (it is told where, so that no
 * other shift blurs what is usual); with the season of all terms together; and by the laws that boards are drawn by, of
 * which only the numbers are estimated: clumps that grow with the level, moods of one mean, rates that vary from interval
 * to interval. How little is lost against `knowing.ts` says how good the estimates are.
 */
export function estimating(world: World): Observed {
  const mentions = estimatedCounts(world)
  const [moods, rates] = [estimatedMoods(world), estimatedRates(world)]
  return {
    ...{ intervals: world.cells.length, series: world.shares.length },
    deviation: (series, measure, from, until) =>
      (measure === 'mentions' ? mentions : measure === 'netSentiment' ? moods : rates)(series, from, until),
  }
}
