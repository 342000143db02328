import type { Duration, Timestamp } from './time.js'

/**
 * How far the stream time of a source has come: every window that ends (with its grace) at or before `time` is
 * complete as far as that source is concerned. An idle source holds nobody back.
 */
export type Watermark = { readonly kind: 'at'; readonly time: Timestamp } | { readonly kind: 'idle' }

/**
 * The same as Flink writes it: no record with a timestamp at or before the result is to come, when records are out of
 * order by at most `bound`. A window is complete once this passes its last timestamp, `end - 1`; with the grace as the
 * bound that is the instant at which `end + grace <= maxTimestamp`.
 */
export const boundedWatermark = (maxTimestamp: Timestamp, bound: Duration): Timestamp => maxTimestamp - bound - 1
