import { days, hours, minutes, seconds } from '../engine/time.js'
import { hopping, tumbling } from '../engine/window.js'

/**
 * The windows of trends. Short ones are for watching and close soon; long ones are for comparing and wait for what
 * comes late. Days are those of America/Lima, which has been UTC-5 without a break since 1994.
 */
export const trendWindows = {
  minute: tumbling({ size: minutes(1), grace: seconds(30), offset: 0 }),
  tenMinutes: hopping({ size: minutes(10), advance: minutes(1), grace: seconds(30), offset: 0 }),
  hour: tumbling({ size: hours(1), grace: minutes(5), offset: 0 }),
  day: tumbling({ size: days(1), grace: hours(1), offset: hours(5) }),
}
