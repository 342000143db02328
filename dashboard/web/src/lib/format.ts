import { type FigureFormat, figureFormat, type Locale } from '../../../../schemas/figure-format.js'
import { layouts, type Span } from '../../../../sinks/live/view.js'

/** Figures and times as people read them. Times are those of Lima, wherever the board is looked at. */
export interface Format extends FigureFormat {
  /** Day and time. */
  instant(time: number): string
  /** The time of a day. */
  clock(time: number): string
  /** The bar of a chart, from its start. */
  bar(start: number, span: Span): string
  /** A short label under a bar. */
  tick(start: number, span: Span): string
  /** How long ago: 4 s, 3 min. */
  ago(millis: number): string
}

const timeZone = 'America/Lima'

const units = [
  { unit: 'day', millis: 86_400_000 },
  { unit: 'hour', millis: 3_600_000 },
  { unit: 'minute', millis: 60_000 },
  { unit: 'second', millis: 1_000 },
] as const

export function formatFor(locale: Locale): Format {
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options })
  const relative = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'always' })
  const time = date({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const dayTime = date({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const full = date({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const day = date({ weekday: 'short', day: 'numeric', month: 'short' })
  const weekday = date({ weekday: 'short', day: 'numeric' })
  const month = date({ day: 'numeric', month: 'short' })
  return {
    ...figureFormat(locale),
    instant: (at) => full.format(at),
    clock: (at) => time.format(at),
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
