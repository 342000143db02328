import { finalUntil, trendLayouts, windowStart } from '../../schemas/trend-layouts.js'
import { type AsOf, tableWatermark } from '../../sinks/live/as-of.js'
import type { TwoPeriods } from '../../sinks/live/heard-sources.js'
import type { LiveHub } from '../../sinks/live/hub.js'
import { type Layout, precedingOf, type Range, type Span, spans, wholeRange } from '../../sinks/live/view.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'
import { badRequest } from './problem.js'

/** A time span of a query, in whole windows of a kind. */
export interface Period {
  readonly window: Layout['window']
  readonly from: number
  readonly until: number
  /** What it is held against: of equal length, and of the same phase of a week where that was asked for. The one before it where not given. */
  readonly before?: Range
  /** Where given, what was written by then: so that several queries count the same. */
  readonly asOf?: AsOf
}

export interface PeriodQuery {
  readonly span?: string
  readonly from?: string
  readonly until?: string
}

export const periodSchema = {
  span: {
    type: 'string',
    enum: [...spans],
    description: 'Ends at the newest bar. Without it, `from` and `until`; without those, 7d.',
  },
  from: { type: 'string', description: 'First instant: ISO 8601 with its zone, or milliseconds since 1970.' },
  until: { type: 'string', description: 'First instant after the period, likewise.' },
} as const

/** The same where things are compared over time. */
export const wholePeriodSchema = {
  ...periodSchema,
  span: {
    ...periodSchema.span,
    description:
      'Ends with the last window that is final (minutes up to 6h, hours up to 7d, else days of America/Lima). Without ' +
      'it, `from` and `until`; without those, 7d. The answer says `from`, `until`, and `before`: what it is held against.',
  },
  until: {
    ...periodSchema.until,
    description:
      'First instant after the period, likewise. Of a period that still runs what is past is taken, and held against as much of the one before.',
  },
} as const

/** What a period is held against. */
export const beforeOf = (period: Pick<Period, 'from' | 'until' | 'before'>): Range =>
  period.before ?? precedingOf(period)

/** A period and what it is held against. */
export const twoPeriods = (period: Period): TwoPeriods => {
  const { window, from, until, asOf } = period
  return { window, now: { from, until }, before: beforeOf(period), asOf }
}

const hour = 3_600_000
const day = 24 * hour

/** Reads an instant. @throws Problem when it is none. */
export function instantOf(name: string, text: string): number {
  const time = /^\d{1,16}$/.test(text)
    ? Number(text)
    : /(Z|[+-]\d{2}:?\d{2})$/.test(text)
      ? Date.parse(text)
      : Number.NaN
  if (!Number.isSafeInteger(time)) {
    throw badRequest(
      `${name}: "${text}" is no instant`,
      `Write ${name}=2025-03-01T00:00:00-05:00, or milliseconds since 1970.`,
    )
  }
  return time
}

/** @throws Problem when it is none. */
function spanOf({ span: asked = '7d' }: PeriodQuery): Span {
  const span = spans.find((name) => name === asked)
  if (span === undefined) throw badRequest(`span: "${asked}" is none`, `Use one of ${spans.join(', ')}.`)
  return span
}

/**
 * The period that a query asks for, widened to whole windows: minutes up to 12 hours, hours up to 14 days, else days of
 * America/Lima.
 */
export function periodOf(query: PeriodQuery, hub: LiveHub): Period {
  if (query.from === undefined && query.until === undefined) {
    return hub.periodOf(spanOf(query))
  }
  if (query.span !== undefined || query.from === undefined || query.until === undefined) {
    throw badRequest('a period is either `span`, or `from` and `until`', 'Give both ends, or a span alone.')
  }
  const from = instantOf('from', query.from)
  const until = instantOf('until', query.until)
  if (until <= from) throw badRequest('until is not after from', 'Exchange them; `until` is not part of the period.')
  const length = until - from
  if (length <= 12 * hour) return widened(from, until, 'minute')
  return widened(from, until, length <= 14 * day ? 'hour' : 'day')
}

/** The period in whole windows: minutes, hours, or days of Lima. */
export function widened(from: number, until: number, window: Layout['window']): Period {
  const { size } = trendLayouts[window]
  const start = (time: number) => windowStart(time, trendLayouts[window])
  return { window, from: start(from), until: start(until - 1) + size }
}

/**
 * What is there in full of a period that may still run: up to the end of the last window that is final at the watermark,
 * held against as much of the period of its whole length before it, so that half a week is held against the same half.
 * Null where there is nothing.
 */
export function wholePart(period: Period, watermark: number): Period | null {
  const { from, until, window } = period
  if (until <= watermark) return period
  const length = until - from
  for (const each of [window, 'minute'] as const) {
    const end = Math.min(until, finalUntil(watermark, trendLayouts[each]))
    if (end <= from) continue
    return { ...period, window: each, until: end, before: { from: from - length, until: end - length } }
  }
  return null
}

/**
 * The period that a query asks for, where things are compared over time: what is under way is no part of it. A span ends
 * with the last window that is final, and has its whole length; of `from` and `until` what is past is taken.
 * @throws Problem where nothing of it is past
 */
export async function wholePeriodOf(
  query: PeriodQuery,
  { hub, store, clock }: { readonly hub: LiveHub; readonly store: Queries; readonly clock: () => number },
): Promise<Period & { readonly before: Range }> {
  const asked = periodOf(query, hub)
  const reached = hub.status.phase === 'backfilling' ? await tableWatermark(store) : null
  if (query.from === undefined) {
    const span = spanOf(query)
    const range = wholeRange(span, Math.min(hub.watermark(span), reached ?? Number.POSITIVE_INFINITY))
    return { window: asked.window, ...range, before: precedingOf(range) }
  }
  const found = wholePart(asked, Math.min(clock(), reached ?? Number.POSITIVE_INFINITY))
  if (found !== null) return { ...found, before: beforeOf(found) }
  throw badRequest('nothing of this period is there yet', 'Ask for one that has begun a few minutes ago or longer.')
}
