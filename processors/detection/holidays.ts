/** Days of the year that Peru keeps, by law (Decreto Legislativo 713, with the days that were added since). */
interface FixedHoliday {
  readonly month: number
  readonly day: number
  /** First year in which it was kept, where it is younger than the others. */
  readonly since?: number
}

const fixed: readonly FixedHoliday[] = [
  { month: 1, day: 1 },
  { month: 5, day: 1 },
  { month: 6, day: 7, since: 2024 },
  { month: 6, day: 29 },
  { month: 7, day: 23, since: 2024 },
  { month: 7, day: 28 },
  { month: 7, day: 29 },
  { month: 8, day: 6, since: 2022 },
  { month: 8, day: 30 },
  { month: 10, day: 8 },
  { month: 11, day: 1 },
  { month: 12, day: 8 },
  { month: 12, day: 9, since: 2022 },
  { month: 12, day: 25 },
]
/** Maundy Thursday and Good Friday, in days from Easter Sunday. */
const beforeEaster = [-3, -2] as const
const dayLength = 86_400_000

/**
 * Easter Sunday of a year of the Gregorian calendar, as days since 1970-01-01 (anonymous algorithm, Nature, 20 April 1876;
 * J. Meeus, Astronomical Algorithms, chapter 8).
 */
export function easter(year: number): number {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const ofCentury = year % 100
  const skipped = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - Math.floor(century / 4) - skipped + 15) % 30
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7
  const correction = Math.floor((golden + 11 * epact + 22 * weekday) / 451)
  const sum = epact + weekday - 7 * correction + 114
  return Date.UTC(year, Math.floor(sum / 31) - 1, (sum % 31) + 1) / dayLength
}

/** Whether a day, in days since 1970-01-01 of local time, is a holiday of the whole of Peru. */
export function isHolidayOfPeru(day: number): boolean {
  const date = new Date(day * dayLength)
  const [year, month, ofMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
  if (fixed.some((each) => each.month === month && each.day === ofMonth && year >= (each.since ?? 0))) return true
  const sunday = easter(year)
  return beforeEaster.some((distance) => day === sunday + distance)
}
