import type { Stretch } from './known-past.js'
import { trendLayouts } from './trend-layouts.js'

/** Whose way of writing numbers is meant: that of Peru (a point before decimals, a comma between thousands), or English. */
export type Locale = 'es-PE' | 'en-GB'

/** Figures as people read them, the same on the board, in sentences and in a digest. */
export interface FigureFormat {
  /** 11699 as 11,699. */
  count(value: number): string
  /** 0.137 as 14%. */
  percent(fraction: number): string
  /** 0.12 as +0.12, with a true minus sign. */
  balance(value: number): string
  /** A change as +12%, with a true minus sign. */
  change(fraction: number): string
  /** A figure in three digits that say something. */
  significant(value: number): string
  /** Growth as ×2.4. */
  factor(value: number): string
  /** `p = 0.012`, or that it is below what is worth telling apart. */
  probability(value: number): string
  /** A stretch of time, as its first and last day where it is of whole days of Lima, else with the times of its ends. */
  period(stretch: Stretch): string
}

/** Smaller probabilities are not told apart. */
const leastProbability = 0.0001

const timeZone = 'America/Lima'
const { size: dayLength, offset: dayOffset } = trendLayouts.day

function periodIn(locale: Locale): FigureFormat['period'] {
  const day = { timeZone, day: 'numeric', month: 'short', year: 'numeric' } as const
  const days = new Intl.DateTimeFormat(locale, day)
  const instants = new Intl.DateTimeFormat(locale, { ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return ({ from, until }) => {
    const isWhole = [from, until].every((end) => (end - dayOffset) % dayLength === 0)
    const [first, last] = isWhole
      ? [days.format(from), days.format(until - 1)]
      : [instants.format(from), instants.format(until)]
    return first === last ? first : `${first} – ${last}`
  }
}

const minus = (text: string): string => text.replace('-', '−')

export function figureFormat(locale: Locale): FigureFormat {
  // numbers of four digits are grouped like longer ones, whatever version of the locale's data there is
  const number = (options: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale, { useGrouping: 'always', ...options })
  const whole = number({ maximumFractionDigits: 0 })
  const percent = number({ style: 'percent', maximumSignificantDigits: 2 })
  const balance = number({ signDisplay: 'exceptZero', minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const change = number({ style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 })
  const two = number({ maximumSignificantDigits: 2 })
  const three = number({ maximumSignificantDigits: 3 })
  return {
    count: (value) => whole.format(value),
    percent: (fraction) => percent.format(fraction),
    balance: (value) => minus(balance.format(value)),
    change: (fraction) => minus(change.format(fraction)),
    significant: (value) => three.format(value),
    // So that what is more than 1 does not look like 1.
    factor: (value) => `×${(value >= 1 && value < 1.1 ? three : two).format(value)}`,
    period: periodIn(locale),
    probability: (value) =>
      value < leastProbability ? `p < ${two.format(leastProbability)}` : `p = ${two.format(value)}`,
  }
}
