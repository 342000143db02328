import type { AsOf } from '../../sinks/live/as-of.js'
import type { LiveHub } from '../../sinks/live/hub.js'
import { type Layout, type Span, spans } from '../../sinks/live/view.js'
import { badRequest } from './problem.js'

/** A time span of a query, in whole windows of a kind. */
export interface Period {
  readonly window: Layout['window']
  readonly from: number
  readonly until: number
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

const hour = 3_600_000
const day = 24 * hour
const limaOffset = 5 * hour

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

/**
 * The period that a query asks for, widened to whole windows: minutes up to 12 hours, hours up to 14 days, else days of
 * America/Lima.
 */
export function periodOf(query: PeriodQuery, hub: LiveHub): Period {
  if (query.from === undefined && query.until === undefined) {
    const span = spans.find((name): name is Span => name === (query.span ?? '7d'))
    if (span === undefined) throw badRequest(`span: "${query.span}" is none`, `Use one of ${spans.join(', ')}.`)
    return hub.periodOf(span)
  }
  if (query.span !== undefined || query.from === undefined || query.until === undefined) {
    throw badRequest('a period is either `span`, or `from` and `until`', 'Give both ends, or a span alone.')
  }
  const from = instantOf('from', query.from)
  const until = instantOf('until', query.until)
  if (until <= from) throw badRequest('until is not after from', 'Exchange them; `until` is not part of the period.')
  const length = until - from
  if (length <= 12 * hour) return { window: 'minute', ...widened(from, until, 60_000, 0) }
  if (length <= 14 * day) return { window: 'hour', ...widened(from, until, hour, 0) }
  return { window: 'day', ...widened(from, until, day, limaOffset) }
}

const widened = (from: number, until: number, step: number, offset: number) => ({
  from: Math.floor((from - offset) / step) * step + offset,
  until: Math.ceil((until - offset) / step) * step + offset,
})
