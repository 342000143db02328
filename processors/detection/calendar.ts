/** Which times are alike: hours of a week in a zone of a fixed offset, as America/Lima has it. */
export interface Calendar {
  /** Milliseconds that local time is ahead of UTC: -18,000,000 in Lima. */
  readonly offset: number
  /** Local days that go like a Sunday, as days since 1970-01-01. */
  readonly holidays: ReadonlySet<number>
}

export const hoursOfWeek = 168
const hour = 3_600_000
const day = 24 * hour

/** Peru keeps the same offset the whole year. */
export const lima: Calendar = { offset: -5 * hour, holidays: new Set() }

/** Hour of the week of a time, from 0 (Monday, first hour) to under 168, with its fraction. */
export function hourOfWeek(at: number, { offset, holidays }: Calendar): number {
  const days = Math.floor((at + offset) / day)
  const hours = (at + offset - days * day) / hour
  // 1970-01-01 was a Thursday
  const weekday = holidays.has(days) ? 6 : (((days + 3) % 7) + 7) % 7
  return weekday * 24 + hours
}
