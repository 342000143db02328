// The scoring of the Numenta Anomaly Benchmark, standard profile, after its paper (Lavin and Ahmad, Evaluating Real-time
// Anomaly Detection Algorithms, 2015) and the rules of its scorer where the paper is silent.

/** What one series has of a detector. */
export interface SeriesScore {
  /** Sum over windows and false alerts; the number of windows at best. */
  readonly raw: number
  readonly windows: number
  readonly found: number
  readonly falseAlerts: number
}

/** A window of rows, both ends inside. */
export type RowWindow = readonly [first: number, last: number]

const falsePositiveWeight = 0.11
/** Rows that are not scored: that share of a series, of 5,000 rows at most. */
const probation = { share: 0.15, rows: 5_000 } as const

/**
 * What a row is worth: about 1 at the left end of its window, 0 just beyond the right end, -1 far behind it.
 * @param position -1 at the left end, 0 beyond the right end, then the distance from it in windows
 */
export const worth = (position: number): number => (position >= 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1)

/** Rows of a series of that length before which nothing counts. */
export const probationOf = (rows: number): number =>
  Math.min(Math.floor(probation.share * rows), probation.share * probation.rows)

/**
 * Scores the alerts of a series. A window has the worth of the best alert in it, and -1 without one; every alert outside
 * costs up to 0.11. A window that ends in the probation is left out.
 * @param alerts of each row whether it is one
 * @param windows in order, apart from each other
 */
export function scoreSeries(alerts: readonly boolean[], windows: readonly RowWindow[]): SeriesScore {
  const from = probationOf(alerts.length)
  const scored = windows.filter(([, last]) => last >= from)
  const best = scored.map(([first, last]) => {
    const rows = alerts
      .slice(first, last + 1)
      .flatMap((alert, index) => (alert && first + index >= from ? [first + index] : []))
    return Math.max(-1, ...rows.map((row) => worth(-(last - row + 1) / (last - first + 1)) / worth(-1)))
  })
  const outside = alerts.flatMap((alert, row) =>
    alert && row >= from && !windows.some(([first, last]) => row >= first && row <= last) ? [row] : [],
  )
  const costs = outside.map((row) => {
    const before = windows.findLast(([, last]) => last < row)
    return falsePositiveWeight * worth(before === undefined ? 3 : (row - before[1]) / (before[1] - before[0]))
  })
  return {
    raw: [...best, ...costs].reduce((sum, part) => sum + part, 0),
    windows: scored.length,
    found: best.filter((value) => value > -1).length,
    falseAlerts: outside.length,
  }
}

/** 100 for all windows found at once and nothing else, 0 for a detector that says nothing. */
export function normalised(scores: readonly SeriesScore[]): number {
  const raw = scores.reduce((sum, score) => sum + score.raw, 0)
  const windows = scores.reduce((sum, score) => sum + score.windows, 0)
  return (100 * (raw + windows)) / (2 * windows)
}
