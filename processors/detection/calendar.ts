import { isHolidayOfPeru } from './holidays.js'

/** Which times are alike: hours of a week in a zone of a fixed offset, as America/Lima has it. */
export interface Calendar {
  /** Milliseconds that local time is ahead of UTC: -18,000,000 in Lima. */
  readonly offset: number
  /** Whether a local day, in days since 1970-01-01, goes like a Sunday. */
  readonly isHoliday: (day: number) => boolean
}

export const hoursOfWeek = 168
const hour = 3_600_000
const day = 24 * hour

/** Peru keeps the same offset the whole year. */
export const lima: Calendar = { offset: -5 * hour, isHoliday: () => false }
/** With the holidays of the country: what people there talk of keeps them. */
export const peru: Calendar = { ...lima, isHoliday: isHolidayOfPeru }

/** Hour of the week of a time, from 0 (Monday, first hour) to under 168, with its fraction. */
export function hourOfWeek(at: number, { offset, isHoliday }: Calendar): number {
  const days = Math.floor((at + offset) / day)
  const hours = (at + offset - days * day) / hour
  // 1970-01-01 was a Thursday
  const weekday = isHoliday(days) ? 6 : (((days + 3) % 7) + 7) % 7
  return weekday * 24 + hours
}
