import { fading } from './level.js'

/**
 * Where a shift may have begun, for each size of shift that is looked for: the cumulative sum of the logarithms of
 * likelihood ratios, which begins anew where it falls to 0 (E. S. Page, Continuous Inspection Schemes, 1954). Since then
 * what was observed, expected, and its variance is summed, so that the sum is judged by its own law, whatever the size.
 * Six numbers a size: the cumulative sum, observed, expected, variance by clumps and by rate, rows.
 */
export type Scans = Float32Array

/** One size of shift that is looked for. */
export interface Design {
  readonly sign: 1 | -1
  /** Ratio of means, or of odds. */
  readonly ratio: number
}

/** One row. */
export interface ScanRow {
  readonly observed: number
  readonly expected: number
  /** Variance that comes in clumps, and that of rates that differ from row to row. */
  readonly clumped: number
  readonly rated: number
}

/** What has been since a shift may have begun. */
export interface Scanned extends ScanRow {
  readonly rows: number
}

/** How many rows a shift lasts, as far as what speaks for it hangs on that. */
export const typicalRows = 16

const fields = 6
/** What lasts is followed in its last rows: half-life of the sums. */
const fade = fading(192)
/** A shift that is over must be seen to be over: no more than so much evidence is kept. */
const mostEvidence = 40

export const emptyScans = (designs: readonly Design[]): Scans => new Float32Array(designs.length * fields)

/**
 * Takes a row in and gives the sums since the shift may have begun; null where nothing speaks for one.
 * @param evidence logarithm of the likelihood ratio of the row
 */
export function scan(scans: Scans, design: number, evidence: number, row: ScanRow): Scanned | null {
  const at = design * fields
  const sum = (scans[at] as number) + evidence
  if (!(sum > 0)) {
    scans.fill(0, at, at + fields)
    return null
  }
  scans[at] = Math.min(mostEvidence, sum)
  scans[at + 1] = (scans[at + 1] as number) * fade + row.observed
  scans[at + 2] = (scans[at + 2] as number) * fade + row.expected
  scans[at + 3] = (scans[at + 3] as number) * fade * fade + row.clumped
  scans[at + 4] = (scans[at + 4] as number) * fade * fade + row.rated
  scans[at + 5] = (scans[at + 5] as number) + 1
  return {
    observed: scans[at + 1] as number,
    expected: scans[at + 2] as number,
    clumped: scans[at + 3] as number,
    rated: scans[at + 4] as number,
    rows: scans[at + 5] as number,
  }
}

/** Forgets what speaks for shifts in a direction: one is over. */
export function clearScans(scans: Scans, designs: readonly Design[], sign: 1 | -1): void {
  for (const [index, design] of designs.entries()) {
    if (design.sign === sign) scans.fill(0, index * fields, (index + 1) * fields)
  }
}
