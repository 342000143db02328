import { barStart, type Span } from '../../../../sinks/live/view.js'

/** Numbers of bars between two labels, such that labels stand at round hours, midnights and days. */
const strides: Readonly<Record<Span, readonly number[]>> = {
  '1h': [5, 10, 15, 30],
  '6h': [6, 12, 24, 36],
  '24h': [2, 3, 4, 6, 12],
  '7d': [8, 16, 24],
  '30d': [2, 3, 5, 7, 10, 15],
  '52w': [4, 8, 13, 26],
}

/** Bars that get a label: as many as leave each label its room, in pixels. */
export function labelled(
  starts: readonly number[],
  span: Span,
  step: number,
  width: number,
  room: number,
): readonly number[] {
  const fits = strides[span].find((bars) => (bars / starts.length) * width >= room) ?? starts.length
  const round = (start: number) => Math.round((start - barStart(0, step)) / step) % fits === 0
  return starts.filter(round)
}

/** The top of an axis that holds the value: 1, 2, 2.5 or 5 times a power of ten, in four whole parts where it can. */
export function axisTop(value: number): number {
  if (value <= 4) return 4
  const power = 10 ** Math.floor(Math.log10(value))
  return (
    [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((top) => top >= value) ?? 10 * power
  )
}
