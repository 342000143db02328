import type { Trend } from '../../schemas/trend.js'

/** A final result of a minute. */
export const aTrend = (fields: Partial<Trend> = {}): Trend => ({
  term: 'ceviche',
  kind: 'dish',
  region: '*',
  window: 'minute',
  start: 1_600_000_020_000,
  end: 1_600_000_080_000,
  isFinal: true,
  revision: 1,
  mentions: 3,
  reposts: 1,
  negative: 0,
  neutral: 1,
  positive: 2,
  unsure: 1,
  authors: 2,
  aspects: [],
  ...fields,
})
