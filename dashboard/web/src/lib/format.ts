import { layouts, type Span } from '../../../../sinks/live/view.js'

/** Figures and times as people read them. Times are those of Lima, wherever the board is looked at. */
export interface Format {
  count(value: number): string
  /** 0.137 as 13.7 %. */
  percent(fraction: number): string
  /** 0.12 as +0.12, with a true minus sign. */
  balance(value: number): string
  /** A change as +12 %, with a true minus sign. */
  change(fraction: number): string
  /** A figure in three digits that say something. */
  significant(value: number): string
  /** Growth as ×2.4. */
  factor(value: number): string
  /** Day and time. */
  instant(time: number): string
  /** The bar of a chart, from its start. */
  bar(start: number, span: Span): string
  /** A short label under a bar. */
  tick(start: number, span: Span): string
  /** How long ago: 4 s, 3 min. */
  ago(millis: number): string
}

const timeZone = 'America/Lima'
const minus = (text: string): string => text.replace('-', '−')

const units = [
  { unit: 'day', millis: 86_400_000 },
  { unit: 'hour', millis: 3_600_000 },
  { unit: 'minute', millis: 60_000 },
  { unit: 'second', millis: 1_000 },
] as const

export function formatFor(locale: string): Format {
  const number = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options)
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options })
  const whole = number({ maximumFractionDigits: 0 })
  const percent = number({ style: 'percent', maximumSignificantDigits: 2 })
  const balance = number({ signDisplay: 'exceptZero', minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const change = number({ style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 })
  const factor = number({ maximumSignificantDigits: 2 })
  const significant = number({ maximumSignificantDigits: 3 })
  const relative = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'always' })
  const time = date({ hour: '2-digit', minute: '2-digit', hour12: false })
  const dayTime = date({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
  const full = date({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
  const day = date({ weekday: 'short', day: 'numeric', month: 'short' })
  const weekday = date({ weekday: 'short', day: 'numeric' })
  const month = date({ day: 'numeric', month: 'short' })
  return {
    count: (value) => whole.format(value),
    percent: (fraction) => percent.format(fraction),
    balance: (value) => minus(balance.format(value)),
    change: (fraction) => minus(change.format(fraction)),
    significant: (value) => significant.format(value),
    factor: (value) => `×${factor.format(value)}`,
    instant: (at) => full.format(at),
    bar(start, span) {
      const end = start + layouts[span].step
      if (span === '30d') return day.format(start)
      if (span === '52w') return `${month.format(start)} – ${month.format(end - 1)}`
      return `${dayTime.format(start)} – ${time.format(end)}`
    },
    tick(start, span) {
      if (span === '7d') return weekday.format(start)
      return span === '30d' || span === '52w' ? month.format(start) : time.format(start)
    },
    ago(millis) {
      const { unit, millis: size } = units.find((one) => millis >= one.millis) ?? units[3]
      return relative.format(-Math.max(0, Math.round(millis / size)), unit)
    },
  }
}
