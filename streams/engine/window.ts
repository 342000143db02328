import type { Duration, Timestamp } from './time.js'

/**
 * A half-open interval of time, `[start, end)`. A session or sliding window that holds both its ends has `end = last + 1`.
 * The first window of a shifted grid may start before 1970.
 */
export interface Window {
  readonly start: Timestamp
  readonly end: Timestamp
}

/**
 * How windows are laid out. `grace` is how long after its end, in stream time, a window still accepts records; it is
 * always given. A window is closed, and its result final, when `streamTime >= end + grace` (session: `end + gap + grace`).
 */
export type WindowSpec =
  | {
      readonly kind: 'tumbling'
      readonly size: Duration
      readonly grace: Duration
      /** Shifts the epoch alignment: `hours(5)` lays days of America/Lima (UTC-5). */
      readonly offset: Duration
    }
  | {
      readonly kind: 'hopping'
      readonly size: Duration
      readonly advance: Duration
      readonly grace: Duration
      readonly offset: Duration
    }
  | { readonly kind: 'sliding'; readonly difference: Duration; readonly grace: Duration }
  | { readonly kind: 'session'; readonly gap: Duration; readonly grace: Duration }

export type AlignedSpec = Extract<WindowSpec, { readonly kind: 'tumbling' | 'hopping' }>

type Fields<Kind extends WindowSpec['kind']> = Omit<Extract<WindowSpec, { readonly kind: Kind }>, 'kind' | 'offset'>

/**
 * Windows of one size, side by side, aligned to the epoch plus the offset.
 * @throws RangeError unless `size > 0`, `grace >= 0` and `offset >= 0`, all whole milliseconds.
 */
export function tumbling({ size, grace, offset = 0 }: Fields<'tumbling'> & { readonly offset?: Duration }): WindowSpec {
  positive('tumbling', 'size', size)
  notNegative('tumbling', 'grace', grace)
  notNegative('tumbling', 'offset', offset)
  return { kind: 'tumbling', size, grace, offset }
}

/**
 * Windows of one size that begin every `advance`, aligned to the epoch plus the offset.
 * @throws RangeError unless `0 < advance <= size`, `grace >= 0` and `offset >= 0`, all whole milliseconds.
 */
export function hopping({
  size,
  advance,
  grace,
  offset = 0,
}: Fields<'hopping'> & { readonly offset?: Duration }): WindowSpec {
  positive('hopping', 'size', size)
  positive('hopping', 'advance', advance)
  if (advance > size)
    throw new RangeError(
      `hopping window: the advance of ${advance} ms is longer than the size of ${size} ms, so records between two windows would belong to none; choose an advance of at most the size`,
    )
  notNegative('hopping', 'grace', grace)
  notNegative('hopping', 'offset', offset)
  return { kind: 'hopping', size, advance, grace, offset }
}

/**
 * For each record the window that ends with it and the one that begins just after it, where that one holds a record.
 * Both ends belong to the window: two records are in one when their timestamps differ by at most `difference`.
 * @throws RangeError unless `difference` and `grace` are whole milliseconds >= 0.
 */
export function sliding({ difference, grace }: Fields<'sliding'>): WindowSpec {
  notNegative('sliding', 'difference', difference)
  notNegative('sliding', 'grace', grace)
  return { kind: 'sliding', difference, grace }
}

/**
 * Runs of records of a key with at most `gap` between two of them.
 * @throws RangeError unless `gap > 0` and `grace >= 0`, both whole milliseconds.
 */
export function session({ gap, grace }: Fields<'session'>): WindowSpec {
  positive('session', 'gap', gap)
  notNegative('session', 'grace', grace)
  return { kind: 'session', gap, grace }
}

function positive(kind: string, field: string, value: Duration): void {
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new RangeError(`${kind} window: the ${field} must be whole milliseconds > 0, not ${value}`)
}

function notNegative(kind: string, field: string, value: Duration): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${kind} window: the ${field} must be whole milliseconds >= 0, not ${value}`)
}

/** Whether windows can hold the instant: whole milliseconds since 1970, far enough from 2^53 to do sums with it. */
export const isAssignable = (timestamp: Timestamp): boolean =>
  Number.isSafeInteger(timestamp) && timestamp >= 0 && timestamp <= latestTimestamp

/** The latest instant that windows take: beyond it sums and divisions of doubles are no longer exact. */
export const latestTimestamp: Timestamp = 2 ** 51

/** Where windows may begin: at `offset + n * advance`, and never a whole advance or more before the epoch. */
export interface WindowGrid {
  readonly size: Duration
  readonly advance: Duration
  /** `0 <= offset < advance`. */
  readonly offset: Duration
}

export function gridOf(spec: AlignedSpec): WindowGrid {
  const advance = spec.kind === 'tumbling' ? spec.size : spec.advance
  return { size: spec.size, advance, offset: spec.offset % advance }
}

/** End of the oldest window that holds the instant. */
export const firstEnd = ({ size, advance, offset }: WindowGrid, timestamp: Timestamp): Timestamp =>
  Math.floor((Math.max(0, timestamp - size + advance) - offset) / advance) * advance + offset + size

/** End of the newest window that holds the instant. */
export const lastEnd = ({ size, advance, offset }: WindowGrid, timestamp: Timestamp): Timestamp =>
  Math.floor((timestamp - offset) / advance) * advance + offset + size

/**
 * The windows that hold the instant, oldest first.
 * @throws RangeError for an instant before 1970, later than `latestTimestamp`, or not whole milliseconds.
 */
export function assign(spec: AlignedSpec, timestamp: Timestamp): readonly Window[] {
  if (!isAssignable(timestamp))
    throw new RangeError(`no window holds the timestamp ${timestamp}: it must be whole milliseconds since 1970`)
  const grid = gridOf(spec)
  const windows: Window[] = []
  for (let end = firstEnd(grid, timestamp); end <= lastEnd(grid, timestamp); end += grid.advance)
    windows.push({ start: end - grid.size, end })
  return windows
}
