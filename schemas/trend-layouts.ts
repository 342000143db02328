const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** How windows that lie side by side are laid out, in milliseconds. */
export interface TumblingLayout {
  readonly size: number
  /** How long after its end, in stream time, a window still takes what comes late; then it is final. */
  readonly grace: number
  /** Shift of the grid against the epoch. */
  readonly offset: number
}

/**
 * The windows of trends that lie side by side. Short ones are for watching and close soon; long ones are for comparing
 * and wait for what comes late. Days are those of America/Lima, which has been UTC-5 without a break since 1994.
 */
export const trendLayouts = {
  minute: { size: minute, grace: 30 * second, offset: 0 },
  hour: { size: hour, grace: 5 * minute, offset: 0 },
  day: { size: day, grace: hour, offset: 5 * hour },
} as const satisfies Record<string, TumblingLayout>

/** Start of the window that holds the instant. */
export const windowStart = (time: number, { size, offset }: TumblingLayout): number =>
  Math.floor((time - offset) / size) * size + offset

/** Where the last window ends that is final at the watermark: its end and its grace have passed. */
export const finalUntil = (watermark: number, layout: TumblingLayout): number =>
  windowStart(watermark - layout.grace, layout)
