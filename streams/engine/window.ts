import type { Duration, Timestamp } from './time.js'

/** A half-open interval of time, `[start, end)`. A session or sliding window that holds both its ends has `end = last + 1`. */
export interface Window {
  readonly start: Timestamp
  readonly end: Timestamp
}

/**
 * How windows are laid out. `grace` is how long after its end, in stream time, a window still accepts records; it is
 * always given. A window is closed, and its result final, when `streamTime >= end + grace` (session: `last + gap + grace`).
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
