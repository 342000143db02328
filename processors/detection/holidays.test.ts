import { describe, expect, it } from '@jest/globals'
import { hourOfWeek, lima, peru } from './calendar.js'
import { easter, isHolidayOfPeru } from './holidays.js'

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000

describe('Easter Sunday', () => {
  it.each([
    '1818-03-22',
    '1943-04-25',
    '1954-04-18',
    '2000-04-23',
    '2024-03-31',
    '2025-04-20',
    '2026-04-05',
    '2038-04-25',
    '2285-03-22',
  ])('is on %s', (date) => {
    expect(easter(Number(date.slice(0, 4)))).toBe(dayOf(date))
  })
})

describe('the holidays of Peru', () => {
  const of = (year: number): readonly string[] =>
    Array.from({ length: 366 }, (_, index) => dayOf(`${year}-01-01`) + index)
      .filter((day) => isHolidayOfPeru(day) && day < dayOf(`${year + 1}-01-01`))
      .map((day) => new Date(day * 86_400_000).toISOString().slice(5, 10))

  it('of 2025 are its sixteen, with those that move', () => {
    expect(of(2025)).toEqual([
      ...['01-01', '04-17', '04-18', '05-01', '06-07', '06-29', '07-23', '07-28', '07-29', '08-06', '08-30'],
      ...['10-08', '11-01', '12-08', '12-09', '12-25'],
    ])
  })

  it('of 2021 are those that were kept then', () => {
    expect(of(2021)).toEqual([
      ...['01-01', '04-01', '04-02', '05-01', '06-29', '07-28', '07-29', '08-30', '10-08', '11-01', '12-08', '12-25'],
    ])
  })

  it('go like a Sunday, from midnight to midnight in Lima, where the calendar knows them', () => {
    // Good Friday of 2026
    const [first, last] = [Date.parse('2026-04-03T05:00:00Z'), Date.parse('2026-04-04T04:59:00Z')]
    expect(hourOfWeek(first, peru)).toBe(144)
    expect(Math.floor(hourOfWeek(last, peru))).toBe(167)
    expect(hourOfWeek(last + 60_000, peru)).toBe(120)
    expect(hourOfWeek(first, lima)).toBe(96)
  })
})
