import { trendLayouts } from '../../schemas/trend-layouts.js'
import { minutes, seconds } from '../engine/time.js'
import { hopping, tumbling } from '../engine/window.js'

/** The windows of trends: those side by side, and one that hops, for what is new. */
export const trendWindows = {
  minute: tumbling(trendLayouts.minute),
  tenMinutes: hopping({ size: minutes(10), advance: minutes(1), grace: seconds(30), offset: 0 }),
  hour: tumbling(trendLayouts.hour),
  day: tumbling(trendLayouts.day),
}
