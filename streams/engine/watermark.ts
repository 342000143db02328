import type { Timestamp } from './time.js'

/**
 * How far the stream time of a source has come: every window that ends (with its grace) at or before `time` is
 * complete as far as that source is concerned. An idle source holds nobody back.
 */
export type Watermark = { readonly kind: 'at'; readonly time: Timestamp } | { readonly kind: 'idle' }
